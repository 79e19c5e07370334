//! The amounts of a participant for one indicator, before a rule makes a value of them.

use jiff::civil::Date;

/// Amounts that are added up over rounds before the value is computed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Amounts {
    /// The sum of the measures of its credits, in 1/10,000 of the unit; for an average balance, balance times
    /// days.
    pub(crate) measure: i128,
    /// Its customers, if customers are counted.
    pub(crate) customers: Customers,
    /// Over how many days an average is taken, if any.
    pub(crate) days: Option<i128>,
}

/// The number of customers of a participant in a span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Customers {
    /// Customers with any product.
    pub(crate) all: i128,
    /// Customers with at least as many products as the indicator asks for.
    pub(crate) enough: i128,
    /// The sum of the numbers of different products of each customer.
    pub(crate) products: i128,
}

impl Amounts {
    /// Adds the amounts of another round.
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

/// The points of one credit.
pub(crate) struct Scored<'c> {
    pub(crate) date: Date,
    pub(crate) customer: &'c str,
    pub(crate) points: i128,
}
