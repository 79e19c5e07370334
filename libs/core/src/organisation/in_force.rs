//! The entries of the organisation that are in force. Queries about them are in the other files of this
//! folder.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::organisation::employee::Employee;
use crate::organisation::hand_over::HandOver;
use crate::organisation::source_code::SourceCode;
use crate::organisation::unit::Unit;

/// Units, employees, hand-overs and codes in force.
#[derive(Clone, Debug, Default)]
pub struct Organisation {
    pub(super) units: BTreeMap<String, Unit>,
    pub(super) employees: FxHashMap<String, Employee>,
    pub(super) hand_overs: BTreeMap<String, HandOver>,
    /// By code, the entries of all sources that use it.
    pub(super) codes: FxHashMap<String, Vec<SourceCode>>,
    /// By employee, the ids of hand-overs that move customers away from the employee.
    pub(super) hand_overs_from: FxHashMap<String, BTreeSet<String>>,
    /// By id, the names that mean this unit or employee now or once did: codes, and employees who handed
    /// customers over.
    pub(super) named_as: FxHashMap<String, BTreeSet<String>>,
}

impl Organisation {
    /// Adds a unit, or replaces the one with the same id and returns the old one.
    pub fn put_unit(&mut self, unit: Unit) -> Option<Unit> {
        self.units.insert(unit.id.clone(), unit)
    }

    /// Adds an employee, or replaces the one with the same id and returns the old one.
    pub fn put_employee(&mut self, employee: Employee) -> Option<Employee> {
        self.employees.insert(employee.id.clone(), employee)
    }

    /// Sets all employees at once, by their ids.
    pub(crate) fn set_employees(&mut self, employees: FxHashMap<String, Employee>) {
        self.employees = employees;
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

    /// The name of a unit or an employee on a day.
    pub fn name(&self, id: &str, date: Date) -> Option<&str> {
        let unit = self.units.get(id).map(|unit| unit.name_on(date));
        unit.or_else(|| self.employees.get(id).map(|employee| employee.name.as_str()))
    }
}
