//! `measure = { average_balance = "holder_of_the_day" }`: what accounts hold on the average day of a span (日均), up to the
//! last day that was reported.
//!
//! What is still held is told as two numbers: what every day of the span adds, and what is to be taken away for the days
//! before. So a day more that is known changes nothing but the number of days.

use serde::{Deserialize, Serialize};

use crate::catalogue::Field;
use crate::rule::balance::{Credited, Gives, InSpan, Neighbours, Reported};
use crate::rule::class::{Class, Key};
use crate::rule::measure_rule::{Material, Own, Rule};
use crate::rule::pair::Daily;
use crate::rule::part::Part;
use crate::rule::phrase::{Phrase, say};
use crate::rule::unit::Unit;
use crate::types::date::pack;
use crate::types::score::SCALE;

/// The accounts' balances on the average day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AverageBalance {
    /// To whom.
    pub credited: Credited,
}

impl Rule for AverageBalance {
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
            "the balance of the average day up to the last reported one ({types}), {to}",
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
    /// The average over so many known days of a span; none without one.
    pub(super) fn part(&self, sums: Daily, days: i64) -> Part {
        match days {
            0 => Part::default(),
            _ => Part { numerator: sums.of_days(days), denominator: i128::from(days) * SCALE },
        }
    }

    /// Which days matter beside a day; `open` are the spans that end on it or later. Of the present holder's average there
    /// are more that it is made of, but none that anything else would be made of.
    pub(super) fn neighbours(&self, open: &[InSpan]) -> Neighbours {
        let up_to = match self.credited {
            Credited::HolderOfTheDay => Vec::new(),
            Credited::PresentHolder => open.iter().map(|at| pack(at.span.period.end)).collect(),
        };
        Neighbours { beside: true, up_to }
    }

    /// Whether what reports that are over have held is given with the last one.
    pub(super) fn adds_closed(&self) -> bool {
        match self.credited {
            Credited::HolderOfTheDay => false,
            Credited::PresentHolder => true,
        }
    }

    /// Gives what reports are worth in a span, each on the first day on which it holds. `rest` is what others have held
    /// there that are not known.
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
