//! A unit of the tree, with its full history, from which its state on any day follows. Whether the tree as a
//! whole is valid is checked elsewhere.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The board kind of employees; no unit may have it.
pub const EMPLOYEE: &str = "employee";
/// The most units above one another.
pub const DEPTH_MAX: usize = 16;

/// A unit of the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Unit {
    /// Stable id, shared with no employee.
    pub id: String,
    /// Its kind, such as `branch`.
    pub kind: String,
    /// The parent unit before the first change; `None` at the top.
    pub parent: Option<String>,
    /// The name for display, before the first change.
    pub name: String,
    /// The first day on which it is open; `None`: since the beginning.
    pub start: Option<Date>,
    /// The last day on which it is open; `None`: open end.
    pub end: Option<Date>,
    /// Moves and renames, earliest first.
    pub changes: Vec<UnitChange>,
    /// The unit to which its members belong from the day after its end.
    pub merged_into: Option<String>,
    /// Its peer groups.
    pub peer_groups: Vec<PeerGroup>,
}

/// A change on a day.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UnitChange {
    /// The first day.
    pub date: Date,
    /// The new parent unit, if it changes; `Some(None)`: the top.
    pub parent: Option<Option<String>>,
    /// The new name, if it changes.
    pub name: Option<String>,
}

/// A label shared by units of similar size or location, for a range of days.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PeerGroup {
    /// The label.
    pub label: String,
    /// The first day; `None`: since the beginning.
    pub start: Option<Date>,
    /// The last day; `None`: open end.
    pub end: Option<Date>,
}

impl Unit {
    /// A unit without dates.
    pub fn new(id: &str, kind: &str, parent: Option<&str>, name: &str) -> Unit {
        let (id, kind, name) = (id.to_owned(), kind.to_owned(), name.to_owned());
        Unit { id, kind, parent: parent.map(str::to_owned), name, ..Unit::default() }
    }

    /// The parent unit on a day.
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

    /// Every unit that it names: its parents on any day, and the unit it was merged into.
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

    /// Every day on which the unit changes, in order.
    pub fn turning_days(&self) -> Vec<Date> {
        let closed = self.end.and_then(|end| end.tomorrow().ok());
        let moves = self.changes.iter().map(|change| change.date);
        let mut days: Vec<Date> = self.start.into_iter().chain(closed).chain(moves).collect();
        days.sort_unstable();
        days.dedup();
        days
    }
}
