//! Dates that are one number: units since 1970, and a spreadsheet's days. Exact, without floats.

use jiff::civil::{Date, Time as TimeOfDay, date};
use jiff::{Span, ToSpan};
use longhu_core::Time;
use longhu_files::number::{Decimal, PLAIN};

/// Day 0 of a spreadsheet, for days from 1 March 1900 on. Spreadsheets count a 29 February 1900, which did
/// not exist.
const EXCEL_ZERO: Date = date(1899, 12, 30);
/// 1 March 1900. Days before it would be counted from another day 0.
const EXCEL_MIN: i128 = 61;
const SECONDS_OF_DAY: i128 = 86_400;
const BILLION: i128 = 1_000_000_000;

/// The least instant that is accepted: 3 March 1973, in seconds. A date such as `20260203`, or seconds read
/// as milliseconds, would give an earlier one, some day in 1970.
const EPOCH_MIN: i128 = 100_000_000;

/// The instant of a number of units since 1970, of which the last `digits` digits are a fraction of a second.
/// `None`: it is not a number, or has another unit. `Some(None)`: its year is outside of the years that
/// events have.
pub fn epoch(text: &str, digits: u32) -> Option<Option<Time>> {
    let nanos = Decimal::parse(text, PLAIN).ok()?.whole_at(9 - digits as i32)?;
    if nanos.abs() < EPOCH_MIN * BILLION {
        return None;
    }
    let (seconds, rest) = (nanos.div_euclid(BILLION), nanos.rem_euclid(BILLION));
    let parts = i64::try_from(seconds).ok().zip(i32::try_from(rest).ok());
    Some(parts.and_then(|(seconds, rest)| Time::from_parts(seconds, rest)))
}

/// The day and, if there is a fraction, the time of day of a spreadsheet's number. The fraction is the
/// nearest binary one, so the time is rounded to the second.
pub fn excel(text: &str) -> Option<(Date, Option<TimeOfDay>)> {
    let (days, fraction) = text.split_once('.').map_or((text, None), |(days, rest)| (days, Some(rest)));
    let days = Decimal::parse(days, PLAIN).ok()?.whole_at(0).filter(|days| *days >= EXCEL_MIN)?;
    let Some(fraction) = fraction else { return Some((day(days)?, None)) };
    // Further digits are below a second.
    let fraction: String = fraction.chars().take(15).collect();
    let units = Decimal::parse(&format!("0.{fraction}"), PLAIN).ok()?.whole_at(15)?;
    let second = (units * SECONDS_OF_DAY * 2 + 10i128.pow(15)) / (2 * 10i128.pow(15));
    let (days, second) = (days + second / SECONDS_OF_DAY, second % SECONDS_OF_DAY);
    let second = i64::try_from(second).ok()?;
    let time = TimeOfDay::midnight().checked_add(second.seconds()).ok()?;
    Some((day(days)?, Some(time)))
}

fn day(days: i128) -> Option<Date> {
    let days = Span::new().try_days(i64::try_from(days).ok()?).ok()?;
    EXCEL_ZERO.checked_add(days).ok()
}
