//! Conversion of targets and working-day calendars between the wire and the core. The form is checked here;
//! whether the contest has the indicator is checked elsewhere.

use jiff::civil::Date;
use longhu_core::plan::check::{DATES_MAX, TARGETS_MAX, VALUE_E4_MAX};
use longhu_core::plan::{Calendar, Target, Targets};
use longhu_core::types::violation::Violation;

use crate::generated::google::r#type as google_type;
use crate::scalar::{date_from_wire, date_to_wire};
use crate::wire::plan::v1 as wire;

/// Converts a message to a participant's targets in a contest.
///
/// # Errors
/// Those of [`aims_from_wire`].
pub fn targets_from_wire(targets: &wire::Targets) -> Result<Targets, Violation> {
    Ok(Targets {
        contest: targets.contest.clone(),
        participant: targets.participant.clone(),
        targets: aims_from_wire(&targets.targets)?,
    })
}

/// Converts messages to targets.
///
/// # Errors
/// More targets than allowed, or a value out of range. The field paths begin with `targets`.
pub fn aims_from_wire(targets: &[wire::Target]) -> Result<Vec<Target>, Violation> {
    if targets.len() > TARGETS_MAX {
        let reason = format!("a participant has at most {TARGETS_MAX} targets; leave some out");
        return Err(Violation::new("targets", "TOO_MANY", reason));
    }
    let read = |(index, target): (usize, &wire::Target)| {
        if !(-VALUE_E4_MAX..=VALUE_E4_MAX).contains(&target.value_e4) {
            let reason = "a target is a number up to 100,000,000,000,000; correct it";
            return Err(Violation::new(format!("targets[{index}].value_e4"), "OUT_OF_RANGE", reason));
        }
        let (indicator, round) = (target.indicator.clone(), target.round.clone());
        Ok(Target { indicator, round, value_e4: target.value_e4 })
    };
    targets.iter().enumerate().map(read).collect()
}

/// Converts a participant's targets to their message.
pub fn targets_to_wire(targets: &Targets) -> wire::Targets {
    wire::Targets {
        contest: targets.contest.clone(),
        participant: targets.participant.clone(),
        targets: targets.targets.iter().map(target_to_wire).collect(),
    }
}

/// Converts one target to its message.
pub fn target_to_wire(target: &Target) -> wire::Target {
    let (indicator, round) = (target.indicator.clone(), target.round.clone());
    wire::Target { indicator, round, value_e4: target.value_e4 }
}

/// Converts a message to a calendar.
///
/// # Errors
/// An invalid date or day of the week, or more dates than allowed.
pub fn calendar_from_wire(calendar: &wire::Calendar) -> Result<Calendar, Violation> {
    let weekday = |(index, weekday): (usize, &u32)| {
        let known = i8::try_from(*weekday).ok().filter(|weekday| (1..=7).contains(weekday));
        known.ok_or_else(|| {
            let reason = format!("{weekday} is not a day of the week; give 1 for Monday to 7 for Sunday");
            Violation::new(format!("weekend[{index}]"), "OUT_OF_RANGE", reason)
        })
    };
    if calendar.closed_dates.len() + calendar.open_dates.len() > DATES_MAX {
        let reason = format!("a calendar has at most {DATES_MAX} dates; leave out the oldest ones");
        return Err(Violation::new("closed_dates", "TOO_MANY", reason));
    }
    Ok(Calendar {
        id: calendar.id.clone(),
        weekend: calendar.weekend.iter().enumerate().map(weekday).collect::<Result<_, _>>()?,
        closed: dates("closed_dates", &calendar.closed_dates)?,
        open: dates("open_dates", &calendar.open_dates)?,
    })
}

/// Converts a calendar to its message.
pub fn calendar_to_wire(calendar: &Calendar) -> wire::Calendar {
    wire::Calendar {
        id: calendar.id.clone(),
        weekend: calendar.weekend.iter().map(|weekday| weekday.unsigned_abs().into()).collect(),
        closed_dates: calendar.closed.iter().copied().map(date_to_wire).collect(),
        open_dates: calendar.open.iter().copied().map(date_to_wire).collect(),
    }
}

fn dates(list: &str, dates: &[google_type::Date]) -> Result<Vec<Date>, Violation> {
    let read = |(index, date)| date_from_wire(&format!("{list}[{index}]"), date);
    dates.iter().enumerate().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aims(values: &[i64]) -> Vec<wire::Target> {
        let aim = |value_e4: &i64| wire::Target {
            indicator: "cards".into(),
            value_e4: *value_e4,
            ..Default::default()
        };
        values.iter().map(aim).collect()
    }

    fn refused<T: std::fmt::Debug>(read: Result<T, Violation>) -> String {
        let violation = read.unwrap_err();
        format!("{} {}", violation.field, violation.code)
    }

    #[test]
    fn targets_beyond_the_greatest_and_the_least_are_refused() {
        assert_eq!(aims_from_wire(&aims(&[-VALUE_E4_MAX, VALUE_E4_MAX])).unwrap().len(), 2);
        let below = -VALUE_E4_MAX - 1;
        assert_eq!(refused(aims_from_wire(&aims(&[1, below]))), "targets[1].value_e4 OUT_OF_RANGE");
        assert_eq!(refused(aims_from_wire(&aims(&[VALUE_E4_MAX + 1]))), "targets[0].value_e4 OUT_OF_RANGE");
    }

    #[test]
    fn an_entry_is_bounded() {
        assert!(aims_from_wire(&aims(&[0; TARGETS_MAX])).is_ok());
        assert_eq!(refused(aims_from_wire(&aims(&[0; TARGETS_MAX + 1]))), "targets TOO_MANY");
        let date = google_type::Date { year: 2026, month: 5, day: 1 };
        let calendar = |closed, open| wire::Calendar {
            closed_dates: vec![date; closed],
            open_dates: vec![date; open],
            ..wire::Calendar::default()
        };
        assert!(calendar_from_wire(&calendar(DATES_MAX - 1, 1)).is_ok());
        assert_eq!(refused(calendar_from_wire(&calendar(DATES_MAX - 1, 2))), "closed_dates TOO_MANY");
    }

    #[test]
    fn days_that_are_none_are_refused() {
        let calendar = |weekend: &[u32], month| wire::Calendar {
            weekend: weekend.to_vec(),
            open_dates: vec![google_type::Date { year: 2026, month, day: 1 }],
            ..wire::Calendar::default()
        };
        assert!(calendar_from_wire(&calendar(&[1, 7], 12)).is_ok());
        for weekday in [0, 8, 255, 256, u32::MAX] {
            assert_eq!(refused(calendar_from_wire(&calendar(&[6, weekday], 1))), "weekend[1] OUT_OF_RANGE");
        }
        assert_eq!(refused(calendar_from_wire(&calendar(&[], 13))), "open_dates[0] BAD_DATE");
    }
}
