//! A unit of the tree, with its whole history. What it was on a day follows from it; whether the tree holds together is
//! not its to say.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The board kind of employees; no unit may have it.
pub const EMPLOYEE: &str = "employee";
/// The deepest tree: units above one another.
pub const DEPTH_MAX: usize = 16;

/// A unit of the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Unit {
    /// Stable id, shared with no employee.
    pub id: String,
    /// Its kind, such as `branch`.
    pub kind: String,
    /// The unit above, before the first change; `None` at the top.
    pub parent: Option<String>,
    /// The name that people read, before the first change.
    pub name: String,
    /// The first day on which it is open; `None`: since ever.
    pub start: Option<Date>,
    /// The last day on which it is open; `None`: for ever.
    pub end: Option<Date>,
    /// Moves and renames, earliest first.
    pub changes: Vec<UnitChange>,
    /// Where its members belong from the day after its end.
    pub merged_into: Option<String>,
    /// Its peer groups.
    pub peer_groups: Vec<PeerGroup>,
}

/// What changes on a day.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UnitChange {
    /// The first day.
    pub date: Date,
    /// The unit above from then on, if that changes; `Some(None)`: the top.
    pub parent: Option<Option<String>>,
    /// The name from then on, if that changes.
    pub name: Option<String>,
}

/// A label that units of like size or place share, for some time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PeerGroup {
    /// The label.
    pub label: String,
    /// The first day; `None`: since ever.
    pub start: Option<Date>,
    /// The last day; `None`: for ever.
    pub end: Option<Date>,
}

impl Unit {
    /// A unit without dates.
    pub fn new(id: &str, kind: &str, parent: Option<&str>, name: &str) -> Unit {
        let (id, kind, name) = (id.to_owned(), kind.to_owned(), name.to_owned());
        Unit { id, kind, parent: parent.map(str::to_owned), name, ..Unit::default() }
    }

    /// The unit above on a day.
    pub fn parent_on(&self, date: Date) -> Option<&str> {
        let moves = self.changes.iter().filter_map(|change| Some((change.date, change.parent.as_ref()?)));
        let last = moves.take_while(|(from, _)| *from <= date).last();
        last.map_or(&self.parent, |(_, parent)| parent).as_deref()
    }

    /// The name on a day.
    pub fn name_on(&self, date: Date) -> &str {
        let names = self.changes.iter().filter_map(|change| Some((change.date, change.name.as_ref()?)));
        names.take_while(|(from, _)| *from <= date).last().map_or(&self.name, |(_, name)| name)
    }

    /// Every unit that it names: above it on any day, or going on for it.
    pub fn named_units(&self) -> impl Iterator<Item = &str> {
        let later = self.changes.iter().filter_map(|change| change.parent.as_ref()?.as_ref());
        self.parent.iter().chain(&self.merged_into).chain(later).map(String::as_str)
    }

    /// Whether it is open on a day.
    pub fn is_open(&self, date: Date) -> bool {
        self.start.is_none_or(|start| start <= date) && self.end.is_none_or(|end| date <= end)
    }

    /// Whether it is open on any day of a period.
    pub fn is_open_within(&self, first: Date, last: Date) -> bool {
        self.start.is_none_or(|start| start <= last) && self.end.is_none_or(|end| first <= end)
    }

    /// Its peer groups on a day.
    pub fn peer_groups_on(&self, date: Date) -> impl Iterator<Item = &str> {
        let on_day = move |group: &&PeerGroup| {
            group.start.is_none_or(|start| start <= date) && group.end.is_none_or(|end| date <= end)
        };
        self.peer_groups.iter().filter(on_day).map(|group| group.label.as_str())
    }

    /// Every day on which anything of it changes, in order.
    pub fn turning_days(&self) -> Vec<Date> {
        let closed = self.end.and_then(|end| end.tomorrow().ok());
        let moves = self.changes.iter().map(|change| change.date);
        let mut days: Vec<Date> = self.start.into_iter().chain(closed).chain(moves).collect();
        days.sort_unstable();
        days.dedup();
        days
    }
}
