//! Generated reversals: void and dated, whole and partial, before and after their originals, several of one
//! original, of other reversals, of themselves, and of originals that never arrive. What they do is not
//! computed here.

use longhu_core::catalogue::Catalogue;
use longhu_core::event::{Event, Reversal};
use longhu_core::types::money::{AMOUNT_MAX, Amount};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::generated::contests::{day, instant};
use crate::generated::events::{Fact, fact, money};
use crate::generated::organisation::employee_id;

/// What a reversal names as its original.
#[derive(Clone, Debug)]
enum Of {
    Original(Index),
    /// The same original as the reversal before it.
    SameAgain,
    Reversal(Index),
    /// An original that is added together with it: of the same day or an earlier one, for example before
    /// every period; by an employee who does little else, or not.
    Own {
        early: Option<i64>,
        rare: Option<usize>,
    },
    Itself,
    Nothing,
}

/// A part of an amount.
#[derive(Clone, Copy, Debug)]
enum Money {
    Half,
    Whole,
    More,
    One,
    Zero,
    OtherSign,
    OtherCurrency,
}

/// A reversal whose original has not been chosen yet.
#[derive(Clone, Debug)]
pub struct TakeBack {
    /// The parts that it has in common with other events.
    own: Fact,
    number: u64,
    /// An event whose identity it uses, if possible.
    clash: Option<Index>,
    of: Of,
    quantity: Option<i64>,
    amount: Option<Money>,
    dated: bool,
    /// Its place in the log.
    at: Index,
}

/// The reversals of a world.
pub fn take_backs() -> impl Strategy<Value = Vec<TakeBack>> {
    prop_oneof![1 => Just(Vec::new()), 5 => prop::collection::vec(take_back(), 2..16)]
}

fn take_back() -> impl Strategy<Value = TakeBack> {
    let index = any::<Index>;
    let of = prop_oneof![
        9 => index().prop_map(Of::Original),
        5 => Just(Of::SameAgain),
        3 => index().prop_map(Of::Reversal),
        24 => (select(vec![None, None, None, None, Some(2), Some(2), Some(11)]), prop::option::weighted(0.8, 4usize..10))
            .prop_map(|(early, rare)| Of::Own { early, rare }),
        1 => Just(Of::Itself),
        1 => Just(Of::Nothing),
    ];
    let quantity = || select(vec![1i64, 1, 2, 3, 1_000, 0]);
    let amount = || {
        prop_oneof![
            3 => Just(Money::Half),
            2 => Just(Money::Whole),
            2 => Just(Money::More),
            1 => Just(Money::One),
            2 => Just(Money::OtherSign),
            2 => Just(Money::OtherCurrency),
            1 => Just(Money::Zero),
        ]
    };
    let part = prop_oneof![
        4 => Just((None, None)),
        3 => quantity().prop_map(|quantity| (Some(quantity), None)),
        3 => amount().prop_map(|amount| (None, Some(amount))),
        2 => (quantity(), amount()).prop_map(|(quantity, amount)| (Some(quantity), Some(amount))),
    ];
    let clash = prop::option::weighted(0.1, index());
    (fact(), 0u64..60, clash, of, part, any::<bool>(), index()).prop_map(
        |(own, number, clash, of, (quantity, amount), dated, at)| TakeBack {
            own,
            number,
            clash,
            of,
            quantity,
            amount,
            dated,
            at,
        },
    )
}

/// Inserts reversals among the facts.
pub fn insert(facts: &mut Vec<Fact>, take_backs: Vec<TakeBack>) {
    let mut last: Option<Event<'static>> = None;
    for (number, take_back) in take_backs.into_iter().enumerate() {
        if let Of::Own { early, rare } = take_back.of {
            let original = take_back.original(number, early, rare);
            let at = take_back.clash.unwrap_or(take_back.at).index(facts.len() + 1);
            last = Some(original.event.clone());
            facts.insert(at, original);
        }
        let pick = |index: &Index, is_reversal: bool| {
            let own: Vec<&Fact> =
                facts.iter().filter(|fact| fact.event.reverses.is_some() == is_reversal).collect();
            (!own.is_empty()).then(|| own[index.index(own.len())].event.clone())
        };
        let target = match (&take_back.of, &last) {
            (Of::Original(index), _) => pick(index, false),
            (Of::Reversal(index), _) => pick(index, true),
            (Of::SameAgain | Of::Own { .. }, Some(last)) => Some(last.clone()),
            (Of::SameAgain | Of::Own { .. }, None) => pick(&take_back.at, false),
            (Of::Itself | Of::Nothing, _) => None,
        };
        let clash = take_back.clash.map(|index| facts[index.index(facts.len())].event.clone());
        let event = take_back.event(target.as_ref(), clash.as_ref());
        let at = take_back.at.index(facts.len() + 1);
        facts.insert(at, Fact { event, recorded: take_back.own.recorded });
        last = target.filter(|target| target.reverses.is_none()).or(last);
    }
}

impl TakeBack {
    fn original(&self, number: usize, early: Option<i64>, rare: Option<usize>) -> Fact {
        let mut event = self.own.event.clone();
        let has_number = event.source_sequence.is_some();
        event.id = format!("o{number}").into();
        event.source_sequence = has_number.then_some(300 + number as u64);
        if let Some(early) = early {
            event.business_date = day(early);
            event.occurred = instant(early);
        }
        if let (Some(rare), Some(credit)) = (rare, event.credits.first_mut()) {
            credit.employee = employee_id(rare).into();
            event.credits.truncate(1);
            event.credits[0].share_ppm = None;
        }
        Fact { event, recorded: instant(4) }
    }

    fn event(&self, target: Option<&Event<'static>>, clash: Option<&Event<'static>>) -> Event<'static> {
        let mut event = self.own.event.clone();
        if let Some(target) = target {
            event.source = target.source.clone();
            event.source_sequence = target.source_sequence;
        }
        // Few different ids, so that a numbered source uses some of them twice.
        let has_number = event.source_sequence.is_some();
        event.source_sequence = has_number.then_some(200 + self.number);
        event.id = format!("r{}", if has_number { self.number % 8 } else { self.number }).into();
        let fits =
            |other: &&Event| other.source == event.source && other.source_sequence.is_some() == has_number;
        if let Some(clash) = clash.filter(fits) {
            event.id = clash.id.clone();
            event.source_sequence = clash.source_sequence;
        }
        let (id, source_sequence) = match (&self.of, target) {
            (Of::Itself, _) => (event.id.clone(), event.source_sequence),
            (_, Some(target)) => (target.id.clone(), target.source_sequence),
            (_, None) => ("nothing".into(), event.source_sequence.map(|_| 1_000_000)),
        };
        let takes_all = matches!(self.of, Of::Own { .. }) && self.number.is_multiple_of(2);
        let whole = target.and_then(|target| target.amount).unwrap_or_else(|| money("CNY", 5_000));
        event.reverses = Some(Reversal {
            id,
            source_sequence,
            quantity: self.quantity.filter(|_| !takes_all),
            amount: self.amount.filter(|_| !takes_all).map(|amount| amount.of(whole)),
            dated: match self.of {
                // If its original is from before the period, only a dated reversal on a later day has an
                // effect.
                Of::Own { early, .. } => early.is_some() || (self.dated && self.number.is_multiple_of(3)),
                _ => self.dated,
            },
        });
        // Its creditors follow from the original, so it need not name any.
        if self.number.is_multiple_of(5) {
            event.credits.clear();
            event.branch = "".into();
        }
        // Ingest refuses these, but the log of another version may contain them.
        let harmless = ["SELF_REVERSAL", "EMPTY_PART"];
        let refused = Catalogue::default().check(&event).err();
        debug_assert!(refused.is_none_or(|violation| harmless.contains(&violation.code)));
        event
    }
}

impl Money {
    fn of(self, whole: Amount) -> Amount {
        let minor = match self {
            Money::Half => whole.minor / 2,
            Money::Whole => whole.minor,
            Money::More => (whole.minor.saturating_mul(2)).clamp(-AMOUNT_MAX, AMOUNT_MAX),
            Money::One => whole.minor.signum(),
            Money::Zero => 0,
            Money::OtherSign => -whole.minor,
            Money::OtherCurrency => {
                return money(if whole.currency.as_str() == "EUR" { "CNY" } else { "EUR" }, whole.minor);
            }
        };
        Amount { minor, ..whole }
    }
}
