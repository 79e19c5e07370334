//! `measure = { net_change = "holder_of_the_day", base = DAY }`: the growth of balances from a date before the
//! beginning to the end (净增).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Catalogue, Field};
use crate::rule::balance::{Balance, Credited, Gives, InSpan, Neighbours};
use crate::rule::evaluation::{ByAccount, Evaluation};
use crate::rule::key::{Form, Key};
use crate::rule::measure_rule::{Material, MeasureRule, Own};
use crate::rule::pair::Pair;
use crate::rule::part::Part;
use crate::rule::phrase::{Phrase, say};
use crate::rule::unit::Unit;
use crate::types::date::pack;
use crate::types::violation::Violation;

/// Its keys in a file.
const KEYS: [Key; 2] = [
    Key {
        name: "net_change",
        kind: "`\"holder_of_the_day\"`, `\"present_holder\"`",
        range: "",
        default: "",
        says: "how much balances grew; and who gets the credit",
    },
    Key {
        name: "base",
        kind: "day",
        range: "before the contest starts",
        default: "the day before",
        says: "with `net_change`: the day to compare with, for the first round or the whole period",
    },
];

/// The growth of accounts' balances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetChange {
    /// Who gets the credit.
    pub credited: Credited,
    /// The date whose balances the first round, or the period, starts from; `None`: the day before it begins.
    pub base: Option<Date>,
}

impl MeasureRule for NetChange {
    fn word() -> &'static str {
        "net_change"
    }

    fn evaluation(&self) -> Evaluation<'_> {
        Evaluation::ByAccount(self)
    }

    fn unit(&self) -> Option<Unit> {
        Some(Unit::Money)
    }

    fn is_whole(&self) -> bool {
        true
    }

    fn adds_up(&self) -> Option<bool> {
        Some(true)
    }

    fn needs(&self) -> &'static [Field] {
        &[Field::Amount, Field::Subject]
    }

    fn check(&self, own: &Own, _: &Catalogue) -> Vec<Violation> {
        let start = own.setting.days.start;
        let Some(base) = self.base.filter(|base| *base >= start) else { return Vec::new() };
        let reason = format!(
            "the change is measured from {base}, which is not before the contest starts on {start}; give an earlier day"
        );
        vec![Violation::new("measure.base", "BASE_NOT_BEFORE", reason)]
    }

    fn sentence(&self, own: &Own) -> Phrase {
        let base = match self.base {
            Some(base) => say!("since {base}", "较 {base} ", base),
            None => say!("since the day before the start", "较开始前一日"),
        };
        let (types, to) = (own.types(), self.credited.sentence());
        say!(
            "the growth of balances {base} ({types}), {to}",
            "余额{base}的净增（{types}），{to}",
            base,
            types,
            to,
        )
    }

    fn form() -> Form {
        Form::Table(&KEYS)
    }

    fn samples(material: &Material) -> Vec<NetChange> {
        let before = |days: i64| material.start.saturating_sub(jiff::Span::new().days(days));
        let bases = [None, Some(before(3)), Some(before(8))];
        let credited = [Credited::HolderOfTheDay, Credited::PresentHolder];
        credited.into_iter().flat_map(|credited| bases.map(|base| NetChange { credited, base })).collect()
    }
}

impl NetChange {
    /// The packed date whose balances a span starts from.
    fn base_of(&self, at: &InSpan) -> i32 {
        let base = self.base.filter(|_| at.number == 0 && !at.span.is_base);
        pack(base.or(at.span.period.start.yesterday().ok()).unwrap_or(Date::MIN))
    }
}

impl ByAccount for NetChange {
    fn neighbours(&self, open: &[InSpan]) -> Neighbours {
        match self.credited {
            Credited::HolderOfTheDay => Neighbours { beside: true, up_to: Vec::new() },
            Credited::PresentHolder => {
                let days = |at: &InSpan| [pack(at.span.period.end), self.base_of(at)];
                Neighbours { beside: false, up_to: open.iter().flat_map(days).collect() }
            }
        }
    }

    fn give(&self, at: &InSpan, known: &[Balance], _: i128, give: &mut dyn FnMut(usize, i32, Gives)) {
        let (base, known) = (self.base_of(at), at.until_end(known));
        match self.credited {
            Credited::HolderOfTheDay => {
                let mut before = 0;
                for (index, report) in known.iter().enumerate() {
                    if report.date > base && report.balance != before {
                        give(index, report.date, Gives::More(report.balance - before));
                    }
                    before = report.balance;
                }
            }
            Credited::PresentHolder => {
                let Some((index, last)) = known.iter().enumerate().next_back() else { return };
                let on_base = known.iter().rfind(|report| report.date <= base);
                let on_base = on_base.map_or(0, |report| report.balance);
                if last.balance != on_base {
                    give(index, last.date, Gives::More(last.balance - on_base));
                }
            }
        }
    }

    fn part(&self, sums: Pair, _: i64) -> Part {
        Part::whole(sums.change().more)
    }
}
