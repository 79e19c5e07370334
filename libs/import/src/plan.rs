//! A mapping that is ready to use: files are open, names resolved, templates and conditions parsed.
//! Everything that can be wrong with a mapping itself is found before a plan exists.

use longhu_core::catalogue::Catalogue;
use longhu_files::csv_file::Input;
use longhu_proto::wire::control::v1 as control;

use crate::condition::Condition;
use crate::date::DateFormat;
use crate::money::MoneyStyle;
use crate::template::{At, Ready};

#[derive(Debug)]
pub struct Plan {
    pub inputs: Vec<Input>,
    /// Rows of other files, by a key.
    pub lookups: Vec<LookupRule>,
    pub units: Vec<UnitRule>,
    /// Rows that change units on a day.
    pub changes: Vec<ChangeRule>,
    /// Rows that put units into peer groups.
    pub peer_groups: Vec<PeerGroupRule>,
    pub employees: Vec<EmployeeRule>,
    /// Sources to register.
    pub sources: Vec<control::Source>,
    pub sections: Vec<Section>,
    /// The built-in event types and those that the mapping names.
    pub catalogue: Catalogue,
}

/// How rows of a file are found by a key.
#[derive(Debug)]
pub struct LookupRule {
    /// The file, by index.
    pub input: usize,
    /// The key of a row of that file.
    pub on: Ready,
    /// Which of its rows may be found.
    pub when: Option<Condition<At>>,
    /// Key and condition as written, so that equal lookups share one index.
    pub written: (String, Option<String>),
    pub columns: Vec<usize>,
}

/// A lookup as one section uses it.
#[derive(Debug)]
pub struct Binding {
    pub name: String,
    /// The lookup, by index in the plan.
    pub lookup: usize,
    /// The key to look for.
    pub key: Ready,
    /// Whether an unknown key makes the columns absent.
    pub optional: bool,
}

/// The rows that a rule reads, how often each, and the lookups that go with them.
#[derive(Debug)]
pub struct RowRule {
    /// Where it stands in the mapping, such as `events[1]`.
    pub place: String,
    /// The file, by index.
    pub input: usize,
    pub when: Option<Condition<At>>,
    /// The variables of each repetition; one empty repetition when there is no `for`.
    pub repeats: Vec<Vec<String>>,
    /// Lookups into other files.
    pub bindings: Vec<Binding>,
}

#[derive(Debug)]
pub struct UnitRule {
    pub rows: RowRule,
    pub kind: Ready,
    pub id: Ready,
    pub parent: Option<Ready>,
    pub name: Option<Ready>,
    pub start_date: Option<DateRule>,
    pub end_date: Option<DateRule>,
    /// The unit that its members belong to from the day after its end.
    pub merged_into: Option<Ready>,
}

/// Rows that change a unit on a day.
#[derive(Debug)]
pub struct ChangeRule {
    pub rows: RowRule,
    pub unit: Ready,
    /// The first day of the change.
    pub date: DateRule,
    pub parent: Option<Ready>,
    /// `true` if the unit is at the top from then on.
    pub top: Option<Ready>,
    pub name: Option<Ready>,
}

/// Rows that put a unit into a peer group.
#[derive(Debug)]
pub struct PeerGroupRule {
    pub rows: RowRule,
    pub unit: Ready,
    pub label: Ready,
    pub start_date: Option<DateRule>,
    pub end_date: Option<DateRule>,
}

#[derive(Debug)]
pub struct EmployeeRule {
    pub rows: RowRule,
    pub id: Ready,
    pub name: Option<Ready>,
    pub unit: Option<Ready>,
    pub start_date: Option<DateRule>,
    pub end_date: Option<DateRule>,
    pub role: Option<Ready>,
    /// `true` for a membership beside the primary one.
    pub secondary: Option<Ready>,
}

#[derive(Debug)]
pub struct Section {
    pub rows: RowRule,
    pub events: Vec<EventRule>,
}

/// One event of a row.
#[derive(Debug)]
pub struct EventRule {
    /// Where it stands in the mapping, such as `events[1].event[0]`.
    pub place: String,
    pub when: Option<Condition<At>>,
    pub source: Ready,
    pub id: Ready,
    /// The event's type.
    pub kind: Ready,
    /// The accounting day. It or `occurred_time` is there, or both.
    pub business_date: Option<DateRule>,
    pub occurred_time: Option<DateRule>,
    pub source_sequence: Option<Ready>,
    pub branch: Option<Ready>,
    pub customer: Option<Ready>,
    pub subject: Option<Ready>,
    pub product: Option<Ready>,
    pub channel: Option<Ready>,
    pub segment: Option<Ready>,
    pub quantity: Option<Ready>,
    pub revision: Option<Ready>,
    pub amount: Option<MoneyRule>,
    pub credits: Vec<CreditRule>,
    pub reverses: Option<ReversalRule>,
    pub attributes: Vec<(String, Ready)>,
}

#[derive(Debug)]
pub struct DateRule {
    pub value: Ready,
    pub format: DateFormat,
}

#[derive(Debug)]
pub struct MoneyRule {
    pub value: Ready,
    pub currency: Ready,
    pub style: MoneyStyle,
}

#[derive(Debug)]
pub struct CreditRule {
    pub when: Option<Condition<At>>,
    pub employee: Ready,
    pub role: Option<Ready>,
    pub share: Option<Ready>,
}

/// What an event takes back.
#[derive(Debug)]
pub struct ReversalRule {
    pub id: Option<Ready>,
    pub source_sequence: Option<Ready>,
    pub quantity: Option<Ready>,
    pub amount: Option<MoneyRule>,
    /// Whether it counts on its own day instead of the original's.
    pub dated: bool,
}

impl Plan {
    /// The rows of the organisation, in the order in which they are read.
    pub fn organisation_rows(&self) -> impl Iterator<Item = &RowRule> {
        let units = self.units.iter().map(|rule| &rule.rows);
        let changes = self.changes.iter().map(|rule| &rule.rows);
        let peer_groups = self.peer_groups.iter().map(|rule| &rule.rows);
        let employees = self.employees.iter().map(|rule| &rule.rows);
        units.chain(changes).chain(peer_groups).chain(employees)
    }
}
