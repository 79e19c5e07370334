//! The organisation of a mapping as it is written in TOML: which rows become units, their changes and peer groups, and
//! employees. Shapes only, as in the rest of the model.

use std::collections::BTreeSet;

use serde::Deserialize;
use toml::Spanned;

use super::parts::{DateField, For, Lookups, OneOr, Text};

/// The organisation.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Rows that become units.
    #[serde(default)]
    pub units: Vec<Spanned<Units>>,
    /// Rows that say what became otherwise of a unit.
    #[serde(default)]
    pub changes: Vec<Spanned<Changes>>,
    /// Rows that say which peer groups a unit is in.
    #[serde(default)]
    pub peer_groups: Vec<Spanned<PeerGroups>>,
    /// Rows that become employees.
    #[serde(default)]
    pub employees: Vec<Spanned<Employees>>,
}

/// Rows that become units.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Units {
    /// The file.
    pub from: Spanned<String>,
    /// Which rows. Default: all.
    pub when: Option<Spanned<String>>,
    /// Repeats each row.
    #[serde(default)]
    pub r#for: For,
    /// Rows of other files.
    #[serde(default)]
    pub lookup: Lookups,
    /// The unit's kind.
    pub kind: Text,
    /// The unit's id.
    pub id: Text,
    /// The unit above; absent at the top.
    pub parent: Option<Text>,
    /// The unit's name.
    pub name: Option<Text>,
    /// The first day on which it is open. Absent: since ever.
    pub start_date: Option<Spanned<OneOr<DateField>>>,
    /// The last day on which it is open. Absent: for ever.
    pub end_date: Option<Spanned<OneOr<DateField>>>,
    /// Where its members belong from the day after its end.
    pub merged_into: Option<Text>,
}

/// Rows that say what became otherwise of a unit on a day.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// The file.
    pub from: Spanned<String>,
    /// Which rows. Default: all.
    pub when: Option<Spanned<String>>,
    /// Repeats each row.
    #[serde(default)]
    pub r#for: For,
    /// Rows of other files.
    #[serde(default)]
    pub lookup: Lookups,
    /// The unit's id.
    pub unit: Text,
    /// The first day on which it is so.
    pub date: Spanned<OneOr<DateField>>,
    /// The unit above from then on. Absent: as before.
    pub parent: Option<Text>,
    /// `true` when it is at the top from then on. Absent: `false`.
    pub top: Option<Text>,
    /// The name from then on. Absent: as before.
    pub name: Option<Text>,
}

/// Rows that say which peer group a unit is in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerGroups {
    /// The file.
    pub from: Spanned<String>,
    /// Which rows. Default: all.
    pub when: Option<Spanned<String>>,
    /// Repeats each row.
    #[serde(default)]
    pub r#for: For,
    /// Rows of other files.
    #[serde(default)]
    pub lookup: Lookups,
    /// The unit's id.
    pub unit: Text,
    /// The group.
    pub label: Text,
    /// The first day in it. Absent: since ever.
    pub start_date: Option<Spanned<OneOr<DateField>>>,
    /// The last day in it. Absent: for ever.
    pub end_date: Option<Spanned<OneOr<DateField>>>,
}

/// Rows that become employees.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Employees {
    /// The file.
    pub from: Spanned<String>,
    /// Which rows. Default: all.
    pub when: Option<Spanned<String>>,
    /// Repeats each row.
    #[serde(default)]
    pub r#for: For,
    /// Rows of other files.
    #[serde(default)]
    pub lookup: Lookups,
    /// The employee's id.
    pub id: Text,
    /// The employee's name.
    pub name: Option<Text>,
    /// The employee's unit.
    pub unit: Option<Text>,
    /// The first day there. Absent: since ever.
    pub start_date: Option<Spanned<OneOr<DateField>>>,
    /// The last day there. Absent: for ever.
    pub end_date: Option<Spanned<OneOr<DateField>>>,
    /// What the employee is there.
    pub role: Option<Text>,
    /// `true` beside the membership that credits follow. Absent: `false`.
    pub secondary: Option<Text>,
}

impl Organisation {
    /// The names of the files that it is made of, lookups included.
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
