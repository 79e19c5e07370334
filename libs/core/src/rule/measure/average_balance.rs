//! `measure = { average_balance = "holder_of_the_day" }`: the average daily balance of accounts in a span (日均), up to the
//! last reported day.
//!
//! A balance that still stands is stored as two numbers: what every known day of the span adds, and what to subtract for
//! the days before its report. So when a further day becomes known, only the number of days changes.

use serde::{Deserialize, Serialize};

use crate::catalogue::Field;
use crate::rule::balance::{Balance, Credited, Gives, InSpan, Neighbours, Standing};
use crate::rule::evaluation::{ByAccount, Evaluation};
use crate::rule::key::{Form, Key};
use crate::rule::measure_rule::{Material, MeasureRule, Own};
use crate::rule::pair::{Daily, Pair};
use crate::rule::part::Part;
use crate::rule::phrase::{Phrase, say};
use crate::rule::unit::Unit;
use crate::types::date::pack;
use crate::types::score::SCALE;

/// Its keys in a file.
const KEYS: [Key; 1] = [Key {
    name: "average_balance",
    kind: "`\"holder_of_the_day\"`, `\"present_holder\"`",
    range: "",
    default: "",
    says: "the average daily balance; and who gets the credit",
}];

/// The average daily balance of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AverageBalance {
    /// Who gets the credit.
    pub credited: Credited,
}

impl MeasureRule for AverageBalance {
    fn word() -> &'static str {
        "average_balance"
    }

    fn evaluation(&self) -> Evaluation<'_> {
        Evaluation::ByAccount(self)
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

    fn form() -> Form {
        Form::Table(&KEYS)
    }

    fn samples(_: &Material) -> Vec<AverageBalance> {
        [Credited::HolderOfTheDay, Credited::PresentHolder].map(|credited| AverageBalance { credited }).into()
    }
}

impl ByAccount for AverageBalance {
    /// For the present holder, earlier reports matter too, but only as one sum, which [`Self::give`] gets as `rest`.
    fn neighbours(&self, open: &[InSpan]) -> Neighbours {
        let up_to = match self.credited {
            Credited::HolderOfTheDay => Vec::new(),
            Credited::PresentHolder => open.iter().map(|at| pack(at.span.period.end)).collect(),
        };
        Neighbours { beside: true, up_to }
    }

    /// A credit is dated with the first day on which the balance stands.
    fn give(&self, at: &InSpan, known: &[Balance], rest: i128, give: &mut dyn FnMut(usize, i32, Gives)) {
        let date = |own: &Standing| known[own.index].date.max(pack(at.span.period.start));
        match self.credited {
            Credited::HolderOfTheDay => {
                for own in at.standing(known).filter(|own| own.balance != 0) {
                    let gives = match own.until {
                        Some(until) => Gives::Closed { balance: own.balance, days: until - own.from },
                        None => Gives::Open { held: 0, balance: own.balance, missing: own.from },
                    };
                    give(own.index, date(&own), gives);
                }
            }
            Credited::PresentHolder => {
                let Some(last) = at.standing(known).last() else { return };
                let (held, balance) = (rest + at.closed(known), last.balance);
                if held != 0 || balance != 0 {
                    give(last.index, date(&last), Gives::Open { held, balance, missing: last.from });
                }
            }
        }
    }

    /// The average over the known days of a span; none without known days.
    fn part(&self, sums: Pair, days: i64) -> Part {
        match days {
            0 => Part::default(),
            _ => Part { numerator: sums.daily().of_days(days), denominator: i128::from(days) * SCALE },
        }
    }

    fn adds_closed(&self) -> bool {
        match self.credited {
            Credited::HolderOfTheDay => false,
            Credited::PresentHolder => true,
        }
    }

    fn counts_days(&self) -> bool {
        true
    }

    fn so_far(&self, credit: Pair, days: i64) -> Pair {
        // Without a known day there is no average, so the credit shows as 0.
        let held = if days == 0 { 0 } else { credit.daily().of_days(days) };
        Daily { held, each_day: 0 }.into()
    }
}
