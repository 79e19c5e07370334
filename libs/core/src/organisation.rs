//! The organisation: a tree of units of named kinds, and employees who belong to units, all dated by business day.
//!
//! It says who was where on which day, by the entries in force; it remembers no earlier entries and knows no contest.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rustc_hash::FxHashMap;

mod check;
mod check_naming;
mod employee;
mod excerpt;
mod feed;
mod hand_over;
mod head_counts;
mod naming;
mod path;
mod source_code;
mod tree;
mod unit;

pub use check::check_history;
pub use employee::{Employee, Membership};
pub use feed::Feed;
pub use hand_over::{CUSTOMERS_MAX, HandOver};
pub use head_counts::HeadCounts;
pub use naming::Naming;
pub use path::{Path, Step};
pub use source_code::{Meaning, SourceCode};
pub use tree::Node;
pub use unit::{PeerGroup, Unit, UnitChange};

/// The board kind of employees; no unit may have it.
pub const EMPLOYEE: &str = "employee";
/// The deepest tree: units above one another.
pub const DEPTH_MAX: usize = 16;

/// As what an event names somebody: an adapter may name a unit as a creditor, or an employee as a branch, and neither is
/// known as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A creditor.
    Employee,
    /// A branch.
    Unit,
}

/// Units, employees, hand-overs and codes in force.
#[derive(Clone, Debug, Default)]
pub struct Organisation {
    units: BTreeMap<String, Unit>,
    employees: FxHashMap<String, Employee>,
    hand_overs: BTreeMap<String, HandOver>,
    /// By code: those of all sources that use it.
    codes: FxHashMap<String, Vec<SourceCode>>,
    /// Ids of hand-overs by who gives customers away.
    hand_overs_from: FxHashMap<String, BTreeSet<String>>,
    /// Names that mean another, or once did, by whom they mean.
    named_as: FxHashMap<String, BTreeSet<String>>,
}

impl Organisation {
    /// Adds a unit or replaces the one of its id, which it gives back.
    pub fn put_unit(&mut self, unit: Unit) -> Option<Unit> {
        self.units.insert(unit.id.clone(), unit)
    }

    /// Adds an employee or replaces the one of the same id, which it gives back.
    pub fn put_employee(&mut self, employee: Employee) -> Option<Employee> {
        self.employees.insert(employee.id.clone(), employee)
    }

    /// Makes these all employees, each under the own id.
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
