//! What is otherwise in a unit or an employee since the decision before, field by field: single fields with both values,
//! days and memberships as those that went and those that came. It compares what is stored and judges nothing.

use longhu_proto::wire::organisation::v1::organisation_revision::Decided;
use longhu_proto::wire::organisation::v1::{Membership, PeerGroup, UnitChange};
use serde::Serialize;

use crate::org::words::{day, time};

/// A field that is otherwise; a side that has none is absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The field.
    pub field: &'static str,
    /// As it was.
    pub before: Option<String>,
    /// As it is.
    pub after: Option<String>,
}

/// What is otherwise. Without a decision before, everything is new.
pub fn changes(before: Option<&Decided>, after: &Decided) -> Vec<Change> {
    let (was, is) = (before.map(fields).unwrap_or_default(), fields(after));
    let mut changes = Vec::new();
    let mut names: Vec<&'static str> = is.iter().chain(&was).map(|(field, _)| *field).collect();
    let mut seen = std::collections::HashSet::new();
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
    changes
}

/// Fields that say something, each with its value; a list has one for each item.
fn fields(decided: &Decided) -> Vec<(&'static str, String)> {
    let mut fields = match decided {
        Decided::Unit(unit) => {
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
        Decided::Employee(employee) => {
            let mut fields = vec![("name", employee.name.clone())];
            fields.extend(employee.memberships.iter().map(|one| ("membership", membership(one))));
            fields
        }
    };
    fields.retain(|(_, value)| !value.is_empty());
    fields
}

/// A move or a new name in words.
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

fn join<const N: usize>(parts: [&str; N]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}
