//! The organisation: a tree of units of named kinds, and employees who belong to units. Undated so far: what is in
//! force is in force since ever.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::violation::{Violation, check_id, check_slug, check_text};

/// The board kind of employees; no unit may have it.
pub const EMPLOYEE: &str = "employee";
/// The deepest tree: units above one another.
pub const DEPTH_MAX: usize = 16;

/// A unit of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Unit {
    /// Stable id, shared with no employee.
    pub id: String,
    /// Its kind, such as `branch`.
    pub kind: String,
    /// The unit above; `None` at the top.
    pub parent: Option<String>,
    /// The name that people read.
    pub name: String,
}

/// An employee.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Employee {
    /// Stable id, shared with no unit.
    pub id: String,
    /// The name that people read.
    pub name: String,
    /// The unit that the employee belongs to.
    pub unit: Option<String>,
}

/// Units and employees in force.
#[derive(Clone, Debug, Default)]
pub struct Organisation {
    units: BTreeMap<String, Unit>,
    employees: FxHashMap<String, Employee>,
}

impl Organisation {
    /// Adds a unit or replaces the one of its id.
    pub fn put_unit(&mut self, unit: Unit) {
        self.units.insert(unit.id.clone(), unit);
    }

    /// Adds an employee or replaces the one of the same id.
    pub fn put_employee(&mut self, employee: Employee) {
        self.employees.insert(employee.id.clone(), employee);
    }

    /// The unit of that id.
    pub fn unit(&self, id: &str) -> Option<&Unit> {
        self.units.get(id)
    }

    /// The employee of that id.
    pub fn employee(&self, id: &str) -> Option<&Employee> {
        self.employees.get(id)
    }

    /// All units by id.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    /// All employees, in no order.
    pub fn employees(&self) -> impl Iterator<Item = &Employee> {
        self.employees.values()
    }

    /// The kinds that units have.
    pub fn kinds(&self) -> BTreeSet<&str> {
        self.units.values().map(|unit| unit.kind.as_str()).collect()
    }

    /// The unit and those above it, from below; ends where a parent is unknown, and at [`DEPTH_MAX`].
    pub fn chain<'a>(&'a self, unit: &str) -> impl Iterator<Item = &'a Unit> {
        let first = self.units.get(unit);
        std::iter::successors(first, |unit| self.units.get(unit.parent.as_deref()?)).take(DEPTH_MAX)
    }

    /// Checks the whole with `changes` applied: parents and units are known, there is no cycle, no id is used twice.
    pub fn check(&self, units: &[Unit], employees: &[Employee]) -> Result<(), Violation> {
        let mut after = self.clone();
        let mut seen = BTreeSet::new();
        for (index, unit) in units.iter().enumerate() {
            check_unit(unit).map_err(|violation| at("units", index, violation))?;
            if !seen.insert(unit.id.as_str()) {
                return Err(at("units", index, named_twice(&unit.id)));
            }
            after.put_unit(unit.clone());
        }
        for (index, employee) in employees.iter().enumerate() {
            check_employee(employee).map_err(|violation| at("employees", index, violation))?;
            if !seen.insert(employee.id.as_str()) {
                return Err(at("employees", index, named_twice(&employee.id)));
            }
            after.put_employee(employee.clone());
        }
        for (index, unit) in units.iter().enumerate() {
            after.check_place(unit).map_err(|violation| at("units", index, violation))?;
        }
        for (index, employee) in employees.iter().enumerate() {
            after.check_membership(employee).map_err(|violation| at("employees", index, violation))?;
        }
        Ok(())
    }

    fn check_place(&self, unit: &Unit) -> Result<(), Violation> {
        if self.employees.contains_key(&unit.id) {
            return Err(id_of_both(&unit.id));
        }
        let Some(parent) = &unit.parent else { return Ok(()) };
        if !self.units.contains_key(parent) {
            let reason = format!("`{parent}` is not a unit; define it in the same file or before");
            return Err(Violation::new("parent", "UNKNOWN_UNIT", reason));
        }
        let mut above = self.units.get(parent);
        for _ in 0..DEPTH_MAX {
            let Some(unit_above) = above else { return Ok(()) };
            if unit_above.id == unit.id {
                let reason = format!("`{}` would stand above itself; choose another parent", unit.id);
                return Err(Violation::new("parent", "CYCLE", reason));
            }
            above = unit_above.parent.as_ref().and_then(|id| self.units.get(id));
        }
        let reason = format!("`{}` would stand under more than {DEPTH_MAX} units; flatten the tree", unit.id);
        Err(Violation::new("parent", "TOO_DEEP", reason))
    }

    fn check_membership(&self, employee: &Employee) -> Result<(), Violation> {
        if self.units.contains_key(&employee.id) {
            return Err(id_of_both(&employee.id));
        }
        match &employee.unit {
            Some(unit) if !self.units.contains_key(unit) => {
                let reason = format!("`{unit}` is not a unit; define it in the same file or before");
                Err(Violation::new("unit", "UNKNOWN_UNIT", reason))
            }
            _ => Ok(()),
        }
    }
}

fn check_unit(unit: &Unit) -> Result<(), Violation> {
    check_id("id", &unit.id)?;
    check_slug("kind", &unit.kind, "-_")?;
    if unit.kind == EMPLOYEE {
        let reason = "`employee` is the board of employees; choose another kind";
        return Err(Violation::new("kind", "BAD_NAME", reason));
    }
    if let Some(parent) = &unit.parent {
        check_id("parent", parent)?;
    }
    check_text("name", &unit.name, 256)
}

fn check_employee(employee: &Employee) -> Result<(), Violation> {
    check_id("id", &employee.id)?;
    if let Some(unit) = &employee.unit {
        check_id("unit", unit)?;
    }
    check_text("name", &employee.name, 256)
}

fn at(list: &str, index: usize, violation: Violation) -> Violation {
    Violation { field: format!("{list}[{index}].{}", violation.field), ..violation }
}

fn named_twice(id: &str) -> Violation {
    Violation::new("id", "DUPLICATE_ID", format!("`{id}` is named twice; keep one"))
}

fn id_of_both(id: &str) -> Violation {
    Violation::new("id", "ID_OF_BOTH", format!("`{id}` is both a unit and an employee; rename one of them"))
}
