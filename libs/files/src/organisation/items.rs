//! Reads one unit, employee, hand-over or code of an organisation's file, with its days. What cannot be read
//! is noted here; whether the entries make sense is checked elsewhere.

use longhu_core::organisation::{
    Employee, HandOver, Meaning, Membership, PeerGroup, SourceCode, Unit, UnitChange,
};

use crate::fields::Fields;

/// The fields of a unit.
pub const UNIT: &[&str] =
    &["id", "kind", "parent", "name", "start_date", "end_date", "merged_into", "changes", "peer_groups"];
/// The fields of an employee.
pub const EMPLOYEE: &[&str] = &["id", "name", "unit", "memberships"];
/// The fields of a hand-over.
pub const HAND_OVER: &[&str] = &["id", "from", "to", "start_date", "end_date", "all_customers", "customers"];
/// The fields of a source's code.
pub const CODE: &[&str] = &["source", "code", "id", "meanings"];

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

/// An employee. `unit` is short for one membership without end.
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

/// A hand-over, with customers as events name them. One without a first day stays in the list, so that the
/// indices in messages stay right.
pub fn hand_over(fields: &Fields) -> HandOver {
    fields.require("start_date");
    if !fields.has("all_customers") && !fields.has("customers") {
        let reason = "say whose: `customers = [...]`, or `all_customers = true`; an empty list takes it back";
        fields.note("customers", "MISSING_FIELD", reason);
    }
    HandOver {
        id: fields.text("id").unwrap_or_default(),
        from: fields.text("from").unwrap_or_default(),
        to: fields.text("to").unwrap_or_default(),
        start: fields.date("start_date").unwrap_or_default(),
        end: fields.date("end_date"),
        is_for_all: fields.flag("all_customers").unwrap_or_default(),
        customers: fields.texts("customers"),
    }
}

/// A source's code. `id` is short for one meaning without end.
pub fn code(fields: &Fields) -> SourceCode {
    let source = fields.text("source").unwrap_or_default();
    let code = fields.text("code").unwrap_or_default();
    if fields.has("id") && fields.has("meanings") {
        let reason = "`id` is one meaning for ever, and there are `meanings` too; keep one of the two";
        fields.note("id", "CONTRADICTION", reason);
    }
    let meaning = |fields: &Fields| Meaning {
        id: fields.text("id").unwrap_or_default(),
        start: fields.date("start_date"),
        end: fields.date("end_date"),
    };
    let meanings = fields.tables("meanings", &["id", "start_date", "end_date"]);
    let meanings = match filled(fields, "id") {
        Some(id) => vec![Meaning { id, ..Meaning::default() }],
        None => meanings.iter().map(meaning).collect(),
    };
    SourceCode { source, code, meanings }
}

fn change(fields: &Fields) -> Option<UnitChange> {
    fields.require("date");
    let (date, name) = (fields.date("date"), fields.text("name"));
    // A parent that is written but empty means a move to the top.
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
