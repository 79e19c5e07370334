//! The organisation of a mapping as it is written in TOML: which rows become units, their changes, their peer
//! groups, and employees. This is only its shape, like the rest of the model.

use std::collections::BTreeSet;

use serde::Deserialize;
use toml::Spanned;

use super::parts::{DateField, For, Lookups, OneOr, Text};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    #[serde(default)]
    pub units: Vec<Spanned<Units>>,
    /// Rows that change a unit on a day.
    #[serde(default)]
    pub changes: Vec<Spanned<Changes>>,
    /// Rows that put a unit into a peer group.
    #[serde(default)]
    pub peer_groups: Vec<Spanned<PeerGroups>>,
    #[serde(default)]
    pub employees: Vec<Spanned<Employees>>,
}

/// Rows that become units.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Units {
    pub from: Spanned<String>,
    /// Which rows to take. Default: all.
    pub when: Option<Spanned<String>>,
    /// Repeats each row for every combination of these values.
    #[serde(default)]
    pub r#for: For,
    /// Looks up rows of other files.
    #[serde(default)]
    pub lookup: Lookups,
    pub kind: Text,
    pub id: Text,
    /// The unit above; absent at the top.
    pub parent: Option<Text>,
    pub name: Option<Text>,
    /// The first day on which it is open. Absent: always was.
    pub start_date: Option<Spanned<OneOr<DateField>>>,
    /// The last day on which it is open. Absent: no end.
    pub end_date: Option<Spanned<OneOr<DateField>>>,
    /// The unit that its members belong to from the day after its end.
    pub merged_into: Option<Text>,
}

/// Rows that change a unit on a day.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    pub from: Spanned<String>,
    /// Which rows to take. Default: all.
    pub when: Option<Spanned<String>>,
    /// Repeats each row for every combination of these values.
    #[serde(default)]
    pub r#for: For,
    /// Looks up rows of other files.
    #[serde(default)]
    pub lookup: Lookups,
    /// The unit's id.
    pub unit: Text,
    /// The first day of the change.
    pub date: Spanned<OneOr<DateField>>,
    /// The unit above from then on. Absent: as before.
    pub parent: Option<Text>,
    /// `true` if it is at the top from then on. Absent: `false`.
    pub top: Option<Text>,
    /// The name from then on. Absent: as before.
    pub name: Option<Text>,
}

/// Rows that put a unit into a peer group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerGroups {
    pub from: Spanned<String>,
    /// Which rows to take. Default: all.
    pub when: Option<Spanned<String>>,
    /// Repeats each row for every combination of these values.
    #[serde(default)]
    pub r#for: For,
    /// Looks up rows of other files.
    #[serde(default)]
    pub lookup: Lookups,
    /// The unit's id.
    pub unit: Text,
    /// The group's label.
    pub label: Text,
    /// The first day in it. Absent: always was.
    pub start_date: Option<Spanned<OneOr<DateField>>>,
    /// The last day in it. Absent: no end.
    pub end_date: Option<Spanned<OneOr<DateField>>>,
}

/// Rows that become employees.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Employees {
    pub from: Spanned<String>,
    /// Which rows to take. Default: all.
    pub when: Option<Spanned<String>>,
    /// Repeats each row for every combination of these values.
    #[serde(default)]
    pub r#for: For,
    /// Looks up rows of other files.
    #[serde(default)]
    pub lookup: Lookups,
    pub id: Text,
    pub name: Option<Text>,
    pub unit: Option<Text>,
    /// The first day there. Absent: always was.
    pub start_date: Option<Spanned<OneOr<DateField>>>,
    /// The last day there. Absent: no end.
    pub end_date: Option<Spanned<OneOr<DateField>>>,
    /// The employee's role there.
    pub role: Option<Text>,
    /// `true` for a membership beside the primary one, which credits follow. Absent: `false`.
    pub secondary: Option<Text>,
}

impl Organisation {
    /// The names of the files that it uses, lookups included.
    pub fn files(&self) -> BTreeSet<&str> {
        let units = self.units.iter().map(|one| (&one.get_ref().from, &one.get_ref().lookup));
        let changes = self.changes.iter().map(|one| (&one.get_ref().from, &one.get_ref().lookup));
        let groups = self.peer_groups.iter().map(|one| (&one.get_ref().from, &one.get_ref().lookup));
        let employees = self.employees.iter().map(|one| (&one.get_ref().from, &one.get_ref().lookup));
        let mut names = BTreeSet::new();
        for (from, lookups) in units.chain(changes).chain(groups).chain(employees) {
            names.insert(from.get_ref().as_str());
            names.extend(lookups.values().map(|lookup| lookup.get_ref().r#in.get_ref().as_str()));
        }
        names
    }
}
