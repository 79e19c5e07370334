//! The reports of one account, and what they give in a span: plain data between the accounts and the rules on balances.

use jiff::civil::Date;

use crate::contest::Period;

/// What an account's report of a day says.
#[derive(Clone, Copy)]
pub(crate) struct Report {
    pub(crate) day: Date,
    /// In 1/10,000 of a major unit.
    pub(crate) balance: i128,
}

/// A span in which balances are counted.
#[derive(Clone, Copy)]
pub(crate) struct InSpan {
    pub(crate) period: Period,
    /// Whether it is the first round, or the whole period without rounds.
    pub(crate) is_first: bool,
    /// The last day of it for which any account was reported.
    pub(crate) until: Option<Date>,
}

/// What a report gives to the creditors whom it names.
pub(crate) struct Due {
    /// The report's place among those of its account.
    pub(crate) report: usize,
    /// The day of the credit.
    pub(crate) date: Date,
    /// Amounts in 1/10,000 of a major unit. Each is divided among the creditors by itself, and then each part counts so
    /// many times.
    pub(crate) amounts: Vec<(i128, i128)>,
}
