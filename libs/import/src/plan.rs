//! A mapping that is ready to be used: files are open, names are found, templates and conditions are parsed. Whatever
//! can be wrong with a mapping itself is found before there is a plan.

use longhu_core::catalogue::Catalogue;
use longhu_files::csv_file::Input;
use longhu_proto::wire::control::v1 as control;

use crate::condition::Condition;
use crate::date::DateFormat;
use crate::money::MoneyStyle;
use crate::template::{At, Ready};

/// What an import does.
#[derive(Debug)]
pub struct Plan {
    /// The files.
    pub inputs: Vec<Input>,
    /// What is looked up in other files.
    pub lookups: Vec<LookupRule>,
    /// Rows that become units.
    pub units: Vec<UnitRule>,
    /// Rows that say what became otherwise of units.
    pub changes: Vec<ChangeRule>,
    /// Rows that say which peer groups units are in.
    pub peer_groups: Vec<PeerGroupRule>,
    /// Rows that become employees.
    pub employees: Vec<EmployeeRule>,
    /// Sources to register.
    pub sources: Vec<control::Source>,
    /// Rows that become events.
    pub sections: Vec<Section>,
    /// The built-in event types and those that the mapping names.
    pub catalogue: Catalogue,
}

/// How rows of a file are found by a key.
#[derive(Debug)]
pub struct LookupRule {
    /// The file, by index.
    pub input: usize,
    /// The key of one of its rows.
    pub on: Ready,
    /// Which of its rows count.
    pub when: Option<Condition<At>>,
    /// As written, to share equal ones.
    pub written: (String, Option<String>),
    /// The columns that are kept.
    pub columns: Vec<usize>,
}

/// A lookup as one section uses it.
#[derive(Debug)]
pub struct Binding {
    /// Its name in templates.
    pub name: String,
    /// The lookup, by index in the plan.
    pub lookup: usize,
    /// What is looked for.
    pub key: Ready,
    /// Whether finding nothing makes its columns absent.
    pub optional: bool,
}

/// Which rows, how often, and what belongs to them.
#[derive(Debug)]
pub struct RowRule {
    /// Where it stands in the mapping, such as `events[1]`.
    pub place: String,
    /// The file, by index.
    pub input: usize,
    /// Which rows.
    pub when: Option<Condition<At>>,
    /// The variables of each repetition; one empty repetition when there is no `for`.
    pub repeats: Vec<Vec<String>>,
    /// Rows of other files.
    pub bindings: Vec<Binding>,
}

/// Rows that become units.
#[derive(Debug)]
pub struct UnitRule {
    /// Which rows.
    pub rows: RowRule,
    /// The kind.
    pub kind: Ready,
    /// The id.
    pub id: Ready,
    /// The unit above.
    pub parent: Option<Ready>,
    /// The name.
    pub name: Option<Ready>,
    /// The first day.
    pub start_date: Option<DateRule>,
    /// The last day.
    pub end_date: Option<DateRule>,
    /// Where its members go.
    pub merged_into: Option<Ready>,
}

/// Rows that say what became otherwise of a unit on a day.
#[derive(Debug)]
pub struct ChangeRule {
    /// Which rows.
    pub rows: RowRule,
    /// The unit.
    pub unit: Ready,
    /// The first day.
    pub date: DateRule,
    /// The unit above.
    pub parent: Option<Ready>,
    /// `true` or `false`.
    pub top: Option<Ready>,
    /// The name.
    pub name: Option<Ready>,
}

/// Rows that say which peer group a unit is in.
#[derive(Debug)]
pub struct PeerGroupRule {
    /// Which rows.
    pub rows: RowRule,
    /// The unit.
    pub unit: Ready,
    /// The group.
    pub label: Ready,
    /// The first day.
    pub start_date: Option<DateRule>,
    /// The last day.
    pub end_date: Option<DateRule>,
}

/// Rows that become employees.
#[derive(Debug)]
pub struct EmployeeRule {
    /// Which rows.
    pub rows: RowRule,
    /// The id.
    pub id: Ready,
    /// The name.
    pub name: Option<Ready>,
    /// The unit.
    pub unit: Option<Ready>,
    /// The first day there.
    pub start_date: Option<DateRule>,
    /// The last day there.
    pub end_date: Option<DateRule>,
    /// The role there.
    pub role: Option<Ready>,
    /// `true` or `false`.
    pub secondary: Option<Ready>,
}

/// Rows that become events.
#[derive(Debug)]
pub struct Section {
    /// Which rows.
    pub rows: RowRule,
    /// The events of one row.
    pub events: Vec<EventRule>,
}

/// One event of a row.
#[derive(Debug)]
pub struct EventRule {
    /// Where it stands in the mapping, such as `events[1].event[0]`.
    pub place: String,
    /// For which rows.
    pub when: Option<Condition<At>>,
    /// The source.
    pub source: Ready,
    /// The id.
    pub id: Ready,
    /// The type.
    pub kind: Ready,
    /// The accounting day; at least one of it and `occurred_time` is there.
    pub business_date: Option<DateRule>,
    /// When it happened.
    pub occurred_time: Option<DateRule>,
    /// `source_sequence`
    pub source_sequence: Option<Ready>,
    /// `branch`
    pub branch: Option<Ready>,
    /// `customer`
    pub customer: Option<Ready>,
    /// `subject`
    pub subject: Option<Ready>,
    /// `product`
    pub product: Option<Ready>,
    /// `channel`
    pub channel: Option<Ready>,
    /// `segment`
    pub segment: Option<Ready>,
    /// `quantity`
    pub quantity: Option<Ready>,
    /// `revision`
    pub revision: Option<Ready>,
    /// `amount`
    pub amount: Option<MoneyRule>,
    /// `credits`
    pub credits: Vec<CreditRule>,
    /// `reverses`
    pub reverses: Option<ReversalRule>,
    /// `attributes`
    pub attributes: Vec<(String, Ready)>,
}

/// A date.
#[derive(Debug)]
pub struct DateRule {
    /// Its text.
    pub value: Ready,
    /// How it is written.
    pub format: DateFormat,
}

/// Money.
#[derive(Debug)]
pub struct MoneyRule {
    /// Its number.
    pub value: Ready,
    /// Its currency.
    pub currency: Ready,
    /// How it is written.
    pub style: MoneyStyle,
}

/// A creditor.
#[derive(Debug)]
pub struct CreditRule {
    /// For which rows.
    pub when: Option<Condition<At>>,
    /// The employee.
    pub employee: Ready,
    /// The role.
    pub role: Option<Ready>,
    /// The share.
    pub share: Option<Ready>,
}

/// What an event takes back.
#[derive(Debug)]
pub struct ReversalRule {
    /// The original's id.
    pub id: Option<Ready>,
    /// The original's number.
    pub source_sequence: Option<Ready>,
    /// How many.
    pub quantity: Option<Ready>,
    /// How much.
    pub amount: Option<MoneyRule>,
    /// On its own day.
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
