//! The oracle's credits: what each counted event gives to whom under each indicator, what is taken back of it on a later
//! day, or why it gives nothing. It never looks at two originals at once.

use jiff::civil::Date;

use crate::Position;
use crate::contest::{Contest, Indicator, UnitFrom};
use crate::event::Event;
use crate::oracle::Logged;
use crate::oracle::copies::Copy;
use crate::oracle::decisions::Organisation;
use crate::oracle::division::{LastUnit, divide};
use crate::oracle::naming::{self, Meant};
use crate::oracle::reversals::{self, Counted, Dated, Fate, Left, Outcome};
use crate::oracle::ways::{End, Way, membership, way};
use crate::oracle::worth::{Value, value};
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
    /// In 1/10,000 of the measure's unit.
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
    /// Its business date is before the period.
    TooEarly,
    /// Its business date is after the period.
    TooLate,
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
    /// All of it was taken back on its own date.
    TakenBack,
    /// It takes back an event of a type that counts, on a day of the period, and was recorded at or after the
    /// deadline.
    ReversalAfterDeadline,
}

/// Everything that the events of a log give in a contest.
#[derive(Default)]
pub(super) struct Given<'a> {
    pub(super) credits: Vec<Credit<'a>>,
    pub(super) refusals: Vec<Refusal>,
    pub(super) outcomes: Vec<Outcome<'a>>,
}

/// The credits of every original that counts and of what is taken back of it, in log order of the originals, and the
/// reasons of those that give none.
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
    let is_late = contest.scoring_deadline.is_some_and(|deadline| original.recorded.0 >= deadline.0);
    let admitted = admit(event, contest);
    if is_late {
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
        if is_wanted(event, contest) && (contest.start..=contest.end).contains(&date) {
            given.refusals.push(Refusal::ReversalAfterDeadline);
        }
        given.outcomes.push(reversals::outcome(reversal, Some(original), Fate::Late));
    }
    let taken = reversals::take_back(original, &in_time);
    given.outcomes.extend(taken.outcomes);
    match (admitted, taken.on_own_date) {
        (Err(refusal), _) => given.refusals.push(refusal),
        (Ok(()), None) => given.refusals.push(Refusal::TakenBack),
        (Ok(()), Some(left)) => credit(original, left, contest, organisation, given),
    }
    for taking in &taken.dated {
        if (contest.start..=contest.end).contains(&taking.date) {
            take_away(original, taking, contest, organisation, given);
        }
    }
}

/// Whether an event has its place in the period and under any indicator, whenever it was recorded.
fn admit(event: &Event, contest: &Contest) -> Result<(), Refusal> {
    if event.business_date < contest.start {
        return Err(Refusal::TooEarly);
    }
    if event.business_date > contest.end {
        return Err(Refusal::TooLate);
    }
    if is_wanted(event, contest) { Ok(()) } else { Err(Refusal::OtherType) }
}

fn is_wanted(event: &Event, contest: &Contest) -> bool {
    let counts = |indicator: &Indicator| indicator.events.iter().any(|kind| event.kind == kind.as_str());
    contest.indicators.iter().any(counts)
}

/// The original as if it had been no more than what is left of it.
fn as_left(event: &Event<'static>, left: Left) -> Event<'static> {
    Event { quantity: left.quantity, amount: left.amount, ..event.clone() }
}

/// Credits an original on its own date with what is left of it there.
fn credit<'a>(
    original: &Counted<'a>,
    left: Left,
    contest: &Contest,
    organisation: &Organisation<'a>,
    given: &mut Given<'a>,
) {
    let event = original.event;
    let as_left = as_left(event, left);
    for (indicator, rule) in contest.indicators.iter().enumerate() {
        match value(&as_left, rule, contest.currency) {
            Err(refusal) => given.refusals.push(refusal),
            Ok(value) => {
                let (measures, _) = divide(value.measure, &event.credits);
                let (points, last_unit) = divide(value.points, &event.credits);
                let parts = points.iter().zip(&measures).map(|(points, measure)| Portion {
                    written: points.creditor.map(|credit| credit.employee.as_ref()),
                    has_weight: points.has_weight,
                    measure: measure.value,
                    points: points.value,
                });
                let whole = Whole {
                    position: original.position,
                    event,
                    taken_by: None,
                    date: event.business_date,
                    indicator,
                    worth: value.points,
                    was_half: value.was_half,
                    last_unit,
                };
                given.credits.extend(share(whole, parts.collect(), contest, organisation));
            }
        }
    }
}

/// Credits the difference that a dated taking makes, on its date, to those who share the original.
fn take_away<'a>(
    original: &Counted<'a>,
    taking: &Dated<'a>,
    contest: &Contest,
    organisation: &Organisation<'a>,
    given: &mut Given<'a>,
) {
    let event = original.event;
    for (indicator, rule) in contest.indicators.iter().enumerate() {
        let worth =
            |left: Option<Left>| left.and_then(|l| value(&as_left(event, l), rule, contest.currency).ok());
        let (before, after) = (worth(Some(taking.before)), worth(taking.after));
        let what = |value: Option<Value>| value.map(|value| (value.measure, value.points));
        if what(before) == what(after) {
            continue;
        }
        // What does not count gives nobody anything.
        let (old_measure, old_points) = what(before).unwrap_or((0, 0));
        let (new_measure, new_points) = what(after).unwrap_or((0, 0));
        let measures =
            divide(new_measure, &event.credits).0.into_iter().zip(divide(old_measure, &event.credits).0);
        let points =
            divide(new_points, &event.credits).0.into_iter().zip(divide(old_points, &event.credits).0);
        let parts = points.zip(measures).map(|((new, old), (new_measure, old_measure))| Portion {
            written: new.creditor.map(|credit| credit.employee.as_ref()),
            has_weight: new.has_weight,
            measure: new_measure.value - old_measure.value,
            points: new.value - old.value,
        });
        let whole = Whole {
            position: taking.position,
            event,
            taken_by: Some(taking.reversal),
            date: taking.date,
            indicator,
            worth: new_points - old_points,
            was_half: false,
            last_unit: LastUnit::NoneLeft,
        };
        given.credits.extend(share(whole, parts.collect(), contest, organisation));
    }
}

/// What all credits of one worth have in common.
struct Whole<'a> {
    position: Position,
    event: &'a Event<'static>,
    taken_by: Option<&'a Event<'static>>,
    date: Date,
    indicator: usize,
    worth: i128,
    was_half: bool,
    last_unit: LastUnit,
}

/// What one creditor gets of it, or nobody.
struct Portion<'a> {
    /// The creditor as the event names it: two who come to mean the same are still two.
    written: Option<&'a str>,
    has_weight: bool,
    measure: i128,
    points: i128,
}

fn share<'a>(
    whole: Whole<'a>,
    parts: Vec<Portion<'a>>,
    contest: &Contest,
    organisation: &Organisation<'a>,
) -> Vec<Credit<'a>> {
    let event = whole.event;
    let mut given = Vec::new();
    for part in parts {
        let branch = naming::branch(organisation, event, whole.date);
        let creditor = part.written.map(|written| naming::creditor(organisation, event, written, whole.date));
        let employee = creditor.as_ref().and_then(|meant| meant.id);
        let known = employee.and_then(|employee| organisation.employees.get(employee).copied());
        let membership = known.and_then(|employee| membership(employee, whole.date));
        let own = membership.map(|membership| membership.unit.as_str());
        let at_branch = branch.as_ref().and_then(|meant| meant.id);
        let (unit, origin) = match (&creditor, contest.unit_from, &branch) {
            (None, _, _) => (at_branch, Origin::Unassigned),
            (Some(_), UnitFrom::Membership, _) => (own, Origin::Membership),
            (Some(_), UnitFrom::Event, None) => (own, Origin::NoBranch),
            (Some(_), UnitFrom::Event, Some(_)) => (at_branch, Origin::Branch),
        };
        let goes_nowhere = creditor.is_none() && branch.is_none();
        if !part.has_weight || goes_nowhere {
            continue;
        }
        let employee_is_unknown = creditor.is_some() && known.is_none();
        let is_at_branch = origin == Origin::Unassigned || origin == Origin::Branch;
        let way = match unit {
            Some(unit) => way(organisation, unit, whole.date),
            // The branch is a code that means none on the day.
            None if is_at_branch => Way { end: End::Unknown, ..Way::default() },
            None => Way::default(),
        };
        let leads_nowhere = (is_at_branch || unit.is_some()) && way.standing.is_empty();
        given.push(Credit {
            position: whole.position,
            event,
            taken_by: whole.taken_by,
            date: whole.date,
            indicator: whole.indicator,
            creditor,
            branch,
            employee,
            known,
            membership,
            unit,
            origin,
            boards_missed: boards_missed(&way, contest),
            way,
            measure: part.measure,
            points: part.points,
            worth: whole.worth,
            was_half: whole.was_half,
            last_unit: whole.last_unit,
            employee_is_unknown,
            is_held: employee_is_unknown || leads_nowhere,
        });
    }
    given
}

fn boards_missed(way: &Way, contest: &Contest) -> usize {
    let unit_boards = contest.boards.iter().filter(|kind| *kind != "employee");
    let has_one = |kind: &String| way.standing.iter().any(|unit| unit.kind == *kind);
    unit_boards.filter(|kind| !way.standing.is_empty() && !has_one(kind)).count()
}
