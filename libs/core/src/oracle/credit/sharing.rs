//! Turns the parts of one value into credits, each with the employee it is for, the employee's unit on the
//! day, and the path upwards from there.

use jiff::civil::Date;

use crate::Position;
use crate::contest::{Contest, UnitFrom};
use crate::event::Event;
use crate::oracle::credit::division::{LastUnit, divide};
use crate::oracle::credit::given::{Credit, Origin};
use crate::oracle::placement::name_resolution;
use crate::oracle::placement::way::{End, Way, membership, way};
use crate::oracle::register::Organisation;

/// What all credits of one value have in common.
pub(crate) struct Whole<'a> {
    pub(crate) position: Position,
    pub(crate) event: &'a Event<'static>,
    pub(crate) taken_by: Option<&'a Event<'static>>,
    pub(crate) date: Date,
    pub(crate) span: usize,
    pub(crate) indicator: usize,
    pub(crate) worth: i128,
    pub(crate) was_half: bool,
    pub(crate) last_unit: LastUnit,
}

impl<'a> Whole<'a> {
    /// A value without points of its own: points are computed from the participant's totals.
    pub(crate) fn without_points(
        position: Position,
        event: &'a Event<'static>,
        date: Date,
        span: usize,
        indicator: usize,
    ) -> Whole<'a> {
        let (worth, was_half, last_unit) = (0, false, LastUnit::NoneLeft);
        Whole { position, event, taken_by: None, date, span, indicator, worth, was_half, last_unit }
    }
}

/// The part of one creditor, or of nobody.
pub(crate) struct Portion<'a> {
    /// The creditor as named in the event. Two names that mean the same employee are still two creditors.
    pub(crate) written: Option<&'a str>,
    pub(crate) has_weight: bool,
    pub(crate) measure: i128,
    pub(crate) points: i128,
}

/// A measure and points, divided among the creditors of an event and then nobody, in that order; and what
/// decided who got the last remaining unit of the points.
pub(crate) fn portions<'a>(
    event: &'a Event<'static>,
    measure: i128,
    points: i128,
) -> (Vec<Portion<'a>>, LastUnit) {
    let (measures, _) = divide(measure, &event.credits);
    let (points, last_unit) = divide(points, &event.credits);
    let mut parts = Vec::new();
    for (points, measure) in points.into_iter().zip(measures) {
        let written = points.creditor.map(|credit| credit.employee.as_ref());
        let (has_weight, measure, points) = (points.has_weight, measure.value, points.value);
        parts.push(Portion { written, has_weight, measure, points });
    }
    (parts, last_unit)
}

/// The credits of the parts. A part without weight gives none, nor does nobody's part if the event has no
/// branch.
pub(crate) fn share<'a>(
    whole: &Whole<'a>,
    parts: Vec<Portion<'a>>,
    contest: &Contest,
    organisation: &Organisation<'a>,
) -> Vec<Credit<'a>> {
    parts.into_iter().filter_map(|part| credit(whole, part, contest, organisation)).collect()
}

fn credit<'a>(
    whole: &Whole<'a>,
    part: Portion<'a>,
    contest: &Contest,
    organisation: &Organisation<'a>,
) -> Option<Credit<'a>> {
    let event = whole.event;
    let branch = name_resolution::branch(organisation, event, whole.date);
    let creditor =
        part.written.map(|written| name_resolution::creditor(organisation, event, written, whole.date));
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
        return None;
    }
    let employee_is_unknown = creditor.is_some() && known.is_none();
    let is_at_branch = origin == Origin::Unassigned || origin == Origin::Branch;
    let way = match unit {
        Some(unit) => way(organisation, unit, whole.date),
        // The branch is a code that has no meaning on the day.
        None if is_at_branch => Way { end: End::Unknown, ..Way::default() },
        None => Way::default(),
    };
    let leads_nowhere = (is_at_branch || unit.is_some()) && way.standing.is_empty();
    Some(Credit {
        position: whole.position,
        event,
        taken_by: whole.taken_by,
        date: whole.date,
        span: whole.span,
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
    })
}

fn boards_missed(way: &Way, contest: &Contest) -> usize {
    let unit_boards = contest.boards.iter().filter(|kind| *kind != "employee");
    let has_one = |kind: &String| way.standing.iter().any(|unit| unit.kind == *kind);
    unit_boards.filter(|kind| !way.standing.is_empty() && !has_one(kind)).count()
}
