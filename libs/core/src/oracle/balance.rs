//! The reports of one account and what they give in a span: plain data passed between accounts and the rules
//! on balances.

use jiff::civil::Date;

use crate::contest::Period;

/// An account's report of a day.
#[derive(Clone, Copy)]
pub(crate) struct Report {
    pub(crate) day: Date,
    /// In 1/10,000 of a major unit.
    pub(crate) balance: i128,
}

/// A span for which balances are counted.
#[derive(Clone, Copy)]
pub(crate) struct InSpan {
    pub(crate) period: Period,
    /// Whether it is the first round, or the whole period if there are no rounds.
    pub(crate) is_first: bool,
    /// The last day in it that was reported for any account.
    pub(crate) until: Option<Date>,
}

/// What a report gives to its creditors.
pub(crate) struct Due {
    /// The report's index among those of its account.
    pub(crate) report: usize,
    /// The day on which it counts.
    pub(crate) date: Date,
    /// Amounts in 1/10,000 of a major unit, each with a factor. Each amount is divided among the creditors,
    /// and then each part is multiplied by the factor.
    pub(crate) amounts: Vec<(i128, i128)>,
}
