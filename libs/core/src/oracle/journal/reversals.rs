//! Reversals: for each original that counts, its reversals in the order in which they apply, and what is left
//! after each.

use jiff::civil::Date;

use crate::contest::Contest;
use crate::event::{Event, Reversal};
use crate::oracle::journal::counted::{Counted, original_of};
use crate::types::money::Amount;
use crate::{Position, Time};

/// How a counted reversal ended in a contest.
#[derive(Clone, Debug)]
pub struct Outcome<'a> {
    /// Its position.
    pub position: Position,
    /// The reversal.
    pub reversal: &'a Event<'static>,
    /// Its original, once that has arrived.
    pub original: Option<&'a Event<'static>>,
    /// The day on which it takes effect; `None` without an original.
    pub date: Option<Date>,
    /// Whether it arrived before its original.
    pub came_first: bool,
    /// How it ended.
    pub fate: Fate,
}

/// How a counted reversal ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Its original has not arrived.
    Waits,
    /// Its original arrived later and is a reversal.
    DeadLetter,
    /// Its original was recorded at or after the deadline.
    OriginalLate,
    /// The reversal was recorded at or after the deadline.
    Late,
    /// Nothing was left of the original.
    NothingLeft,
    /// Its part does not fit what was left: another currency or sign, or nothing of that kind.
    TookNothing,
    /// It took everything that was left.
    TookAll,
    /// It took its part.
    TookPart,
    /// Its part was more than what was left, so it took what was left.
    TookLess,
}

/// Counted reversals that have no effect in any contest: the original has not arrived, or is a reversal.
pub(crate) fn idle<'a>(counted: &[Counted<'a>]) -> Vec<Outcome<'a>> {
    let mut idle = Vec::new();
    for reversal in counted.iter().filter(|one| one.target.is_some()) {
        match original_of(reversal, counted) {
            None => idle.push(outcome(reversal, None, Fate::Waits)),
            Some(target) if target.target.is_some() => {
                idle.push(outcome(reversal, Some(target), Fate::DeadLetter));
            }
            Some(_) => {}
        }
    }
    idle
}

/// The outcome of one reversal.
pub(crate) fn outcome<'a>(reversal: &Counted<'a>, original: Option<&Counted<'a>>, fate: Fate) -> Outcome<'a> {
    Outcome {
        position: reversal.position,
        reversal: reversal.event,
        original: original.map(|original| original.event),
        date: original.map(|original| effective_date(reversal.event, original.event)),
        came_first: original.is_some_and(|original| reversal.position < original.position),
        fate,
    }
}

/// Whether a reversal recorded then is too late. The scoring deadline applies to reversals too, until
/// contests have a separate deadline for them.
pub(crate) fn is_too_late(recorded: Time, contest: &Contest) -> bool {
    contest.scoring_deadline.is_some_and(|deadline| recorded.0 >= deadline.0)
}

/// The day on which a reversal takes effect: the original's day; or, if it is dated, its own day if that is
/// later.
pub(crate) fn effective_date(reversal: &Event, original: &Event) -> Date {
    match is_dated(reversal) && reversal.business_date > original.business_date {
        true => reversal.business_date,
        false => original.business_date,
    }
}

fn is_dated(reversal: &Event) -> bool {
    reversal.reverses.as_ref().is_some_and(|reverses| reverses.dated)
}

/// What is left of an original.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) quantity: Option<i64>,
    pub(crate) amount: Option<Amount>,
}

/// A reversal that took something on its own date.
pub(crate) struct Dated<'a> {
    pub(crate) position: Position,
    pub(crate) reversal: &'a Event<'static>,
    pub(crate) date: Date,
    /// What was left before; something always was.
    pub(crate) before: Left,
    /// What is left after it; `None` if nothing.
    pub(crate) after: Option<Left>,
}

/// All reversals of one original that came in time.
pub(crate) struct Taken<'a> {
    /// What is left on the original's own date; `None` if nothing.
    pub(crate) on_own_date: Option<Left>,
    /// What is left after everything, whatever the date; `None` if nothing.
    pub(crate) in_the_end: Option<Left>,
    /// What was taken on later dates.
    pub(crate) dated: Vec<Dated<'a>>,
    pub(crate) outcomes: Vec<Outcome<'a>>,
}

/// Applies the reversals that came in time to their original, one after the other.
pub(crate) fn take_back<'a>(original: &Counted<'a>, reversals: &[&Counted<'a>]) -> Taken<'a> {
    let mut in_order = reversals.to_vec();
    in_order.sort_by_key(|one| {
        let event = one.event;
        let date = effective_date(event, original.event);
        // The number comes last, because a numbered source may use an id twice.
        (date, is_dated(event), event.occurred, event.id.as_ref(), event.source_sequence)
    });
    let whole = Left { quantity: original.event.quantity, amount: original.event.amount };
    let mut taken =
        Taken { on_own_date: Some(whole), in_the_end: Some(whole), dated: Vec::new(), outcomes: Vec::new() };
    let mut left = Some(whole);
    for one in in_order {
        let before = left;
        let fate = match (before, &one.event.reverses) {
            (Some(before), Some(part)) => {
                let (after, fate) = take(before, part);
                left = after;
                fate
            }
            _ => Fate::NothingLeft,
        };
        taken.outcomes.push(outcome(one, Some(original), fate));
        if !is_dated(one.event) {
            taken.on_own_date = left;
        } else if let Some(before) = before
            && left != Some(before)
        {
            let date = effective_date(one.event, original.event);
            let (position, reversal) = (one.position, one.event);
            taken.dated.push(Dated { position, reversal, date, before, after: left });
        }
    }
    taken.in_the_end = left;
    taken
}

/// What is left after a part is taken, and how the reversal ended.
fn take(left: Left, part: &Reversal) -> (Option<Left>, Fate) {
    if part.quantity.is_none() && part.amount.is_none() {
        return (None, Fate::TookAll);
    }
    let mut after = left;
    let mut took = false;
    let mut is_less = false;
    // If quantity or amount becomes zero, nothing is left.
    let mut has_none = false;
    if let Some(asked) = part.quantity {
        let has = left.quantity.unwrap_or(1);
        let taken = if asked > has { has } else { asked };
        if taken > 0 {
            after.quantity = Some(has - taken);
            took = true;
            has_none |= taken == has;
            is_less |= taken < asked;
        }
    }
    if let (Some(asked), Some(has)) = (part.amount, left.amount)
        && asked.currency == has.currency
        && ((asked.minor > 0 && has.minor > 0) || (asked.minor < 0 && has.minor < 0))
    {
        let is_more = asked.minor.unsigned_abs() > has.minor.unsigned_abs();
        let taken = if is_more { has.minor } else { asked.minor };
        after.amount = Some(Amount { minor: has.minor - taken, ..has });
        took = true;
        has_none |= taken == has.minor;
        is_less |= is_more;
    }
    if !took {
        return (Some(left), Fate::TookNothing);
    }
    let fate = if is_less { Fate::TookLess } else { Fate::TookPart };
    (if has_none { None } else { Some(after) }, fate)
}
