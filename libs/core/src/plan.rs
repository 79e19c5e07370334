//! Plans: what participants are to reach, and which days are working days. Decisions like any other: the highest
//! revision wins. It says; completion and pace are computed from it elsewhere.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What one participant of a contest is to reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// The contest's id.
    pub contest: String,
    /// The participant's id: a unit's or an employee's.
    pub participant: String,
    /// One a indicator and round.
    pub targets: Vec<Target>,
}

/// What is to be reached of one indicator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The indicator's id.
    pub indicator: String,
    /// The round's id; empty: the whole.
    pub round: String,
    /// In 1/10,000 of the measure's unit, from 0.
    pub value_e4: i64,
}

impl Targets {
    /// Between the parts of a key: no id has it.
    const SEPARATOR: char = '\t';

    /// The key of the decision.
    pub fn key(&self) -> String {
        Targets::key_of(&self.contest, &self.participant)
    }

    /// The key of the decision about a participant of a contest.
    pub fn key_of(contest: &str, participant: &str) -> String {
        format!("{contest}{}{participant}", Targets::SEPARATOR)
    }
}

/// Which days are working days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// Stable id.
    pub id: String,
    /// The days of the week that are free, from 1 for Monday to 7 for Sunday.
    pub weekend: Vec<i8>,
    /// Other free days, ascending.
    pub closed: Vec<Date>,
    /// Working days in spite of the weekend (调休), ascending.
    pub open: Vec<Date>,
}

impl Calendar {
    /// Whether a day is a working day.
    pub fn is_working(&self, date: Date) -> bool {
        match (self.open.contains(&date), self.closed.contains(&date)) {
            (true, _) => true,
            (false, true) => false,
            (false, false) => !self.weekend.contains(&date.weekday().to_monday_one_offset()),
        }
    }
}
