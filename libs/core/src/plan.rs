//! Plans: the targets of participants, and which days are working days. They are decisions like any other:
//! the highest revision wins. Completion and pace are computed elsewhere.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::types::date::days_between;

pub mod check;

/// The targets of one participant of a contest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// The contest's id.
    pub contest: String,
    /// The participant: the id of a unit or an employee.
    pub participant: String,
    /// One for each indicator and round.
    pub targets: Vec<Target>,
}

/// The target for one indicator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The indicator's id.
    pub indicator: String,
    /// The round's id; empty for the whole contest.
    pub round: String,
    /// In 1/10,000 of the measure's unit, at least 0.
    pub value_e4: i64,
}

impl Targets {
    /// Separates the parts of a key. Ids do not contain it.
    const SEPARATOR: char = '\t';

    /// The key of the decision.
    pub fn key(&self) -> String {
        Targets::key_of(&self.contest, &self.participant)
    }

    /// The key of the decision on a participant of a contest.
    pub fn key_of(contest: &str, participant: &str) -> String {
        format!("{contest}{}{participant}", Targets::SEPARATOR)
    }
}

/// Which days are working days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// Stable id.
    pub id: String,
    /// The days of the week that are free: 1 for Monday to 7 for Sunday.
    pub weekend: Vec<i8>,
    /// Other free days, in order.
    pub closed: Vec<Date>,
    /// Working days on a weekend (调休), in order.
    pub open: Vec<Date>,
}

impl Calendar {
    /// Whether a day is a working day.
    pub fn is_working(&self, date: Date) -> bool {
        let has = |dates: &[Date]| dates.binary_search(&date).is_ok();
        has(&self.open) || !(has(&self.closed) || self.is_weekend(date))
    }

    /// The number of working days from `start` to `end`, both included; 0 if `end` is before `start`. It
    /// counts weeks and the listed dates, so a period of several years costs no more than a short one.
    pub fn working_days(&self, start: Date, end: Date) -> u32 {
        let Ok(days) = u32::try_from(days_between(start, end) + 1) else { return 0 };
        let first = i64::from(start.weekday().to_monday_zero_offset());
        // How many days after the start the first such weekday is; the others follow week by week.
        let on = |weekday: i8| {
            let after = (i64::from(weekday) - 1 - first).rem_euclid(7) as u32;
            (days + 6 - after) / 7
        };
        let free: u32 = (1..=7).filter(|weekday| self.weekend.contains(weekday)).map(on).sum();
        let is_closed = |date: &&Date| !self.is_weekend(**date) && self.open.binary_search(date).is_err();
        let closed = between(&self.closed, start, end).iter().filter(is_closed).count();
        let open = between(&self.open, start, end).iter().filter(|date| self.is_weekend(**date)).count();
        // Only a log that nobody checked could contain dates that are not in order; then too many may be
        // counted.
        (days - free + open as u32).saturating_sub(closed as u32)
    }

    fn is_weekend(&self, date: Date) -> bool {
        self.weekend.contains(&date.weekday().to_monday_one_offset())
    }
}

/// Those of a sorted list of dates that are between `start` and `end`, both included.
fn between(dates: &[Date], start: Date, end: Date) -> &[Date] {
    let from = dates.partition_point(|date| *date < start);
    let to = dates.partition_point(|date| *date <= end);
    dates.get(from..to).unwrap_or(&[])
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::date;

    use super::*;

    /// The week of the spring festival of 2026: closed from Monday to Monday, two weekend days worked
    /// instead.
    fn spring() -> Calendar {
        Calendar {
            id: "cn-2026".into(),
            weekend: vec![6, 7],
            closed: (15..=23).map(|day| date(2026, 2, day)).collect(),
            open: vec![date(2026, 2, 14), date(2026, 2, 28)],
        }
    }

    fn one_by_one(calendar: &Calendar, start: Date, end: Date) -> u32 {
        start.series(1.day()).take_while(|day| *day <= end).filter(|day| calendar.is_working(*day)).count()
            as u32
    }

    #[test]
    fn an_open_day_works_on_a_weekend_and_a_closed_one_never() {
        let calendar = spring();
        assert!(calendar.is_working(date(2026, 2, 13)), "a Friday");
        assert!(calendar.is_working(date(2026, 2, 14)), "a Saturday that is worked");
        assert!(!calendar.is_working(date(2026, 2, 7)), "any other Saturday");
        assert!(!calendar.is_working(date(2026, 2, 16)), "a Monday of the festival");
        assert_eq!(calendar.working_days(date(2026, 2, 1), date(2026, 2, 28)), 16);
        assert_eq!(calendar.working_days(date(2026, 2, 14), date(2026, 2, 14)), 1);
        assert_eq!(calendar.working_days(date(2026, 2, 14), date(2026, 2, 13)), 0);
    }

    #[test]
    fn working_days_are_those_that_one_counts_one_by_one() {
        let bare = Calendar { weekend: Vec::new(), closed: Vec::new(), open: Vec::new(), ..spring() };
        let fridays = Calendar { weekend: vec![5], ..spring() };
        let never = Calendar { weekend: (1..=7).collect(), ..spring() };
        for calendar in [spring(), bare, fridays, never] {
            for from in 0..35 {
                for length in 0..45 {
                    let start = date(2026, 1, 25) + from.days();
                    let end = start + length.days();
                    let expected = one_by_one(&calendar, start, end);
                    assert_eq!(calendar.working_days(start, end), expected, "{calendar:?} {start} {end}");
                }
            }
        }
        let years = (date(2000, 1, 1), date(2099, 12, 31));
        assert_eq!(spring().working_days(years.0, years.1), one_by_one(&spring(), years.0, years.1));
        assert_eq!(spring().working_days(Date::MIN, Date::MAX), one_by_one(&spring(), Date::MIN, Date::MAX));
    }
}
