//! An organisation's TOML file, read into units and employees. Whether a parent or a unit that the file does not
//! define exists is the server's to say.

use std::collections::HashMap;

use longhu_core::organisation::{Employee, Organisation, Unit};
use longhu_core::violation::Violation;
use longhu_proto::organisation::{employee_to_wire, unit_to_wire};
use longhu_proto::wire::organisation::v1 as wire;
use toml::de::DeTable;

use crate::problems::Problem;
use crate::toml_fields::{Fields, Notes};

/// What a file says.
#[derive(Debug)]
pub struct Reading {
    /// Its units.
    pub units: Vec<wire::Unit>,
    /// Its employees.
    pub employees: Vec<wire::Employee>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// Reads a document.
pub fn read(root: &DeTable) -> Reading {
    let notes = Notes::default();
    let fields = Fields::root(root, &["units", "employees"], &notes);
    let units: Vec<Unit> =
        fields.tables("units", &["id", "kind", "parent", "name"]).iter().map(unit).collect();
    let employees: Vec<Employee> =
        fields.tables("employees", &["id", "name", "unit"]).iter().map(employee).collect();
    let mut problems = notes.into_problems();
    if problems.is_empty() {
        problems = contradictions(&units, &employees);
    } else {
        let found = contradictions(&units, &employees);
        let is_new = |problem: &Problem| !problems.iter().any(|other| other.overlaps(problem));
        let new: Vec<Problem> = found.into_iter().filter(is_new).collect();
        problems.extend(new);
    }
    Reading {
        units: units.iter().map(unit_to_wire).collect(),
        employees: employees.iter().map(employee_to_wire).collect(),
        problems,
    }
}

/// A server's problem under the name that the field has in the file.
pub fn in_file(problem: Problem) -> Problem {
    Problem { field: problem.field.replace(".memberships", ".unit"), ..problem }
}

fn unit(fields: &Fields) -> Unit {
    Unit {
        id: fields.text("id").unwrap_or_default(),
        kind: fields.text("kind").unwrap_or_default(),
        parent: fields.text("parent").filter(|parent| !parent.is_empty()),
        name: fields.text("name").unwrap_or_default(),
        ..Unit::default()
    }
}

fn employee(fields: &Fields) -> Employee {
    let id = fields.text("id").unwrap_or_default();
    let name = fields.text("name").unwrap_or_default();
    Employee::new(&id, &name, fields.text("unit").filter(|unit| !unit.is_empty()).as_deref())
}

/// Everything that is wrong whatever the organisation in force is.
fn contradictions(units: &[Unit], employees: &[Employee]) -> Vec<Problem> {
    let nobody = Organisation::default();
    let mut found = twice(units, employees);
    for (index, unit) in units.iter().enumerate() {
        let result = nobody.check(std::slice::from_ref(unit), &[]);
        note(&mut found, result, |field| field.replacen("units[0]", &format!("units[{index}]"), 1));
    }
    for (index, employee) in employees.iter().enumerate() {
        let result = nobody.check(&[], std::slice::from_ref(employee));
        note(&mut found, result, |field| field.replacen("employees[0]", &format!("employees[{index}]"), 1));
    }
    if found.is_empty() {
        note(&mut found, nobody.check(units, employees), str::to_owned);
    }
    found
}

fn note(found: &mut Vec<Problem>, result: Result<(), Violation>, rename: impl Fn(&str) -> String) {
    if let Err(violation) = result
        && violation.code != "UNKNOWN_UNIT"
    {
        let problem = Problem::from(violation);
        found.push(Problem { field: rename(&problem.field), ..problem });
    }
}

/// Ids that the file names more than once.
fn twice(units: &[Unit], employees: &[Employee]) -> Vec<Problem> {
    let units = units.iter().enumerate().map(|(index, unit)| ("units", index, &unit.id));
    let employees = employees.iter().enumerate().map(|(index, employee)| ("employees", index, &employee.id));
    let mut first = HashMap::new();
    let mut found = Vec::new();
    for (list, index, id) in units.chain(employees).filter(|(_, _, id)| !id.is_empty()) {
        match first.get(id.as_str()) {
            None => {
                first.insert(id.as_str(), (list, index));
            }
            Some((other, at)) => {
                let code = if *other == list { "DUPLICATE_ID" } else { "ID_OF_BOTH" };
                let reason = format!("`{id}` is named already by {other}[{at}]; ids are unique, rename one");
                found.push(Problem::new(format!("{list}[{index}].id"), code, reason));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toml_file::Source;

    fn problems(text: &str) -> Vec<String> {
        let reading = read(Source::new("x", text.to_owned()).parse().unwrap().root());
        reading.problems.iter().map(|problem| format!("{} {}", problem.field, problem.code)).collect()
    }

    #[test]
    fn parents_that_only_the_server_knows_are_left_to_it() {
        let text = "[[units]]\nid = \"a\"\nkind = \"team\"\nparent = \"elsewhere\"\n\
                    [[employees]]\nid = \"e\"\nname = \"张三\"\nunit = \"elsewhere\"\n";
        let reading = read(Source::new("x", text.to_owned()).parse().unwrap().root());
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        assert_eq!(reading.units[0].parent, "elsewhere");
        assert_eq!(reading.employees[0].memberships[0].unit, "elsewhere");
    }

    #[test]
    fn every_wrong_unit_and_employee_is_named() {
        let text = "[[units]]\nid = \"a\"\nkind = \"Team\"\n[[units]]\nid = \"b\"\nkind = \"employee\"\n\
                    [[units]]\nkind = \"team\"\n[[units]]\nid = \"a\"\nkind = 3\n\
                    [[employees]]\nid = \"b\"\nnme = \"x\"\n";
        assert_eq!(
            problems(text),
            [
                "units[3].kind WRONG_TYPE",
                "employees[0].nme UNKNOWN_FIELD",
                "units[3].id DUPLICATE_ID",
                "employees[0].id ID_OF_BOTH",
                "units[0].kind BAD_NAME",
                "units[1].kind BAD_NAME",
                "units[2].id MISSING_FIELD",
            ]
        );
    }

    #[test]
    fn a_cycle_inside_the_file_is_found_without_a_server() {
        let text = "[[units]]\nid = \"a\"\nkind = \"team\"\nparent = \"b\"\n\
                    [[units]]\nid = \"b\"\nkind = \"team\"\nparent = \"a\"\n";
        assert_eq!(problems(text), ["units[0].parent CYCLE"]);
    }

    #[test]
    fn the_example_is_sound() {
        assert!(
            problems(include_str!("../../../../deploy/examples/quickstart/organisation.toml")).is_empty()
        );
    }
}
