//! Builds an organisation from rows: [`Units`] and [`People`]. It is sent only if all of it is right;
//! standings on half an organisation would mislead.

use longhu_client::problems::Problem;
use longhu_core::organisation::{Employee, Feed, Organisation, Unit};
use longhu_core::types::violation::Violation;
use longhu_files::csv_file::Rows;

use crate::cells::Cells;
use crate::error::Error;
use crate::lookup::Index;
use crate::people::People;
use crate::plan::{Plan, RowRule};
use crate::progress::Progress;
use crate::report::Report;
use crate::row_field::Origin;
use crate::spoilt::Spoilt;
use crate::units::Units;
use crate::values::Context;

/// The most units and employees that one run reports as wrong when all rows are taken together.
const CHECKS_MAX: usize = 20;

/// The organisation of a mapping.
#[derive(Debug, Default)]
pub struct Built {
    pub units: Units,
    pub people: People,
    /// Units that the mapping names as a parent, a membership or a merger's target, but does not define.
    pub elsewhere: Vec<String>,
}

/// Counts wrong rows of the organisation, apart from those of other parts of a mapping. Each is written to
/// the report.
struct Wrong<'r> {
    report: &'r mut Report,
    count: u64,
    first: Option<(String, u64, String)>,
}

impl Wrong<'_> {
    fn of(report: &mut Report) -> Wrong<'_> {
        Wrong { report, count: 0, first: None }
    }

    fn add(&mut self, plan: &Plan, origin: &Origin, problem: &Problem) -> Result<(), Error> {
        let Some(input) = plan.inputs.get(origin.input) else { return Ok(()) };
        self.count += 1;
        let first = || (input.shown.clone(), origin.row.line, problem.to_string());
        self.first.get_or_insert_with(first);
        let told = (problem.field.as_str(), problem.code.as_str(), problem.reason.as_str());
        self.report.reject_with(input, &origin.place, &origin.row, told)
    }

    /// One error for all of them, if there are any.
    fn error(self) -> Option<Error> {
        let (file, line, reason) = self.first?;
        Some(Error::Organisation { count: self.count, file, line, reason })
    }
}

/// Builds the organisation. If any of its rows is wrong, they are rejected and there is none.
pub fn build(
    plan: &Plan,
    indexes: &[Index],
    report: &mut Report,
    progress: &mut Progress,
) -> Result<Built, Error> {
    let mut wrong = Wrong::of(report);
    let (mut units, mut people) = (Units::default(), People::default());
    let mut reading = Reading { plan, indexes, wrong: &mut wrong, progress };
    for rule in &plan.units {
        reading.each_row(&rule.rows, |context, origin| units.add(rule, context, origin))?;
    }
    // Otherwise every row about a unit would also report that the unit's own, wrong row is missing.
    if reading.wrong.count == 0 {
        for rule in &plan.changes {
            reading.each_row(&rule.rows, |context, origin| units.change(rule, context, origin))?;
        }
        for rule in &plan.peer_groups {
            reading.each_row(&rule.rows, |context, origin| units.peer_group(rule, context, origin))?;
        }
    }
    for rule in &plan.employees {
        reading.each_row(&rule.rows, |context, origin| people.add(rule, context, origin))?;
    }
    units.sort();
    people.sort();
    let mut built = Built { units, people, elsewhere: Vec::new() };
    built.elsewhere = built.named_elsewhere();
    built.check(plan, &mut wrong)?;
    if let Some(error) = wrong.error() {
        return Err(error);
    }
    for ids in [built.units.ids().collect::<Vec<_>>(), built.people.ids().collect()] {
        let mut spoilt = Spoilt::default();
        for (id, origin) in ids {
            if let Some(input) = plan.inputs.get(origin.input) {
                spoilt.look_at_id(id, input, origin.line(), report);
            }
        }
    }
    report.counts.units = built.units.units.len() as u64;
    report.counts.employees = built.people.employees.len() as u64;
    Ok(built)
}

struct Reading<'a, 'r> {
    plan: &'a Plan,
    indexes: &'a [Index],
    wrong: &'a mut Wrong<'r>,
    progress: &'a mut Progress,
}

impl Reading<'_, '_> {
    /// Calls `take` for every repetition of every row of a rule.
    fn each_row(
        &mut self,
        rule: &RowRule,
        mut take: impl FnMut(&Context, Origin) -> Result<(), Violation>,
    ) -> Result<(), Error> {
        let Some(input) = self.plan.inputs.get(rule.input) else { return Ok(()) };
        let mut rows = Rows::all(input)?;
        while let Some(row) = rows.next_row()? {
            self.progress.row(rows.bytes_read(), |rows| format!("{rows} rows of the organisation"));
            let origin = || Origin { input: rule.input, place: rule.place.clone(), row: row.clone() };
            if row.fault.is_none() && row.last_line > row.line {
                self.wrong.report.warn_of_lines(input, &row);
            }
            for variables in &rule.repeats {
                let cells = Cells { input, cells: &row.cells };
                let context = Context::new(self.plan, self.indexes, rule, cells, variables);
                let asked = rule.when.as_ref().filter(|_| row.fault.is_none() || row.has_other_shape());
                let holds = asked.map_or(Ok(true), |when| when.holds(&context));
                if let Some(fault) = row.fault.as_ref().filter(|_| holds != Ok(false)) {
                    self.wrong.add(self.plan, &origin(), &fault.clone().at("").into())?;
                    break;
                }
                let taken = match holds {
                    Ok(true) => take(&context, origin()),
                    Ok(false) => Ok(()),
                    Err(fault) => Err(fault.at("when")),
                };
                if let Err(violation) = taken {
                    self.wrong.add(self.plan, &origin(), &violation.into())?;
                }
            }
        }
        self.progress.file_done(input.bytes());
        Ok(())
    }
}

impl Built {
    pub fn is_empty(&self) -> bool {
        self.units.units.is_empty() && self.people.employees.is_empty()
    }

    /// Units that the mapping names but does not define.
    fn named_elsewhere(&self) -> Vec<String> {
        let units = &self.units.units;
        let parents = units.iter().filter_map(|unit| unit.parent.as_ref());
        let merged = units.iter().filter_map(|unit| unit.merged_into.as_ref());
        let changes = units.iter().flat_map(|unit| &unit.changes);
        let moved = changes.filter_map(|change| change.parent.as_ref().and_then(Option::as_ref));
        let memberships = self.people.employees.iter().flat_map(|employee| &employee.memberships);
        let memberships = memberships.map(|membership| &membership.unit);
        let named = parents.chain(merged).chain(moved).chain(memberships);
        let mut elsewhere: Vec<String> = named.filter(|id| !self.units.knows(id)).cloned().collect();
        elsewhere.sort();
        elsewhere.dedup();
        elsewhere
    }

    /// Makes the server's checks. Units that the mapping does not define may be on the server; they are only
    /// listed.
    fn check(&self, plan: &Plan, wrong: &mut Wrong) -> Result<(), Error> {
        let mut present = Organisation::default();
        for id in &self.elsewhere {
            present.put_unit(Unit::new(id, "elsewhere", None, ""));
        }
        let (units, employees) = (self.units.units.clone(), self.people.employees.clone());
        let mut feed = Feed { units, employees, ..Feed::default() };
        let Err(first) = present.check(&feed) else { return Ok(()) };
        let mut found = Some(first);
        for _ in 0..CHECKS_MAX {
            let Some(problem) = found.map(Problem::from) else { return Ok(()) };
            let Some((list, index)) = place_of(&problem.field) else { return Ok(()) };
            let is_id = problem.field.ends_with("].id");
            if let Some((origin, problem)) = self.locate(problem) {
                wrong.add(plan, origin, &problem)?;
            }
            // The check reports one problem at a time: replace what is wrong with something right, so that it
            // finds the next.
            let sound = |id: &str| if is_id { format!("wrong-{index}") } else { id.to_owned() };
            match (list, feed.units.get_mut(index), feed.employees.get_mut(index)) {
                ("units", Some(unit), _) => *unit = Unit::new(&sound(&unit.id), "elsewhere", None, ""),
                ("employees", _, Some(one)) => *one = Employee::new(&sound(&one.id), "", None),
                _ => return Ok(()),
            }
            found = present.check(&feed).err();
        }
        Ok(())
    }

    /// The server's refusal, reported at the rows that it is about; `None` if it is about no row.
    pub fn refused(
        &self,
        plan: &Plan,
        problems: Vec<Problem>,
        report: &mut Report,
    ) -> Result<Option<Error>, Error> {
        let mut wrong = Wrong::of(report);
        for problem in problems {
            if let Some((origin, problem)) = self.locate(problem) {
                wrong.add(plan, origin, &problem)?;
            }
        }
        Ok(wrong.error())
    }

    /// The row that a problem comes from. The problem's field begins with a list and an index, such as
    /// `units[3].name`.
    fn locate(&self, problem: Problem) -> Option<(&Origin, Problem)> {
        let (list, index) = place_of(&problem.field)?;
        let (_, field) = problem.field.split_once(']')?;
        let problem = Problem { field: field.trim_start_matches('.').to_owned(), ..problem.clone() };
        match list {
            "units" => self.units.locate(index, problem),
            _ => self.people.locate(index, problem),
        }
    }
}

/// The list and the index at the start of a field such as `units[3].name`.
fn place_of(field: &str) -> Option<(&'static str, usize)> {
    let (list, rest) = field.split_once('[')?;
    let list = ["units", "employees"].into_iter().find(|known| *known == list)?;
    Some((list, rest.split_once(']')?.0.parse().ok()?))
}
