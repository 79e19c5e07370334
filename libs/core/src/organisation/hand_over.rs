//! A hand-over of customers: from a day on, an event of such a customer that names one employee means
//! another. It does not deal with memberships.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The most customers that one hand-over can list.
pub const CUSTOMERS_MAX: usize = 4_000;

/// A hand-over of customers between two employees.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HandOver {
    /// Stable id.
    pub id: String,
    /// The employee who gives them away.
    pub from: String,
    /// The employee who takes them over.
    pub to: String,
    /// The first day.
    pub start: Date,
    /// The last day, for a substitute for example; `None`: open end.
    pub end: Option<Date>,
    /// Whether all customers are handed over, instead of the listed ones.
    pub is_for_all: bool,
    /// The customers' pseudonyms, sorted. If it is empty and `is_for_all` is false, nothing is handed over.
    pub customers: Vec<String>,
}

impl HandOver {
    /// Whether it is in force on a day.
    pub fn covers(&self, date: Date) -> bool {
        self.start <= date && self.end.is_none_or(|end| date <= end)
    }

    /// Whether it applies to a customer. An event without a customer is only covered by a hand-over of all.
    pub fn is_about(&self, customer: &str) -> bool {
        self.is_for_all || (!customer.is_empty() && self.names(customer))
    }

    fn names(&self, customer: &str) -> bool {
        self.customers.binary_search_by(|own| own.as_str().cmp(customer)).is_ok()
    }

    /// Whether two hand-overs of one employee apply to the same customer on the same day. A hand-over of all
    /// and one of listed customers do not overlap, because the one that lists the customer takes precedence.
    pub fn overlaps(&self, other: &HandOver) -> bool {
        let shares_day =
            self.end.is_none_or(|end| other.start <= end) && other.end.is_none_or(|end| self.start <= end);
        let shares_customer = match (self.is_for_all, other.is_for_all) {
            (true, true) => true,
            (false, false) => self.customers.iter().any(|customer| other.names(customer)),
            _ => false,
        };
        self.from == other.from && shares_day && shares_customer
    }
}
