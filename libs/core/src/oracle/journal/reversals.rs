//! What is taken back: for each original that counts its reversals, in the order in which they take, and what is left of it
//! after each.

use jiff::civil::Date;

use crate::contest::Contest;
use crate::event::{Event, Reversal};
use crate::oracle::journal::counted::{Counted, original_of};
use crate::types::money::Amount;
use crate::{Position, Time};

/// What became of a counted reversal in a contest.
#[derive(Clone, Debug)]
pub struct Outcome<'a> {
    /// Where it is.
    pub position: Position,
    /// It.
    pub reversal: &'a Event<'static>,
    /// What it takes back, once that has come.
    pub original: Option<&'a Event<'static>>,
    /// The day on which it takes; nothing without an original.
    pub date: Option<Date>,
    /// Whether it came before what it takes back.
    pub came_first: bool,
    /// What became of it.
    pub fate: Fate,
}

/// What a counted reversal did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// What it takes back has not come.
    Waits,
    /// What it takes back came after it and is a reversal.
    DeadLetter,
    /// What it takes back was recorded at or after the deadline.
    OriginalLate,
    /// It was itself recorded at or after the deadline.
    Late,
    /// Nothing was left.
    NothingLeft,
    /// Its part fits nothing that is left.
    TookNothing,
    /// It took everything that was left.
    TookAll,
    /// It took its part.
    TookPart,
    /// Its part was more than there was; it took what there was.
    TookLess,
}

/// Counted reversals without effect in every contest: what they take back has not come, or is a reversal.
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

/// How one reversal fared.
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

/// Whether a reversal recorded then comes too late to take. The deadline of scoring holds for it too, until contests
/// have one of their own for what takes back.
pub(crate) fn is_too_late(recorded: Time, contest: &Contest) -> bool {
    contest.scoring_deadline.is_some_and(|deadline| recorded.0 >= deadline.0)
}

/// The day on which a reversal takes: the original's, or a later one of its own when it is dated.
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

/// One reversal that took something on its own date.
pub(crate) struct Dated<'a> {
    pub(crate) position: Position,
    pub(crate) reversal: &'a Event<'static>,
    pub(crate) date: Date,
    /// What was left before; never nothing.
    pub(crate) before: Left,
    /// What is left after; `None`: nothing at all.
    pub(crate) after: Option<Left>,
}

/// Everything that is taken of one original in time.
pub(crate) struct Taken<'a> {
    /// What is left on the original's own date; `None`: nothing at all.
    pub(crate) on_own_date: Option<Left>,
    /// What is left after everything, whatever its date; `None`: nothing at all.
    pub(crate) in_the_end: Option<Left>,
    /// What is taken afterwards.
    pub(crate) dated: Vec<Dated<'a>>,
    pub(crate) outcomes: Vec<Outcome<'a>>,
}

/// Lets reversals that are in time take from their original, one after the other.
pub(crate) fn take_back<'a>(original: &Counted<'a>, reversals: &[&Counted<'a>]) -> Taken<'a> {
    let mut in_order = reversals.to_vec();
    in_order.sort_by_key(|one| {
        let event = one.event;
        let date = effective_date(event, original.event);
        // The number comes last, since a source that numbers its events may use an id twice.
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

/// What is left after a part is taken, and how that went.
fn take(left: Left, part: &Reversal) -> (Option<Left>, Fate) {
    if part.quantity.is_none() && part.amount.is_none() {
        return (None, Fate::TookAll);
    }
    let mut after = left;
    let mut took = false;
    let mut is_less = false;
    // A part that brings the quantity or the amount to nothing leaves nothing.
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
