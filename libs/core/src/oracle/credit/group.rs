//! One original with all its reversals, for every indicator of a contest: what it gives to whom, what is
//! taken back on a later day, or why it gives nothing.

use crate::contest::Contest;
use crate::event::Event;
use crate::oracle::contest::refusal::Refusal;
use crate::oracle::contest::spans::{span_of, spans};
use crate::oracle::credit::asked::Asked;
use crate::oracle::credit::events::Running;
use crate::oracle::credit::given::Given;
use crate::oracle::credit::{events, references};
use crate::oracle::journal::counted::Counted;
use crate::oracle::journal::lasting;
use crate::oracle::journal::reversals::{self, Dated, Fate, Left};
use crate::oracle::register::Organisation;
use crate::oracle::rule::measure::{Counting, counting, openings};

/// What one original gives, with all its reversals.
pub(crate) fn give<'a>(
    original: &Counted<'a>,
    reversals: &[&Counted<'a>],
    contest: &Contest,
    organisation: &Organisation<'a>,
    given: &mut Given<'a>,
) {
    let event = original.event;
    let admitted = admit(event, contest);
    if reversals::is_too_late(original.recorded, contest) {
        // The original does not count here, so its reversals have nothing to take.
        given.refusals.push(admitted.err().unwrap_or(Refusal::AfterDeadline));
        let outcomes =
            reversals.iter().map(|one| reversals::outcome(one, Some(original), Fate::OriginalLate));
        given.outcomes.extend(outcomes);
        return;
    }
    let (late, in_time): (Vec<&Counted>, Vec<&Counted>) =
        reversals.iter().partition(|one| reversals::is_too_late(one.recorded, contest));
    for reversal in late {
        let date = reversals::effective_date(reversal.event, event);
        if is_wanted(event, contest) && span_of(contest, date).is_some() {
            given.refusals.push(Refusal::ReversalAfterDeadline);
        }
        given.outcomes.push(reversals::outcome(reversal, Some(original), Fate::Late));
    }
    let taken = reversals::take_back(original, &in_time);
    given.outcomes.extend(taken.outcomes);
    let span = span_of(contest, event.business_date);
    let on_own_date = match (admitted, taken.on_own_date, span) {
        (Err(refusal), _, _) => {
            given.refusals.push(refusal);
            None
        }
        (Ok(()), None, _) => {
            given.refusals.push(Refusal::TakenBack);
            None
        }
        (Ok(()), Some(left), span) => span.map(|span| (left, span)),
    };
    for (indicator, rule) in contest.indicators.iter().enumerate() {
        let asked = Asked { original, contest, organisation, indicator, rule };
        let mut running = Running::default();
        if let Some((left, span)) = on_own_date {
            credit(&asked, left, span, &mut running, given);
        }
        for taking in &taken.dated {
            if let Some(span) = span_of(contest, taking.date) {
                take_away(&asked, taking, span, &mut running, given);
            }
        }
    }
}

/// The credits of what is left of an original on its own date.
fn credit<'a>(asked: &Asked<'_, 'a>, left: Left, span: usize, running: &mut Running, given: &mut Given<'a>) {
    let event = lasting::as_left(asked.original.event, left);
    match counting(&asked.rule.measure) {
        Counting::Events => events::credit(asked, &event, span, running, given),
        Counting::Customers => references::credit(asked, &event, span, given),
        Counting::Together => {}
    }
}

/// What a reversal on another date takes back.
fn take_away<'a>(
    asked: &Asked<'_, 'a>,
    taking: &Dated<'a>,
    span: usize,
    running: &mut Running,
    given: &mut Given<'a>,
) {
    match counting(&asked.rule.measure) {
        Counting::Events => events::take_away(asked, taking, span, running, given),
        Counting::Customers => references::take_away(asked, taking, span, given),
        Counting::Together => {}
    }
}

/// Checks that an event has a span and an indicator that count it, whenever it was recorded.
fn admit(event: &Event, contest: &Contest) -> Result<(), Refusal> {
    if span_of(contest, event.business_date).is_none() {
        let spans = spans(contest);
        let is_before_all = spans.iter().all(|span| event.business_date < span.period.start);
        let is_after_all = spans.iter().all(|span| event.business_date > span.period.end);
        return Err(match (is_before_all, is_after_all) {
            (true, _) => Refusal::TooEarly,
            (_, true) => Refusal::TooLate,
            _ => Refusal::BetweenSpans,
        });
    }
    if is_wanted(event, contest) { Ok(()) } else { Err(Refusal::OtherType) }
}

/// Whether any indicator uses events of its type, even if only as an opening.
fn is_wanted(event: &Event, contest: &Contest) -> bool {
    contest.indicators.iter().any(|indicator| {
        let openings = openings(&indicator.measure);
        indicator.events.iter().chain(openings).any(|kind| event.kind == kind.as_str())
    })
}
