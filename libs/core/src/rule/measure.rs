//! The registry of `measure`: what an indicator counts. A new measure is one line in `measures!` and one `mod` and `use`.

mod amount;
mod average_balance;
mod count;
mod customers;
mod customers_with_products;
mod difference;
mod least_of;
mod net_change;
mod nth_product;
mod products_per_customer;
mod quantity;
mod ratio;
mod sum_of;

use serde::{Deserialize, Serialize};

pub use amount::Amount;
pub use average_balance::AverageBalance;
pub use count::Count;
pub use customers::Customers;
pub use customers_with_products::CustomersWithProducts;
pub use difference::Difference;
pub use least_of::LeastOf;
pub use net_change::NetChange;
pub use nth_product::NthProduct;
pub use products_per_customer::ProductsPerCustomer;
pub use quantity::Quantity;
pub use ratio::Ratio;
pub use sum_of::SumOf;

use crate::rule::class::Class;
use crate::rule::evaluation::Evaluation;
use crate::rule::key::Form;
use crate::rule::measure_rule::{Material, MeasureRule};

/// Makes the registry from one line a rule.
macro_rules! measures {
    ($($(#[doc = $says:literal])+ $rule:ident,)+) => {
        /// What an indicator counts.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Measure {
            $($(#[doc = $says])+ $rule($rule),)+
        }

        impl Measure {
            /// The rule behind the questions that every measure answers.
            #[inline]
            pub fn rule(&self) -> &dyn MeasureRule {
                match self {
                    $(Measure::$rule(rule) => rule,)+
                }
            }

            /// Its word in a contest's file.
            pub fn word(&self) -> &'static str {
                match self {
                    $(Measure::$rule(_) => $rule::word(),)+
                }
            }

            /// How each is written in a file, with its word.
            pub fn forms() -> Vec<(&'static str, Form)> {
                vec![$(($rule::word(), $rule::form()),)+]
            }

            /// For generated contests: each measure with the parameters that are worth testing.
            pub fn samples(material: &Material) -> Vec<Vec<Measure>> {
                vec![$($rule::samples(material).into_iter().map(Measure::$rule).collect(),)+]
            }
        }
    };
}

// In the order of stored bytes: a new measure comes last.
measures! {
    /// Each event counts one.
    Count,
    /// The sum of quantities.
    Quantity,
    /// The sum of amounts.
    Amount,
    /// Different customers.
    Customers,
    /// Customers with at least a given number of different products.
    CustomersWithProducts,
    /// The average number of different products per customer.
    ProductsPerCustomer,
    /// The growth of balances from the beginning to the end.
    NetChange,
    /// The average daily balance.
    AverageBalance,
    /// Events that brought a customer's n-th different product soon after the first opening.
    NthProduct,
    /// The value of one indicator divided by that of another.
    Ratio,
    /// The value of one indicator minus that of another.
    Difference,
    /// The sum of the values of several indicators.
    SumOf,
    /// The least of the values of several indicators.
    LeastOf,
}

impl Measure {
    /// How it is evaluated.
    #[inline]
    pub fn evaluation(&self) -> Evaluation<'_> {
        self.rule().evaluation()
    }

    /// What the fold has to do for it.
    pub fn class(&self) -> Class {
        self.evaluation().class()
    }
}
