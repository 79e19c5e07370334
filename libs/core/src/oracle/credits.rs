//! The oracle's credits: what everything that counts gives to whom under each indicator, what is taken back of it on a
//! later day, or why it gives nothing. What an event gives by itself is asked for here; it never looks at two originals
//! at once, but leaves that to those who must.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::Position;
use crate::contest::{Contest, Indicator, Measure};
use crate::event::Event;
use crate::oracle::copies::Copy;
use crate::oracle::decisions::Organisation;
use crate::oracle::division::LastUnit;
use crate::oracle::events::Running;
use crate::oracle::naming::Meant;
use crate::oracle::reversals::{self, Counted, Fate, Outcome};
use crate::oracle::spans::{span_of, spans};
use crate::oracle::ways::Way;
use crate::oracle::{Logged, balances, customers, events, lasting, nth, worth};
use crate::organisation::{Employee, Membership};

/// Where units look for a credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The creditor's own unit.
    Membership,
    /// The event's branch, because the contest says so.
    Branch,
    /// The creditor's own unit, because the contest asks for a branch and the event names none.
    NoBranch,
    /// The event's branch, because nobody is credited for this part.
    Unassigned,
}

/// One credit.
#[derive(Clone, Debug)]
pub struct Credit<'a> {
    /// Where the entry is that gave it: its event, or the reversal that takes back on its own date.
    pub position: Position,
    /// Its event; of a taking the original.
    pub event: &'a Event<'static>,
    /// The reversal that takes it back on its own date.
    pub taken_by: Option<&'a Event<'static>>,
    /// The day for which it is given.
    pub date: Date,
    /// The index of the span in which it counts: the round, or 0 for the whole period; after those the period that
    /// improvement is measured from. Of a balance the day may lie before it.
    pub span: usize,
    /// The indicator's index.
    pub indicator: usize,
    /// The creditor whom the event names, and who that is; nobody: what no creditor gets.
    pub creditor: Option<Meant<'a>>,
    /// The branch that the event names, and which that is.
    pub branch: Option<Meant<'a>>,
    /// Who is credited: whoever is meant by the creditor.
    pub employee: Option<&'a str>,
    /// Who that is, if anybody knows.
    pub known: Option<&'a Employee>,
    /// Where who is meant belonged on the day.
    pub membership: Option<&'a Membership>,
    /// The unit from which units are looked for, upwards.
    pub unit: Option<&'a str>,
    /// Why that unit.
    pub origin: Origin,
    /// The way from there on the day.
    pub way: Way<'a>,
    /// In 1/10,000 of the measure's unit; of a reference to a customer one whole either way.
    pub measure: i128,
    /// In 1/10,000 of a point.
    pub points: i128,
    /// What the whole event is worth to the indicator, in 1/10,000 of a point; of a taking the difference.
    pub worth: i128,
    /// Whether the worth was exactly between two units and went to the even one.
    pub was_half: bool,
    /// Who got the last odd unit of the points.
    pub last_unit: LastUnit,
    /// Whether nobody knows the creditor.
    pub employee_is_unknown: bool,
    /// Whether it waits: for an unknown employee, or for any unit on its way.
    pub is_held: bool,
    /// Boards of units that have nobody for it, although there are units on its way.
    pub boards_missed: usize,
}

/// Why an event counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// Its business date is before everything that counts.
    TooEarly,
    /// Its business date is after everything that counts.
    TooLate,
    /// Its business date is within the period and in no round, or between the period and the one before.
    BetweenSpans,
    /// It was recorded at or after the deadline.
    AfterDeadline,
    /// The indicator counts other types.
    OtherType,
    /// The filter wants another product.
    Product,
    /// The filter wants another channel.
    Channel,
    /// The filter wants another segment.
    Segment,
    /// The filter wants a greater amount.
    AmountBelow,
    /// The filter wants a smaller amount.
    AmountAbove,
    /// The filter wants other attributes.
    Attribute,
    /// An amount is needed and there is none.
    NoAmount,
    /// An amount is needed and it is in another currency.
    OtherCurrency,
    /// Customers are counted and it names none.
    NoCustomer,
    /// All of it was taken back on its own date.
    TakenBack,
    /// It takes back an event of a type that counts, on a day that counts, and was recorded at or after the
    /// deadline.
    ReversalAfterDeadline,
}

/// Everything that the events of a log give in a contest.
#[derive(Default)]
pub(super) struct Given<'a> {
    pub(super) credits: Vec<Credit<'a>>,
    pub(super) refusals: Vec<Refusal>,
    pub(super) outcomes: Vec<Outcome<'a>>,
    /// How many days the average is taken of, by indicator and span; nothing where no day was reported.
    pub(super) days: BTreeMap<(usize, usize), i128>,
}

/// The credits of every original that counts and of what is taken back of it, in log order of the originals, and the
/// reasons of those that give none; then of what takes more than one original to see.
pub(super) fn give<'a>(
    contest: &Contest,
    organisation: &Organisation<'a>,
    prefix: &'a [Logged],
    copies: &[Copy],
) -> Given<'a> {
    let counted = reversals::counted(prefix, copies);
    let mut given = Given { outcomes: reversals::idle(&counted), ..Given::default() };
    for original in counted.iter().filter(|one| one.event.reverses.is_none()) {
        let own = reversals::reversals_of(original, &counted);
        give_one(original, &own, contest, organisation, &mut given);
    }
    let lasting = lasting::lasting(contest, &counted);
    balances::give(contest, organisation, &lasting, &mut given);
    nth::give(contest, organisation, &lasting, &mut given);
    given
}

/// What one original gives, with everything that takes it back.
fn give_one<'a>(
    original: &Counted<'a>,
    reversals: &[&Counted<'a>],
    contest: &Contest,
    organisation: &Organisation<'a>,
    given: &mut Given<'a>,
) {
    let event = original.event;
    let admitted = admit(event, contest);
    if reversals::is_too_late(original.recorded, contest) {
        // It never came, so there is nothing to take back.
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
            asked.credit(left, span, &mut running, given);
        }
        for taking in &taken.dated {
            if let Some(span) = span_of(contest, taking.date) {
                asked.take_away(taking, span, &mut running, given);
            }
        }
    }
}

/// One original, asked about under one indicator.
pub(super) struct Asked<'q, 'a> {
    pub(super) original: &'q Counted<'a>,
    pub(super) contest: &'q Contest,
    pub(super) organisation: &'q Organisation<'a>,
    pub(super) indicator: usize,
    pub(super) rule: &'q Indicator,
}

impl<'a> Asked<'_, 'a> {
    /// What is left of it on its own date.
    fn credit(&self, left: reversals::Left, span: usize, running: &mut Running, given: &mut Given<'a>) {
        let event = lasting::as_left(self.original.event, left);
        match Counting::of(&self.rule.measure) {
            Counting::Events => events::credit(self, &event, span, running, given),
            Counting::Customers => customers::credit(self, &event, span, given),
            Counting::Together => {}
        }
    }

    /// What a taking on another date takes away.
    fn take_away(
        &self,
        taking: &reversals::Dated<'a>,
        span: usize,
        running: &mut Running,
        given: &mut Given<'a>,
    ) {
        match Counting::of(&self.rule.measure) {
            Counting::Events => events::take_away(self, taking, span, running, given),
            Counting::Customers => customers::take_away(self, taking, span, given),
            Counting::Together => {}
        }
    }
}

/// What an indicator counts of an original.
enum Counting {
    /// What it says by itself.
    Events,
    /// That it is about a customer.
    Customers,
    /// Nothing that can be said without looking at others.
    Together,
}

impl Counting {
    fn of(measure: &Measure) -> Counting {
        match measure {
            measure if worth::is_by_event(measure) => Counting::Events,
            Measure::Customers | Measure::CustomersWithProducts { .. } | Measure::ProductsPerCustomer => {
                Counting::Customers
            }
            _ => Counting::Together,
        }
    }
}

/// Whether an event has its place in any span and under any indicator, whenever it was recorded.
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

/// Whether any indicator looks at events of its type, be it only as an opening.
fn is_wanted(event: &Event, contest: &Contest) -> bool {
    contest.indicators.iter().any(|indicator| {
        let openings = match &indicator.measure {
            Measure::NthProduct { openings, .. } => openings.as_slice(),
            _ => &[],
        };
        indicator.events.iter().chain(openings).any(|kind| event.kind == kind.as_str())
    })
}
