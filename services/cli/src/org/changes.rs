//! What changed in an entry of the organisation compared with the decision before, field by field: single
//! fields with both values; days and memberships as removed and added ones. It compares what is stored.

use std::collections::HashSet;

use longhu_proto::wire::organisation::v1::organisation_entry::Entry;
use longhu_proto::wire::organisation::v1::{CodeMeaning, Membership, PeerGroup, UnitChange};
use serde::Serialize;

use crate::org::words::{count, day, time};

/// A field that changed. If one side has no value, it is absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The field.
    pub field: &'static str,
    /// The old value.
    pub before: Option<String>,
    /// The new value.
    pub after: Option<String>,
}

impl Change {
    /// The change in one line.
    pub fn line(&self) -> String {
        let field = self.field;
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => format!("{field}: {before} → {after}"),
            (None, Some(after)) => format!("{field}: + {after}"),
            (Some(before), None) => format!("{field}: - {before}"),
            (None, None) => field.to_owned(),
        }
    }
}

/// The changes. Without a decision before, everything is new.
pub fn changes(before: Option<&Entry>, after: &Entry) -> Vec<Change> {
    let (was, is) = (before.map(fields).unwrap_or_default(), fields(after));
    let mut changes = Vec::new();
    let mut names: Vec<&'static str> = is.iter().chain(&was).map(|(field, _)| *field).collect();
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(*name));
    for field in names {
        let of = |fields: &[(&'static str, String)], other: &[(&'static str, String)]| -> Vec<String> {
            let own = fields.iter().filter(|one| one.0 == field && !other.contains(one));
            own.map(|(_, value)| value.clone()).collect()
        };
        let (gone, come) = (of(&was, &is), of(&is, &was));
        match (gone.as_slice(), come.as_slice()) {
            ([before], [after]) => {
                let (before, after) = (Some(before.clone()), Some(after.clone()));
                changes.push(Change { field, before, after });
            }
            _ => {
                let went = gone.into_iter().map(|value| Change { field, before: Some(value), after: None });
                let came = come.into_iter().map(|value| Change { field, before: None, after: Some(value) });
                changes.extend(went.chain(came));
            }
        }
    }
    changes.extend(customers(before, after));
    changes
}

/// A change of a hand-over's customers to others of the same number, which would not show in the count.
fn customers(before: Option<&Entry>, after: &Entry) -> Option<Change> {
    let (Some(Entry::HandOver(before)), Entry::HandOver(after)) = (before, after) else { return None };
    let is_alike =
        before.all_customers == after.all_customers && before.customers.len() == after.customers.len();
    let known: HashSet<&String> = before.customers.iter().collect();
    let new = after.customers.iter().filter(|customer| !known.contains(customer)).count();
    (is_alike && new > 0).then(|| {
        let was = count(before.customers.len() as u64, "pseudonym", "pseudonyms");
        let is = format!("{was}, {new} of them new");
        Change { field: "customers", before: Some(was), after: Some(is) }
    })
}

/// Fields with a value; a list has one for each item.
fn fields(decided: &Entry) -> Vec<(&'static str, String)> {
    let mut fields = match decided {
        Entry::Unit(unit) => {
            let mut fields = vec![
                ("kind", unit.kind.clone()),
                ("name", unit.name.clone()),
                ("parent", unit.parent.clone()),
                ("start_date", day(&unit.start_date).unwrap_or_default()),
                ("end_date", day(&unit.end_date).unwrap_or_default()),
                ("merged_into", unit.merged_into.clone()),
            ];
            fields.extend(unit.changes.iter().map(|change| ("change", unit_change(change))));
            fields.extend(unit.peer_groups.iter().map(|group| ("peer_group", peer_group(group))));
            fields
        }
        Entry::Employee(employee) => {
            let mut fields = vec![("name", employee.name.clone())];
            fields.extend(employee.memberships.iter().map(|one| ("membership", membership(one))));
            fields
        }
        Entry::HandOver(hand_over) => {
            let whose = match (hand_over.all_customers, hand_over.customers.len()) {
                (true, _) => "all".to_owned(),
                (false, 0) => "none".to_owned(),
                (false, some) => count(some as u64, "pseudonym", "pseudonyms"),
            };
            vec![
                ("from", hand_over.from_employee.clone()),
                ("to", hand_over.to_employee.clone()),
                ("start_date", day(&hand_over.start_date).unwrap_or_default()),
                ("end_date", day(&hand_over.end_date).unwrap_or_default()),
                ("customers", whose),
            ]
        }
        Entry::Code(code) => code.meanings.iter().map(|one| ("means", meaning(one))).collect(),
    };
    fields.retain(|(_, value)| !value.is_empty());
    fields
}

/// A move or a renaming, in words.
pub fn unit_change(change: &UnitChange) -> String {
    let parent = change.parent.as_deref().map(|parent| match parent {
        "" => "at the top".to_owned(),
        parent => format!("under {parent}"),
    });
    let name = change.name.as_ref().map(|name| format!("named {name}"));
    let what: Vec<String> = parent.into_iter().chain(name).collect();
    format!("from {} on {}", day(&change.date).unwrap_or_default(), what.join(", "))
}

/// A peer group in words.
pub fn peer_group(group: &PeerGroup) -> String {
    join([&group.label, &time(&group.start_date, &group.end_date)])
}

/// A membership in words.
pub fn membership(membership: &Membership) -> String {
    let beside = if membership.secondary { "secondary" } else { "" };
    let when = time(&membership.start_date, &membership.end_date);
    join([&membership.unit, &membership.role, beside, &when])
}

/// The meaning of a code, in words.
pub fn meaning(meaning: &CodeMeaning) -> String {
    join([&meaning.id, &time(&meaning.start_date, &meaning.end_date)])
}

fn join<const N: usize>(parts: [&str; N]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use longhu_proto::scalar::date_to_wire;
    use longhu_proto::wire::organisation::v1::{HandOver, Unit};

    use super::*;

    #[test]
    fn a_unit_that_moves_and_closes_is_told_field_by_field() {
        let date = |day| Some(date_to_wire(jiff::civil::Date::constant(2026, 2, day)));
        let before = Unit { id: "a".into(), kind: "team".into(), parent: "b".into(), ..Unit::default() };
        let moves = UnitChange { date: date(3), parent: Some(String::new()), name: Some("甲".into()) };
        let after = Unit { parent: "c".into(), end_date: date(28), changes: vec![moves], ..before.clone() };
        let change = |field, before: Option<&str>, after: Option<&str>| Change {
            field,
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        };
        let (before, after) = (Entry::Unit(before), Entry::Unit(after));
        assert_eq!(
            changes(Some(&before), &after),
            [
                change("parent", Some("b"), Some("c")),
                change("end_date", None, Some("2026-02-28")),
                change("change", None, Some("from 2026-02-03 on at the top, named 甲")),
            ]
        );
        assert_eq!(changes(Some(&after), &after), []);
        assert_eq!(changes(None, &before).len(), 2);
    }

    #[test]
    fn customers_that_are_others_but_as_many_are_told() {
        let of = |customers: &[&str]| {
            let customers = customers.iter().map(|one| (*one).to_owned()).collect();
            Entry::HandOver(HandOver { customers, ..HandOver::default() })
        };
        let lines = |before: &[&str], after: &[&str]| {
            changes(Some(&of(before)), &of(after)).iter().map(Change::line).collect::<Vec<_>>()
        };
        assert_eq!(
            lines(&["p1.a", "p1.b"], &["p1.a", "p1.c"]),
            ["customers: 2 pseudonyms → 2 pseudonyms, 1 of them new"]
        );
        assert_eq!(lines(&["p1.a"], &["p1.a", "p1.c"]), ["customers: 1 pseudonym → 2 pseudonyms"]);
        assert_eq!(lines(&["p1.a"], &["p1.a"]), [""; 0]);
    }
}
