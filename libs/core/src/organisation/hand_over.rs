//! A hand-over of customers: from a day on, what names one employee for a customer means another. It says who would be
//! meant; who belongs where is not its to say.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The most pseudonyms of one hand-over.
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
    /// The last day, as for a substitute; `None`: for ever.
    pub end: Option<Date>,
    /// All customers, instead of those named.
    pub is_for_all: bool,
    /// The customers' pseudonyms, sorted. None of them, and not all: nothing is handed over.
    pub customers: Vec<String>,
}

impl HandOver {
    /// Whether it is in force on a day.
    pub fn covers(&self, date: Date) -> bool {
        self.start <= date && self.end.is_none_or(|end| date <= end)
    }

    /// Whether it is about a customer; events that name none only go with all.
    pub fn is_about(&self, customer: &str) -> bool {
        self.is_for_all || (!customer.is_empty() && self.names(customer))
    }

    fn names(&self, customer: &str) -> bool {
        self.customers.binary_search_by(|own| own.as_str().cmp(customer)).is_ok()
    }

    /// Whether two of one employee are about the same customer on the same day. One for all and one for some are not: the
    /// one that names the customer goes first.
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
