//! What measures of balances work with: the reports of one account, at most one per day, in the order of their days.

use serde::{Deserialize, Serialize};

use crate::rule::pair::{Change, Daily, Pair};
use crate::rule::phrase::{Phrase, say};
use crate::types::date::{day_number, pack};
use crate::types::period::Span;

/// Who gets the credit for a balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Credited {
    /// Each report is credited to the people it names.
    HolderOfTheDay,
    /// Everything is credited to the people whom the last report names.
    PresentHolder,
}

impl Credited {
    /// The rule in words.
    pub fn sentence(self) -> Phrase {
        match self {
            Credited::HolderOfTheDay => {
                say!("credited each day to the holders named in that day's report", "每日归当日报送所列人员")
            }
            Credited::PresentHolder => {
                say!(
                    "credited entirely to the holders named in the last report",
                    "全部归最近一次报送所列人员"
                )
            }
        }
    }
}

/// An account's balance at the end of a day, as it was reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The business date, packed.
    pub date: i32,
    /// In 1/10,000 of a major unit.
    pub balance: i128,
}

/// A balance that stands in a span. Days are counted from the span's first day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The index of the report.
    pub index: usize,
    /// In 1/10,000 of a major unit.
    pub balance: i128,
    /// The day from which it stands.
    pub from: i128,
    /// The day before which it ends; `None`: it stands as long as days are known.
    pub until: Option<i128>,
}

/// What a report contributes, before it is shared among its creditors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// The increase of the balance, in 1/10,000 of a major unit; below zero, a decrease.
    More(i128),
    /// A balance that stood for a known number of days, until the next report.
    Closed {
        /// In 1/10,000 of a major unit.
        balance: i128,
        /// The number of days.
        days: i128,
    },
    /// A balance that still stands: it counts on every known day of the span, except those before its report.
    Open {
        /// Balances times days of earlier reports that are credited together with this one.
        held: i128,
        /// In 1/10,000 of a major unit.
        balance: i128,
        /// The days of the span before its report.
        missing: i128,
    },
}

impl Gives {
    /// The numbers that are shared among the creditors.
    pub fn whole(self) -> Pair {
        match self {
            Gives::More(more) => Change { more }.into(),
            Gives::Closed { balance, .. } => Daily { held: balance, each_day: 0 }.into(),
            Gives::Open { held, balance, .. } => Daily { held, each_day: balance }.into(),
        }
    }

    /// What a creditor gets, given the creditor's share of [`Gives::whole`]. Days are applied after sharing, so that a
    /// further day never changes how a balance is shared.
    pub fn part(self, part: Pair) -> Pair {
        let Daily { held, each_day } = part.daily();
        match self {
            Gives::More(_) => part,
            Gives::Closed { days, .. } => Daily { held: held * days, each_day: 0 }.into(),
            Gives::Open { missing, .. } => Daily { held: held - each_day * missing, each_day }.into(),
        }
    }
}

/// A span for which balances are evaluated.
#[derive(Clone, Copy, Debug)]
pub struct InSpan<'s> {
    /// Its index, from 0.
    pub number: usize,
    /// Its days.
    pub span: &'s Span,
}

impl InSpan<'_> {
    /// The reports up to the end of the span.
    pub fn until_end<'k>(&self, known: &'k [Balance]) -> &'k [Balance] {
        &known[..known.partition_point(|report| report.date <= pack(self.span.period.end))]
    }

    /// The balances that stand in the span, in the order of days.
    pub fn standing(&self, known: &[Balance]) -> impl Iterator<Item = Standing> {
        let known = self.until_end(known);
        let start = pack(self.span.period.start);
        let first = day_number(start);
        let day = move |report: &Balance| i128::from(day_number(report.date.max(start)) - first);
        // A balance that was replaced before the span begins does not stand in it.
        let from = known.partition_point(|report| report.date <= start).saturating_sub(1);
        known.iter().enumerate().skip(from).map(move |(index, report)| Standing {
            index,
            balance: report.balance,
            from: day(report),
            until: known.get(index + 1).map(day),
        })
    }

    /// Balances times days of all reports up to the end of the span except the last, in 1/10,000 of a major unit.
    pub fn closed(&self, known: &[Balance]) -> i128 {
        let held = |own: Standing| own.until.map_or(0, |until| own.balance * (until - own.from));
        self.standing(known).map(held).sum()
    }
}

/// Which other reports of an account affect what one day's report contributes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// The report before it and the report after it.
    pub beside: bool,
    /// For each of these packed dates, the last report up to it.
    pub up_to: Vec<i32>,
}
