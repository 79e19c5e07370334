//! Rows that become units, and with [`People`] employees. An organisation is right as a whole or not sent at all: standings on half of
//! one would mislead. Rows that say the same twice are one; rows that contradict each other are refused.

use std::collections::HashMap;

use jiff::civil::Date;
use longhu_core::organisation::{Employee, Feed, Organisation, Unit};
use longhu_core::violation::Violation;

use super::error::Error;
use super::input::{Row, Rows};
use super::lookup::Index;
use super::people::People;
use super::plan::{DateRule, Plan, RowRule, UnitRule};
use super::report::Report;
use super::template::Ready;
use super::values::{Cells, Context};

/// The organisation of a mapping.
#[derive(Debug, Default)]
pub struct Built {
    /// Units, in the order of the rows.
    pub units: Vec<Unit>,
    /// Employees, in the order of the rows.
    pub employees: Vec<Employee>,
    /// Units that are named above others or as memberships, but not defined by the mapping.
    pub elsewhere: Vec<String>,
}

/// Where something was defined first.
#[derive(Clone, Debug)]
pub struct Origin {
    input: usize,
    place: String,
    row: Row,
}

impl Origin {
    /// The line in its file.
    pub fn line(&self) -> u64 {
        self.row.line
    }
}

/// Things of one kind by id, each with its origin.
struct Collected<T> {
    things: Vec<T>,
    origins: Vec<Origin>,
    by_id: HashMap<String, usize>,
}

impl<T: PartialEq> Collected<T> {
    fn new() -> Collected<T> {
        Collected { things: Vec::new(), origins: Vec::new(), by_id: HashMap::new() }
    }

    fn add(&mut self, id: &str, thing: T, origin: Origin) -> Result<(), Violation> {
        let Some(index) = self.by_id.get(id) else {
            self.by_id.insert(id.to_owned(), self.things.len());
            self.things.push(thing);
            self.origins.push(origin);
            return Ok(());
        };
        if self.things.get(*index) == Some(&thing) {
            return Ok(());
        }
        Err(contradiction(id, self.origins.get(*index).map_or(0, Origin::line)))
    }
}

/// The refusal of a row that says otherwise than an earlier one.
pub fn contradiction(id: &str, before: u64) -> Violation {
    let reason =
        format!("`{id}` was defined otherwise by line {before}; make the rows agree, or their ids differ");
    Violation::new("id", "CONTRADICTION", reason)
}

/// Rows that are wrong: written down in the report, and counted apart from those of other parts of a mapping.
struct Wrong<'r> {
    report: &'r mut Report,
    count: u64,
    first: Option<(String, u64, String)>,
}

impl Wrong<'_> {
    fn add(&mut self, plan: &Plan, origin: &Origin, violation: &Violation) -> Result<(), Error> {
        let Some(input) = plan.inputs.get(origin.input) else { return Ok(()) };
        self.count += 1;
        let first = || (input.shown.clone(), origin.row.line, violation.to_string());
        self.first.get_or_insert_with(first);
        self.report.reject(input, &origin.place, &origin.row, violation)
    }
}

/// Builds the organisation; when rows of it are wrong they are rejected, and there is none.
pub fn build(plan: &Plan, indexes: &[Index], report: &mut Report) -> Result<Built, Error> {
    let mut wrong = Wrong { report, count: 0, first: None };
    let mut units = Collected::new();
    for rule in &plan.units {
        each_row(plan, indexes, &rule.rows, &mut wrong, |context, origin| {
            let unit = unit_of(rule, context)?;
            let id = unit.id.clone();
            units.add(&id, unit, origin)
        })?;
    }
    let mut people = People::default();
    for rule in &plan.employees {
        each_row(plan, indexes, &rule.rows, &mut wrong, |context, origin| people.add(rule, context, origin))?;
    }
    people.sort();
    let elsewhere = check(plan, &units, &people, &mut wrong)?;
    if let Some((file, line, reason)) = wrong.first {
        return Err(Error::Organisation { count: wrong.count, file, line, reason });
    }
    report.counts.units = units.things.len() as u64;
    report.counts.employees = people.employees.len() as u64;
    Ok(Built { units: units.things, employees: people.employees, elsewhere })
}

/// Runs `take` for every repetition of every row of a rule.
fn each_row(
    plan: &Plan,
    indexes: &[Index],
    rule: &RowRule,
    wrong: &mut Wrong,
    mut take: impl FnMut(&Context, Origin) -> Result<(), Violation>,
) -> Result<(), Error> {
    let Some(input) = plan.inputs.get(rule.input) else { return Ok(()) };
    let mut rows = Rows::all(input)?;
    while let Some(row) = rows.next()? {
        let origin = || Origin { input: rule.input, place: rule.place.clone(), row: row.clone() };
        if let Some(fault) = &row.fault {
            wrong.add(plan, &origin(), &fault.clone().at(""))?;
            continue;
        }
        for variables in &rule.repeats {
            let cells = Cells { input, cells: &row.cells };
            let context = Context::new(plan, indexes, rule, cells, variables);
            let holds = rule.when.as_ref().map_or(Ok(true), |when| when.holds(&context));
            let taken = match holds {
                Ok(true) => take(&context, origin()),
                Ok(false) => Ok(()),
                Err(fault) => Err(fault.at("when")),
            };
            if let Err(violation) = taken {
                wrong.add(plan, &origin(), &violation)?;
            }
        }
    }
    Ok(())
}

fn unit_of(rule: &UnitRule, context: &Context) -> Result<Unit, Violation> {
    let id = text("id", &rule.id, context)?.unwrap_or_default();
    let kind = text("kind", &rule.kind, context)?.unwrap_or_default();
    let parent = optional("parent", rule.parent.as_ref(), context)?;
    let name = optional("name", rule.name.as_ref(), context)?.unwrap_or_default();
    let start = day("start_date", rule.start_date.as_ref(), context)?;
    let end = day("end_date", rule.end_date.as_ref(), context)?;
    Ok(Unit { id, kind, parent, name, start, end, ..Unit::default() })
}

/// A field's text; absent where the row has none.
pub fn text(field: &str, template: &Ready, context: &Context) -> Result<Option<String>, Violation> {
    template.render(context).map_err(|fault| fault.at(field))
}

/// The text of a field that a rule may leave out.
pub fn optional(
    field: &str,
    template: Option<&Ready>,
    context: &Context,
) -> Result<Option<String>, Violation> {
    template.map_or(Ok(None), |template| text(field, template, context))
}

/// The day of a field that a rule may leave out.
pub fn day(field: &str, rule: Option<&DateRule>, context: &Context) -> Result<Option<Date>, Violation> {
    rule.map_or(Ok(None), |rule| rule.day(field, context))
}

/// Checks what the server would. Units that the mapping does not define may be on the server: they are only listed.
fn check(
    plan: &Plan,
    units: &Collected<Unit>,
    people: &People,
    wrong: &mut Wrong,
) -> Result<Vec<String>, Error> {
    let parents = units.things.iter().filter_map(|unit| unit.parent.as_ref());
    let memberships = people.employees.iter().flat_map(|employee| &employee.memberships);
    let memberships = memberships.map(|membership| &membership.unit);
    let mut elsewhere: Vec<String> =
        parents.chain(memberships).filter(|id| !units.by_id.contains_key(*id)).cloned().collect();
    elsewhere.sort();
    elsewhere.dedup();
    let mut present = Organisation::default();
    for id in &elsewhere {
        present.put_unit(Unit::new(id, "elsewhere", None, ""));
    }
    let (units_given, employees) = (units.things.clone(), people.employees.clone());
    let feed = Feed { units: units_given, employees, ..Feed::default() };
    let Err(violation) = present.check(&feed) else { return Ok(elsewhere) };
    // The field begins with the list and the index of the one that is wrong, such as `units[3].name`.
    let (list, rest) = violation.field.split_once('[').unwrap_or(("", &violation.field));
    let (index, field) = rest.split_once("].").unwrap_or(("", rest));
    let Ok(index) = index.parse::<usize>() else { return Ok(elsewhere) };
    let violation = Violation { field: field.to_owned(), ..violation.clone() };
    let located = match list {
        "units" => units.origins.get(index).map(|origin| (origin, violation)),
        _ => people.locate(index, violation),
    };
    if let Some((origin, violation)) = located {
        wrong.add(plan, origin, &violation)?;
    }
    Ok(elsewhere)
}
