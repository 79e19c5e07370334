//! Units from rows: one row each, and further rows for their changes and peer groups. Equal rows count once;
//! contradicting rows are refused.

use std::collections::HashMap;

use jiff::civil::Date;
use longhu_client::problems::Problem;
use longhu_core::organisation::{PeerGroup, Unit, UnitChange};
use longhu_core::types::violation::Violation;

use crate::plan::{ChangeRule, PeerGroupRule, UnitRule};
use crate::row_field::{Origin, contradiction, day, flag, optional, text};
use crate::values::Context;

#[derive(Debug, Default)]
pub struct Units {
    /// In the order of their first rows.
    pub units: Vec<Unit>,
    told: Vec<Told>,
    by_id: HashMap<String, usize>,
}

/// The rows in which something was said of one unit first.
#[derive(Debug)]
struct Told {
    origin: Origin,
    /// One for each change.
    changes: Vec<Origin>,
    /// One for each peer group.
    peer_groups: Vec<Origin>,
}

impl Units {
    /// Adds a row that defines a unit.
    ///
    /// # Errors
    /// What is wrong with it, or that it contradicts an earlier row.
    pub fn add(&mut self, rule: &UnitRule, context: &Context, origin: Origin) -> Result<(), Violation> {
        let unit = Unit {
            id: text("id", &rule.id, context)?.unwrap_or_default(),
            kind: text("kind", &rule.kind, context)?.unwrap_or_default(),
            parent: optional("parent", rule.parent.as_ref(), context)?,
            name: optional("name", rule.name.as_ref(), context)?.unwrap_or_default(),
            start: day("start_date", rule.start_date.as_ref(), context)?,
            end: day("end_date", rule.end_date.as_ref(), context)?,
            merged_into: optional("merged_into", rule.merged_into.as_ref(), context)?,
            ..Unit::default()
        };
        let Some(index) = self.by_id.get(&unit.id).copied() else {
            self.by_id.insert(unit.id.clone(), self.units.len());
            self.units.push(unit);
            self.told.push(Told { origin, changes: Vec::new(), peer_groups: Vec::new() });
            return Ok(());
        };
        if self.units.get(index) == Some(&unit) {
            return Ok(());
        }
        Err(contradiction(&unit.id, self.told.get(index).map_or(0, |told| told.origin.line())))
    }

    /// Adds a row that changes a unit on a day. Rows that define units come first.
    ///
    /// # Errors
    /// What is wrong with it, or that it contradicts an earlier row.
    pub fn change(&mut self, rule: &ChangeRule, context: &Context, origin: Origin) -> Result<(), Violation> {
        let (unit, told) = self.of(text("unit", &rule.unit, context)?)?;
        let date = rule.date.day("date", context)?;
        let date = date.ok_or_else(|| {
            let reason = "the row has no first day of the change; give it one, or leave it out with `when`";
            Violation::new("date", "MISSING_FIELD", reason)
        })?;
        let parent = new_parent(rule, context)?;
        let name = optional("name", rule.name.as_ref(), context)?;
        if parent.is_none() && name.is_none() {
            let reason = "the row changes neither the parent nor the name; give one of them, or leave it out with `when`";
            return Err(Violation::new("parent", "MISSING_FIELD", reason));
        }
        let known = unit.changes.iter_mut().zip(&told.changes).find(|(known, _)| known.date == date);
        let Some((known, before)) = known else {
            unit.changes.push(UnitChange { date, parent, name });
            told.changes.push(origin);
            return Ok(());
        };
        let differs = known.parent.as_ref().zip(parent.as_ref()).is_some_and(|(one, other)| one != other)
            || known.name.as_ref().zip(name.as_ref()).is_some_and(|(one, other)| one != other);
        if differs {
            let reason = format!(
                "`{}` changes differently on {date} in line {}; make the rows agree",
                unit.id,
                before.line()
            );
            return Err(Violation::new("date", "CONTRADICTION", reason));
        }
        // A move and a new name on the same day may come from two files.
        known.parent = known.parent.take().or(parent);
        known.name = known.name.take().or(name);
        Ok(())
    }

    /// Adds a row that puts a unit into a peer group, after all rows that define units.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn peer_group(
        &mut self,
        rule: &PeerGroupRule,
        context: &Context,
        origin: Origin,
    ) -> Result<(), Violation> {
        let (unit, told) = self.of(text("unit", &rule.unit, context)?)?;
        let Some(label) = text("label", &rule.label, context)? else {
            let reason = "the row names no peer group; give it one, or leave it out with `when`";
            return Err(Violation::new("label", "MISSING_FIELD", reason));
        };
        let group = PeerGroup {
            label,
            start: day("start_date", rule.start_date.as_ref(), context)?,
            end: day("end_date", rule.end_date.as_ref(), context)?,
        };
        if !unit.peer_groups.contains(&group) {
            unit.peer_groups.push(group);
            told.peer_groups.push(origin);
        }
        Ok(())
    }

    /// The unit that a row is about.
    fn of(&mut self, id: Option<String>) -> Result<(&mut Unit, &mut Told), Violation> {
        let id = id.unwrap_or_default();
        let index = self.by_id.get(&id).copied();
        let found = index.and_then(|index| Some((self.units.get_mut(index)?, self.told.get_mut(index)?)));
        found.ok_or_else(|| {
            let reason = format!(
                "no row of `[[organisation.units]]` is `{id}`, and a unit is written whole; add it there, or leave \
                 this row out by `when`"
            );
            Violation::new("unit", "UNKNOWN_UNIT", reason)
        })
    }

    /// The id of each unit, with the row that it comes from.
    pub fn ids(&self) -> impl Iterator<Item = (&str, &Origin)> {
        self.units.iter().map(|unit| unit.id.as_str()).zip(self.told.iter().map(|told| &told.origin))
    }

    /// Whether a row defines the unit with that id.
    pub fn knows(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    /// Sorts changes and peer groups by their days, whatever the order of the rows.
    pub fn sort(&mut self) {
        for (unit, told) in self.units.iter_mut().zip(&mut self.told) {
            sort_with(&mut unit.changes, &mut told.changes, |change| change.date);
            sort_with(&mut unit.peer_groups, &mut told.peer_groups, |group| {
                ((group.start.unwrap_or(Date::MIN), group.end.unwrap_or(Date::MAX)), group.label.clone())
            });
        }
    }

    /// The row that a problem of a unit comes from, and the problem with the row's own field.
    pub fn locate(&self, index: usize, problem: Problem) -> Option<(&Origin, Problem)> {
        let told = self.told.get(index)?;
        let part = problem.field.split_once('[').and_then(|(list, rest)| {
            let (number, field) = rest.split_once(']')?;
            let origins = match list {
                "changes" => &told.changes,
                "peer_groups" => &told.peer_groups,
                _ => return None,
            };
            Some((origins.get(number.parse::<usize>().ok()?)?, field.trim_start_matches('.').to_owned()))
        });
        match part {
            Some((origin, field)) => Some((origin, Problem { field, ..problem })),
            None => Some((&told.origin, problem)),
        }
    }
}

/// The new parent, if the row changes it; `Some(None)` if the unit moves to the top.
fn new_parent(rule: &ChangeRule, context: &Context) -> Result<Option<Option<String>>, Violation> {
    let parent = optional("parent", rule.parent.as_ref(), context)?;
    match (flag("top", rule.top.as_ref(), context)?, parent) {
        (true, Some(parent)) => {
            let reason = format!("the row is both below `{parent}` and at the top; keep one of the two");
            Err(Violation::new("top", "CONTRADICTION", reason))
        }
        (true, None) => Ok(Some(None)),
        (false, parent) => Ok(parent.map(Some)),
    }
}

/// Sorts things together with their origins.
fn sort_with<T, K: Ord>(things: &mut Vec<T>, origins: &mut Vec<Origin>, key: impl Fn(&T) -> K) {
    let mut both: Vec<(T, Origin)> =
        std::mem::take(things).into_iter().zip(std::mem::take(origins)).collect();
    both.sort_by_cached_key(|(thing, _)| key(thing));
    (*things, *origins) = both.into_iter().unzip();
}
