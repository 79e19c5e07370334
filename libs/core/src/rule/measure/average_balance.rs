//! `measure = { average_balance = "holder_of_the_day" }`: the average daily balance of accounts in a span (日均), up to the
//! last reported day.
//!
//! A balance that still stands is stored as two numbers: what every known day of the span adds, and what to subtract for
//! the days before its report. So when a further day becomes known, only the number of days changes.

use serde::{Deserialize, Serialize};

use crate::catalogue::Field;
use crate::rule::balance::{Credited, Gives, InSpan, Neighbours, Reported};
use crate::rule::class::{Class, Key};
use crate::rule::measure_rule::{Material, MeasureRule, Own};
use crate::rule::pair::Daily;
use crate::rule::part::Part;
use crate::rule::phrase::{Phrase, say};
use crate::rule::unit::Unit;
use crate::types::date::pack;
use crate::types::score::SCALE;

/// The average daily balance of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AverageBalance {
    /// Who gets the credit.
    pub credited: Credited,
}

impl MeasureRule for AverageBalance {
    fn word(&self) -> &'static str {
        "average_balance"
    }

    fn class(&self) -> Class {
        Class::Grouped(Key::Account)
    }

    fn unit(&self) -> Option<Unit> {
        Some(Unit::Money)
    }

    fn is_whole(&self) -> bool {
        false
    }

    fn adds_up(&self) -> Option<bool> {
        Some(false)
    }

    fn needs(&self) -> &'static [Field] {
        &[Field::Amount, Field::Subject]
    }

    fn sentence(&self, own: &Own) -> Phrase {
        let (types, to) = (own.types(), self.credited.sentence());
        say!(
            "the average daily balance up to the last reported day ({types}), {to}",
            "截至最近一次报送的日均余额（{types}），{to}",
            types,
            to,
        )
    }

    fn samples(_: &Material) -> Vec<AverageBalance> {
        [Credited::HolderOfTheDay, Credited::PresentHolder].map(|credited| AverageBalance { credited }).into()
    }
}

impl AverageBalance {
    /// The average over the known days of a span; none without known days.
    pub(super) fn part(&self, sums: Daily, days: i64) -> Part {
        match days {
            0 => Part::default(),
            _ => Part { numerator: sums.of_days(days), denominator: i128::from(days) * SCALE },
        }
    }

    /// Which other reports affect what a day's report contributes; `open` are the spans that end on that day or later. For
    /// the present holder, earlier reports matter too, but only as one sum, which [`Self::give`] gets as `rest`.
    pub(super) fn neighbours(&self, open: &[InSpan]) -> Neighbours {
        let up_to = match self.credited {
            Credited::HolderOfTheDay => Vec::new(),
            Credited::PresentHolder => open.iter().map(|at| pack(at.span.period.end)).collect(),
        };
        Neighbours { beside: true, up_to }
    }

    /// Whether balances of closed reports are credited together with the last report.
    pub(super) fn adds_closed(&self) -> bool {
        match self.credited {
            Credited::HolderOfTheDay => false,
            Credited::PresentHolder => true,
        }
    }

    /// Calls `give` with what each report contributes to a span, dated with the first day on which its balance stands.
    /// `rest` is balances times days of earlier reports that are not in `known`.
    pub(super) fn give<R: Reported>(
        &self,
        at: &InSpan,
        known: &[R],
        rest: i128,
        give: &mut impl FnMut(&R, i32, Gives),
    ) {
        let start = pack(at.span.period.start);
        match self.credited {
            Credited::HolderOfTheDay => {
                for (report, from, until) in at.holdings(known).filter(|(report, ..)| report.balance() != 0) {
                    let balance = report.balance();
                    let gives = match until {
                        Some(until) => Gives::Closed { balance, days: until - from },
                        None => Gives::Open { held: 0, balance, missing: from },
                    };
                    give(report, report.date().max(start), gives);
                }
            }
            Credited::PresentHolder => {
                let Some((last, from, _)) = at.holdings(known).last() else { return };
                let (held, balance) = (rest + at.closed(known), last.balance());
                if held != 0 || balance != 0 {
                    let gives = Gives::Open { held, balance, missing: from };
                    give(last, last.date().max(start), gives);
                }
            }
        }
    }
}
