//! What an indicator counts. It says; the fold counts.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What is counted. Event by event, and exact sums of that: the first three and `NthProduct`. Everything else is asked
/// of a participant as a whole, so that a unit's is not the sum of its people's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure {
    /// Each event counts one.
    Count,
    /// The sum of quantities.
    SumQuantity,
    /// The sum of amounts in the contest's currency.
    SumAmount,
    /// Different customers.
    Customers,
    /// Customers with at least so many different products.
    CustomersWithProducts {
        /// From 1.
        at_least: u32,
    },
    /// Different products of each customer, for each customer (交叉销售).
    ProductsPerCustomer,
    /// How much more the accounts' balances are at the end than at the beginning.
    NetChange {
        /// To whom.
        credited: Credited,
        /// The date of the balances that the first round, or the period, is compared with; `None`: the day before.
        base: Option<Date>,
    },
    /// The accounts' balances on the average day (日均), up to the last day that was reported.
    AverageBalance {
        /// To whom.
        credited: Credited,
    },
    /// Customers' events that brought the n-th different product soon after the first opening.
    NthProduct {
        /// The n: from 1.
        nth: u32,
        /// Within so many days of the opening; 0: on its day.
        within_days: u32,
        /// The types that open.
        openings: Vec<String>,
    },
    /// The value of one indicator for each of another's, by their indices.
    Ratio {
        /// The numerator's.
        of: usize,
        /// The denominator's.
        to: usize,
    },
}

/// To whom a balance is credited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Credited {
    /// Each report to whom it names.
    HolderOfTheDay,
    /// Everything to whom the last report names.
    PresentHolder,
}

impl Measure {
    /// Whether each event has a part of it, and the parts add up.
    pub fn is_by_event(&self) -> bool {
        matches!(
            self,
            Measure::Count | Measure::SumQuantity | Measure::SumAmount | Measure::NthProduct { .. }
        )
    }

    /// Whether it is a whole number of 1/10,000 of its unit; otherwise it is a fraction, or there may be none.
    pub fn is_whole(&self) -> bool {
        !matches!(self, Measure::ProductsPerCustomer | Measure::AverageBalance { .. } | Measure::Ratio { .. })
    }

    /// Whether it is money in the contest's currency.
    pub fn is_money(&self) -> bool {
        matches!(self, Measure::SumAmount | Measure::NetChange { .. } | Measure::AverageBalance { .. })
    }

    /// Whether it counts customers by their references.
    pub fn is_of_customers(&self) -> bool {
        matches!(
            self,
            Measure::Customers | Measure::CustomersWithProducts { .. } | Measure::ProductsPerCustomer
        )
    }

    /// Whether it looks at all reports of an account together.
    pub fn is_of_balances(&self) -> bool {
        matches!(self, Measure::NetChange { .. } | Measure::AverageBalance { .. })
    }

    /// Whether what happened before the period may matter.
    pub fn looks_back(&self) -> bool {
        self.is_of_balances() || matches!(self, Measure::NthProduct { .. })
    }

    /// The types that open an account, where that matters.
    pub fn openings(&self) -> &[String] {
        match self {
            Measure::NthProduct { openings, .. } => openings,
            _ => &[],
        }
    }
}
