//! One unit and one employee of an organisation's file, with their days. What is wrong with how they are written is noted;
//! whether they make sense is asked elsewhere.

use longhu_core::organisation::{Employee, Membership, PeerGroup, Unit, UnitChange};

use crate::toml_fields::Fields;

/// The fields of a unit.
pub const UNIT: &[&str] =
    &["id", "kind", "parent", "name", "start_date", "end_date", "merged_into", "changes", "peer_groups"];
/// The fields of an employee.
pub const EMPLOYEE: &[&str] = &["id", "name", "unit", "memberships"];

/// A unit.
pub fn unit(fields: &Fields) -> Unit {
    let changes = fields.tables("changes", &["date", "parent", "name"]);
    let groups = fields.tables("peer_groups", &["label", "start_date", "end_date"]);
    Unit {
        id: fields.text("id").unwrap_or_default(),
        kind: fields.text("kind").unwrap_or_default(),
        parent: filled(fields, "parent"),
        name: fields.text("name").unwrap_or_default(),
        start: fields.date("start_date"),
        end: fields.date("end_date"),
        changes: changes.iter().filter_map(change).collect(),
        merged_into: filled(fields, "merged_into"),
        peer_groups: groups.iter().map(peer_group).collect(),
    }
}

/// An employee: `unit` is short for one membership for ever.
pub fn employee(fields: &Fields) -> Employee {
    let id = fields.text("id").unwrap_or_default();
    let name = fields.text("name").unwrap_or_default();
    if fields.has("unit") && fields.has("memberships") {
        let reason =
            "`unit` is one membership for ever, and there are `memberships` too; keep one of the two";
        fields.note("unit", "CONTRADICTION", reason);
    }
    let known = ["unit", "start_date", "end_date", "role", "secondary"];
    let memberships: Vec<Membership> = fields.tables("memberships", &known).iter().map(membership).collect();
    match filled(fields, "unit") {
        Some(unit) => Employee::new(&id, &name, Some(&unit)),
        None => Employee { id, name, memberships },
    }
}

fn change(fields: &Fields) -> Option<UnitChange> {
    fields.require("date");
    let (date, name) = (fields.date("date"), fields.text("name"));
    // A parent that is written, but empty, is a move to the top.
    let parent = fields.text("parent").map(|parent| Some(parent).filter(|parent| !parent.is_empty()));
    Some(UnitChange { date: date?, parent, name })
}

fn peer_group(fields: &Fields) -> PeerGroup {
    fields.require("label");
    PeerGroup {
        label: fields.text("label").unwrap_or_default(),
        start: fields.date("start_date"),
        end: fields.date("end_date"),
    }
}

fn membership(fields: &Fields) -> Membership {
    Membership {
        unit: fields.text("unit").unwrap_or_default(),
        start: fields.date("start_date"),
        end: fields.date("end_date"),
        role: fields.text("role").unwrap_or_default(),
        is_secondary: fields.flag("secondary").unwrap_or_default(),
    }
}

fn filled(fields: &Fields, name: &str) -> Option<String> {
    fields.text(name).filter(|text| !text.is_empty())
}
