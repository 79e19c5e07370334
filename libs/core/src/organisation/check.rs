//! Checks units and employees before a decision is written: the history of each must be consistent, and the
//! tree must be valid on every day. It refuses what is wrong and never repairs it.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::organisation::check_parts::{at, check_count, check_history, id_taken};
use crate::organisation::employee::Employee;
use crate::organisation::feed::Feed;
use crate::organisation::in_force::Organisation;
use crate::organisation::path::Step;
use crate::organisation::unit::{DEPTH_MAX, EMPLOYEE, Unit};
use crate::types::violation::{Violation, check_id, check_slug, check_text};

impl Organisation {
    /// Checks the organisation with a feed applied: histories are consistent, parents and units are known, no
    /// unit is above itself on any day, no id is used twice, a customer is handed over to one employee only,
    /// and a code means one unit or employee only.
    ///
    /// # Errors
    /// The first thing that is wrong, with the path of the field in the feed.
    pub fn check(&self, feed: &Feed) -> Result<(), Violation> {
        let mut seen = BTreeSet::new();
        for (index, unit) in feed.units.iter().enumerate() {
            check_unit(unit).map_err(|violation| at("units", index, violation))?;
            if !seen.insert(unit.id.as_str()) {
                return Err(at("units", index, named_twice(&unit.id)));
            }
        }
        for (index, employee) in feed.employees.iter().enumerate() {
            check_employee(employee).map_err(|violation| at("employees", index, violation))?;
            if !seen.insert(employee.id.as_str()) {
                return Err(at("employees", index, named_twice(&employee.id)));
            }
        }
        let mut after = self.excerpt(feed);
        after.put(feed);
        for (index, unit) in feed.units.iter().enumerate() {
            after.check_place(unit).map_err(|violation| at("units", index, violation))?;
        }
        for (index, employee) in feed.employees.iter().enumerate() {
            after.check_memberships(employee).map_err(|violation| at("employees", index, violation))?;
        }
        after.check_hand_overs(&feed.hand_overs)?;
        after.check_codes(&feed.codes)
    }

    fn check_place(&self, unit: &Unit) -> Result<(), Violation> {
        if self.employee(&unit.id).is_some() {
            return Err(id_of_both(&unit.id));
        }
        if self.hand_over(&unit.id).is_some() {
            return Err(id_taken(&unit.id));
        }
        let own = (String::from("parent"), unit.parent.as_ref());
        let later = unit.changes.iter().enumerate().map(|(index, change)| {
            (format!("changes[{index}].parent"), change.parent.as_ref().and_then(Option::as_ref))
        });
        let into = (String::from("merged_into"), unit.merged_into.as_ref());
        for (field, id) in [own, into].into_iter().chain(later) {
            if let Some(id) = id.filter(|id| self.unit(id).is_none()) {
                let reason = format!("`{id}` is not a unit; define it in the same file or before");
                return Err(Violation::new(field, "UNKNOWN_UNIT", reason));
            }
        }
        self.check_way_up(unit)
    }

    /// Follows the path upwards over time, from each day on which any unit on it changes to the next.
    fn check_way_up(&self, unit: &Unit) -> Result<(), Violation> {
        let mut date = Date::MIN;
        loop {
            let (mut seen, mut next_turn) = (BTreeSet::new(), None::<Date>);
            for step in &self.path(&unit.id, date).0 {
                let (Step::Unit(id) | Step::Merged(id) | Step::Missing(id)) = step;
                if !seen.insert(*id) {
                    let day = if date == Date::MIN { String::new() } else { format!(" on {date}") };
                    let reason = format!("`{id}` would be above itself{day}; choose another parent");
                    return Err(Violation::new("parent", "CYCLE", reason));
                }
                let turns = self.unit(id).map(Unit::turning_days).unwrap_or_default();
                let later = turns.into_iter().find(|turn| *turn > date);
                next_turn = [next_turn, later].into_iter().flatten().min();
            }
            if seen.len() > DEPTH_MAX {
                let reason =
                    format!("`{}` would be below more than {DEPTH_MAX} units; flatten the tree", unit.id);
                return Err(Violation::new("parent", "TOO_DEEP", reason));
            }
            match next_turn {
                Some(turn) => date = turn,
                None => return Ok(()),
            }
        }
    }

    fn check_memberships(&self, employee: &Employee) -> Result<(), Violation> {
        if self.unit(&employee.id).is_some() {
            return Err(id_of_both(&employee.id));
        }
        if self.hand_over(&employee.id).is_some() {
            return Err(id_taken(&employee.id));
        }
        for (index, membership) in employee.memberships.iter().enumerate() {
            if self.unit(&membership.unit).is_none() {
                let reason =
                    format!("`{}` is not a unit; define it in the same file or before", membership.unit);
                return Err(Violation::new(format!("memberships[{index}].unit"), "UNKNOWN_UNIT", reason));
            }
        }
        Ok(())
    }
}

/// Checks a unit on its own.
fn check_unit(unit: &Unit) -> Result<(), Violation> {
    check_id("id", &unit.id)?;
    check_slug("kind", &unit.kind, "-_")?;
    if unit.kind == EMPLOYEE {
        let reason = "`employee` is the board of employees; choose another kind";
        return Err(Violation::new("kind", "BAD_NAME", reason));
    }
    if let Some(parent) = &unit.parent {
        check_id("parent", parent)?;
    }
    check_text("name", &unit.name, 256)?;
    check_history("end_date", unit.start, unit.end)?;
    check_count("changes", unit.changes.len())?;
    check_count("peer_groups", unit.peer_groups.len())?;
    for (index, change) in unit.changes.iter().enumerate() {
        let field = |name: &str| format!("changes[{index}].{name}");
        if let Some(Some(parent)) = &change.parent {
            check_id(&field("parent"), parent)?;
        }
        if let Some(name) = &change.name {
            check_text(&field("name"), name, 256)?;
        }
        let before = index.checked_sub(1).map(|before| unit.changes[before].date);
        if before == Some(change.date) {
            let reason =
                format!("{} is named twice; a unit has one parent and one name on a day", change.date);
            return Err(Violation::new(field("date"), "TWO_ON_ONE_DAY", reason));
        }
        if before.is_some_and(|before| before > change.date) {
            let reason = format!("{} comes after a later day; put the earliest first", change.date);
            return Err(Violation::new(field("date"), "DATES_REVERSED", reason));
        }
        if !unit.is_open(change.date) {
            let reason = format!("the unit is not open on {}; give a day on which it is", change.date);
            return Err(Violation::new(field("date"), "NOT_OPEN", reason));
        }
    }
    for (index, group) in unit.peer_groups.iter().enumerate() {
        check_text(&format!("peer_groups[{index}].label"), &group.label, 128)?;
        check_history(&format!("peer_groups[{index}].end_date"), group.start, group.end)?;
    }
    check_merger(unit)
}

fn check_merger(unit: &Unit) -> Result<(), Violation> {
    let Some(into) = &unit.merged_into else { return Ok(()) };
    check_id("merged_into", into)?;
    if *into == unit.id {
        let reason = "a unit cannot be merged into itself; name its successor";
        return Err(Violation::new("merged_into", "MERGED_INTO_ITSELF", reason));
    }
    if unit.end.is_none() {
        let reason = "a merged unit has a last day; give `end_date`";
        return Err(Violation::new("merged_into", "MISSING_FIELD", reason));
    }
    Ok(())
}

fn check_employee(employee: &Employee) -> Result<(), Violation> {
    check_id("id", &employee.id)?;
    check_text("name", &employee.name, 256)?;
    check_count("memberships", employee.memberships.len())?;
    for (index, membership) in employee.memberships.iter().enumerate() {
        check_id(&format!("memberships[{index}].unit"), &membership.unit)?;
        check_text(&format!("memberships[{index}].role"), &membership.role, 128)?;
        check_history(&format!("memberships[{index}].end_date"), membership.start, membership.end)?;
    }
    let mut primary: Vec<(Date, Date, usize)> = Vec::new();
    for (index, membership) in employee.memberships.iter().enumerate().filter(|(_, one)| !one.is_secondary) {
        let (start, end) = (membership.start.unwrap_or(Date::MIN), membership.end.unwrap_or(Date::MAX));
        primary.push((start, end, index));
    }
    primary.sort_unstable();
    for pair in primary.windows(2) {
        let ((_, end, one), (start, _, other)) = (pair[0], pair[1]);
        if start <= end {
            let reason = format!(
                "it overlaps memberships[{one}] from {start} on; end that one before, or make one of them secondary"
            );
            return Err(Violation::new(format!("memberships[{other}]"), "OVERLAPPING_MEMBERSHIPS", reason));
        }
    }
    Ok(())
}

fn named_twice(id: &str) -> Violation {
    Violation::new("id", "DUPLICATE_ID", format!("`{id}` is named twice; keep one"))
}

fn id_of_both(id: &str) -> Violation {
    Violation::new("id", "ID_OF_BOTH", format!("`{id}` is both a unit and an employee; rename one of them"))
}
