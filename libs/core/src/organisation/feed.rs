//! A feed: changes that are applied to an organisation together. Whether they make sense is checked
//! elsewhere.

use crate::organisation::employee::Employee;
use crate::organisation::hand_over::HandOver;
use crate::organisation::in_force::Organisation;
use crate::organisation::source_code::SourceCode;
use crate::organisation::unit::Unit;

/// Changes that take effect together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feed {
    /// Units.
    pub units: Vec<Unit>,
    /// Employees.
    pub employees: Vec<Employee>,
    /// Hand-overs of customers.
    pub hand_overs: Vec<HandOver>,
    /// Codes of sources.
    pub codes: Vec<SourceCode>,
}

impl Feed {
    /// The number of changes.
    pub fn len(&self) -> usize {
        self.units.len() + self.employees.len() + self.hand_overs.len() + self.codes.len()
    }

    /// Whether there are no changes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Organisation {
    /// Applies all of a feed.
    pub fn put(&mut self, feed: &Feed) {
        feed.units.iter().for_each(|unit| drop(self.put_unit(unit.clone())));
        feed.employees.iter().for_each(|employee| drop(self.put_employee(employee.clone())));
        feed.hand_overs.iter().for_each(|hand_over| drop(self.put_hand_over(hand_over.clone())));
        feed.codes.iter().for_each(|code| drop(self.put_code(code.clone())));
    }
}
