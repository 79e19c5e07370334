//! How measures of each class are evaluated. The fold asks a measure for its evaluation and works with what it gets, so
//! another measure of a known class needs no change in the fold.

use crate::event::Event;
use crate::rule::balance::{Balance, Gives, InSpan, Neighbours};
use crate::rule::class::{Class, GroupKey};
use crate::rule::pair::{Pair, Served};
use crate::rule::part::Part;
use crate::types::money::Currency;
use crate::types::ratio::Ratio;

/// The evaluation of a measure: one variant a class, each with what the rule itself decides.
#[derive(Clone, Copy)]
pub enum Evaluation<'r> {
    /// See [`Class::Additive`].
    Additive(&'r dyn Additive),
    /// See [`Class::Distinct`].
    Distinct(&'r dyn Distinct),
    /// See [`GroupKey::Account`].
    ByAccount(&'r dyn ByAccount),
    /// See [`GroupKey::Customer`].
    ByCustomer(&'r dyn ByCustomer),
    /// See [`Class::Derived`].
    Derived(&'r dyn Derived),
}

/// Each event adds its own part.
pub trait Additive {
    /// How much one event counts, in 1/10,000; `None` if it does not count.
    fn of_event(&self, event: &Event, currency: Currency) -> Option<i128>;
}

/// Customers and products count once each, however many events refer to them.
pub trait Distinct {
    /// What a customer with this number of different products adds, in whole numbers.
    fn of_customer(&self, products: u32) -> Served;

    /// The value of the sums of all customers.
    fn part(&self, served: Served) -> Part {
        Part::whole(served.counted)
    }
}

/// The balances of one account are evaluated together.
pub trait ByAccount {
    /// Which other reports affect what a day's report contributes. `open` are the spans that end on that day or later.
    fn neighbours(&self, open: &[InSpan]) -> Neighbours;

    /// Calls `give` for each report that contributes to a span, with its index in `known`, the packed date of the credit and
    /// the contribution. `known` has reports in the order of days, and not always all of them: `rest` is the sum of balance
    /// times days over the earlier reports that `known` leaves out.
    fn give(&self, at: &InSpan, known: &[Balance], rest: i128, give: &mut dyn FnMut(usize, i32, Gives));

    /// The value of the sums of a span with this number of days with known balances.
    fn part(&self, sums: Pair, days: i64) -> Part;

    /// Whether one credit, that of the last report, also contains what all earlier reports contribute.
    fn adds_closed(&self) -> bool {
        false
    }

    /// Whether the value depends on the number of days with known balances.
    fn counts_days(&self) -> bool {
        false
    }

    /// What a credit amounts to when this number of days is known. A credit that does not grow with the days is returned as
    /// it is.
    fn so_far(&self, credit: Pair, days: i64) -> Pair {
        let _ = days;
        credit
    }
}

/// The events of one customer are evaluated together to find the one that counts.
pub trait ByCustomer {
    /// The index of the live event that counts, if there is one. `counts` tells whether an event is of the indicator's types
    /// and passes its filter.
    fn find(&self, live: &[&Event], counts: &dyn Fn(&Event) -> bool) -> Option<usize>;
}

/// The value is computed from the values of other indicators.
pub trait Derived {
    /// The value; `None` where one that it needs has none.
    fn derive(&self, value: &dyn Fn(usize) -> Option<Ratio>) -> Option<Ratio>;
}

impl Evaluation<'_> {
    /// The class that it belongs to.
    pub fn class(self) -> Class {
        match self {
            Evaluation::Additive(_) => Class::Additive,
            Evaluation::Distinct(_) => Class::Distinct,
            Evaluation::ByAccount(_) => Class::Grouped(GroupKey::Account),
            Evaluation::ByCustomer(_) => Class::Grouped(GroupKey::Customer),
            Evaluation::Derived(_) => Class::Derived,
        }
    }

    /// The value of the sums of a span, as a fraction. `days` is the number of days of the span with known balances. A
    /// derived value has no sums.
    #[inline]
    pub fn part(self, sums: Pair, days: i64) -> Part {
        match self {
            Evaluation::Additive(_) | Evaluation::ByCustomer(_) => Part::whole(sums.counted().measure),
            Evaluation::Distinct(rule) => rule.part(sums.served()),
            Evaluation::ByAccount(rule) => rule.part(sums, days),
            Evaluation::Derived(_) => Part::default(),
        }
    }

    /// How much one credit adds to the value, in 1/10,000. Where different customers are counted, what an event adds depends
    /// on the other events; here it is 1 for each.
    pub fn of_credit(self, credit: Pair, days: i64) -> i128 {
        match self {
            Evaluation::Additive(_) | Evaluation::ByCustomer(_) => credit.counted().measure,
            Evaluation::Distinct(_) => credit.references().count,
            Evaluation::ByAccount(rule) => rule.part(credit, days).ratio().map_or(0, Ratio::to_e4),
            Evaluation::Derived(_) => 0,
        }
    }
}
