//! Credits: what an event gives to somebody under one indicator, or takes, and everything that the events of a log give.

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

/// Everything that the events of a log give in a contest.
#[derive(Default)]
pub(crate) struct Given<'a> {
    pub(crate) credits: Vec<Credit<'a>>,
    pub(crate) refusals: Vec<Refusal>,
    pub(crate) outcomes: Vec<Outcome<'a>>,
    /// How many days the average is taken of, by indicator and span; nothing where no day was reported.
    pub(crate) days: BTreeMap<(usize, usize), i128>,
}
