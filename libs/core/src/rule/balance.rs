//! What measures of balances look at: the reports of one account, one a day, in the order of their days.

use serde::{Deserialize, Serialize};

use crate::rule::pair::{Change, Daily, Pair};
use crate::rule::phrase::{Phrase, say};
use crate::types::date::{day_number, pack};
use crate::types::period::Span;

/// To whom a balance is credited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Credited {
    /// Each report to whom it names.
    HolderOfTheDay,
    /// Everything to whom the last report names.
    PresentHolder,
}

impl Credited {
    /// What it says.
    pub fn sentence(self) -> Phrase {
        match self {
            Credited::HolderOfTheDay => {
                say!("each day to whom the report of that day names", "每日归当日报送所列人员")
            }
            Credited::PresentHolder => {
                say!("all of it to whom the last report names", "全部归最近一次报送所列人员")
            }
        }
    }
}

/// A report of a day.
pub trait Reported {
    /// The business date, packed.
    fn date(&self) -> i32;
    /// In 1/10,000 of a major unit.
    fn balance(&self) -> i128;
}

/// What a report gives, before it is divided among its creditors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// How much more there is.
    More(i128),
    /// A balance that was held on so many days, which are over.
    Closed {
        /// The balance.
        balance: i128,
        /// The days.
        days: i128,
    },
    /// A balance that is still held, on every known day of the span but for those before it.
    Open {
        /// Balances times days that come with it.
        held: i128,
        /// The balance.
        balance: i128,
        /// The days before it.
        missing: i128,
    },
}

impl Gives {
    /// What is divided.
    pub fn whole(self) -> Pair {
        match self {
            Gives::More(more) => Change { more }.into(),
            Gives::Closed { balance, .. } => Daily { held: balance, each_day: 0 }.into(),
            Gives::Open { held, balance, .. } => Daily { held, each_day: balance }.into(),
        }
    }

    /// What a creditor has of a part of that.
    pub fn part(self, part: Pair) -> Pair {
        let Daily { held, each_day } = part.daily();
        match self {
            Gives::More(_) => part,
            Gives::Closed { days, .. } => Daily { held: held * days, each_day: 0 }.into(),
            Gives::Open { missing, .. } => Daily { held: held - each_day * missing, each_day }.into(),
        }
    }
}

/// A span in which balances are looked at.
#[derive(Clone, Copy, Debug)]
pub struct InSpan<'s> {
    /// Which one, from 0.
    pub number: usize,
    /// Its days.
    pub span: &'s Span,
}

impl<'s> InSpan<'s> {
    /// The reports until the span ends.
    pub fn until_end<'k, R: Reported>(&self, known: &'k [R]) -> &'k [R] {
        &known[..known.partition_point(|report| report.date() <= pack(self.span.period.end))]
    }

    /// Visits what reports hold in the span: each with the day, from the span's first on, from which it does, and that
    /// until which it does. The last one holds as long as days are known.
    pub fn holdings<'k, R: Reported>(
        &self,
        known: &'k [R],
    ) -> impl Iterator<Item = (&'k R, i128, Option<i128>)> {
        let known = self.until_end(known);
        let start = pack(self.span.period.start);
        let first = day_number(start);
        let day = move |report: &R| i128::from(day_number(report.date().max(start)) - first);
        // One that is over when the span begins holds nothing in it.
        let from = known.partition_point(|report| report.date() <= start).saturating_sub(1);
        let known = &known[from..];
        known.iter().enumerate().map(move |(at, report)| (report, day(report), known.get(at + 1).map(day)))
    }

    /// What reports until the end of the span, but for the last of them, have held: balances times days.
    pub fn closed<R: Reported>(&self, known: &[R]) -> i128 {
        let held = |(report, from, until): (&R, i128, Option<i128>)| {
            until.map_or(0, |until| report.balance() * (until - from))
        };
        self.holdings(known).map(held).sum()
    }
}

/// Which other days of an account matter for what the report of a day gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// The reported day before it and that after it.
    pub beside: bool,
    /// The last reported day up to each of these, packed.
    pub up_to: Vec<i32>,
}
