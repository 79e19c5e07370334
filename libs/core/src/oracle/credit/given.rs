//! Credits: what an event gives to or takes from a creditor for one indicator; and all credits of a log.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::Position;
use crate::event::Event;
use crate::oracle::contest::refusal::Refusal;
use crate::oracle::credit::division::LastUnit;
use crate::oracle::journal::reversals::Outcome;
use crate::oracle::placement::name_resolution::Meant;
use crate::oracle::placement::way::Way;
use crate::organisation::{Employee, Membership};

/// Which unit a credit starts from on boards of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The creditor's own unit.
    Membership,
    /// The event's branch, because the contest credits units by branch.
    Branch,
    /// The creditor's own unit: the contest credits units by branch, but the event names none.
    NoBranch,
    /// The event's branch, because this part is unassigned.
    Unassigned,
}

/// One credit.
#[derive(Clone, Debug)]
pub struct Credit<'a> {
    /// The position of the entry that gave it: the event, or the dated reversal.
    pub position: Position,
    /// The event; for a reversal, the original.
    pub event: &'a Event<'static>,
    /// The dated reversal, if this credit takes back.
    pub taken_by: Option<&'a Event<'static>>,
    /// The day on which it counts.
    pub date: Date,
    /// The index of the span in which it counts: the round, or 0 for the whole period; the base period comes
    /// last. For a balance the day can be before the span.
    pub span: usize,
    /// The indicator's index.
    pub indicator: usize,
    /// The creditor named in the event and whom that name means; `None` for the unassigned part.
    pub creditor: Option<Meant<'a>>,
    /// The branch named in the event and which unit that name means.
    pub branch: Option<Meant<'a>>,
    /// The id of the employee credited: whom the creditor's name means.
    pub employee: Option<&'a str>,
    /// The employee, if known to the organisation.
    pub known: Option<&'a Employee>,
    /// The employee's membership on the day.
    pub membership: Option<&'a Membership>,
    /// The unit from which the path upwards starts.
    pub unit: Option<&'a str>,
    /// Why it starts there.
    pub origin: Origin,
    /// The path upwards from there on the day.
    pub way: Way<'a>,
    /// In 1/10,000 of the measure's unit. For a reference to a customer, plus or minus one whole.
    pub measure: i128,
    /// In 1/10,000 of a point.
    pub points: i128,
    /// The value of the whole event for the indicator, in 1/10,000 of a point; for a dated reversal, the
    /// difference.
    pub worth: i128,
    /// Whether that value was exactly half-way between two units and was rounded to the even one.
    pub was_half: bool,
    /// What decided who got the last remaining unit of the points.
    pub last_unit: LastUnit,
    /// Whether the employee is unknown.
    pub employee_is_unknown: bool,
    /// Whether it waits, for an unknown employee or because its path has no open unit.
    pub is_held: bool,
    /// The number of boards of units on which it has no row, although its path has open units.
    pub boards_missed: usize,
}

/// All credits of a log in a contest.
#[derive(Default)]
pub(crate) struct Given<'a> {
    pub(crate) credits: Vec<Credit<'a>>,
    pub(crate) refusals: Vec<Refusal>,
    pub(crate) outcomes: Vec<Outcome<'a>>,
    /// Over how many days an average is taken, by indicator and span. No entry if no day was reported.
    pub(crate) days: BTreeMap<(usize, usize), i128>,
}
