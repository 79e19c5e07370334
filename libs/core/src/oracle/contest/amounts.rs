//! What is counted of a participant under one indicator before a rule makes a value of it.

use jiff::civil::Date;

/// What adds up over rounds, and makes a value only then.
#[derive(Clone, Debug, Default)]
pub(crate) struct Amounts {
    /// The sum of the measures of its credits, in 1/10,000 of the unit; of an average balance times days.
    pub(crate) measure: i128,
    /// Its customers, where customers are counted.
    pub(crate) customers: Customers,
    /// How many days an average is taken of, if there are any.
    pub(crate) days: Option<i128>,
}

/// How many customers a participant has in a span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Customers {
    /// With any product.
    pub(crate) all: i128,
    /// With as many products as the indicator asks for.
    pub(crate) enough: i128,
    /// Different products of each customer, added up.
    pub(crate) products: i128,
}

impl Amounts {
    /// Adds what another round has.
    pub(crate) fn add(&mut self, other: &Amounts) {
        self.measure += other.measure;
        self.customers.all += other.customers.all;
        self.customers.enough += other.customers.enough;
        self.customers.products += other.customers.products;
        if let Some(days) = other.days {
            self.days = Some(self.days.unwrap_or(0) + days);
        }
    }
}

/// The points of one credit of an event.
pub(crate) struct Scored<'c> {
    pub(crate) date: Date,
    pub(crate) customer: &'c str,
    pub(crate) points: i128,
}
