//! Dates that are one number: units since 1970, and days of a spreadsheet. Exact: no float.

use jiff::civil::{Date, Time as TimeOfDay, date};
use jiff::{Span, ToSpan};
use longhu_core::Time;
use longhu_files::number::{Decimal, PLAIN};

/// The day before the first one that spreadsheets count rightly from. They take 1900 for a leap year.
const EXCEL_ZERO: Date = date(1899, 12, 30);
/// The first of March of 1900: the days before it are counted from another day.
const EXCEL_MIN: i128 = 61;
const SECONDS_OF_DAY: i128 = 86_400;
const BILLION: i128 = 1_000_000_000;

/// The least instant that a number is taken for: the third of March of 1973, in seconds. A date like `20260203` and
/// seconds that are read as milliseconds lie before it, and would be some day of 1970.
const EPOCH_MIN: i128 = 100_000_000;

/// The instant of so many units since 1970, of which `digits` digits are a fraction of a second. The first nothing: it is
/// no number, or one of another unit; the second: it is of years that no event has.
pub fn epoch(text: &str, digits: u32) -> Option<Option<Time>> {
    let nanos = Decimal::parse(text, PLAIN).ok()?.whole_at(9 - digits as i32)?;
    if nanos.abs() < EPOCH_MIN * BILLION {
        return None;
    }
    let (seconds, rest) = (nanos.div_euclid(BILLION), nanos.rem_euclid(BILLION));
    let parts = i64::try_from(seconds).ok().zip(i32::try_from(rest).ok());
    Some(parts.and_then(|(seconds, rest)| Time::from_parts(seconds, rest)))
}

/// The day and, when there is a fraction, the time of day of a spreadsheet's number. A time is kept there as the binary
/// fraction next to it, so it is taken to the nearest second.
pub fn excel(text: &str) -> Option<(Date, Option<TimeOfDay>)> {
    let (days, fraction) = text.split_once('.').map_or((text, None), |(days, rest)| (days, Some(rest)));
    let days = Decimal::parse(days, PLAIN).ok()?.whole_at(0).filter(|days| *days >= EXCEL_MIN)?;
    let Some(fraction) = fraction else { return Some((day(days)?, None)) };
    // More digits than a number keeps are below any second.
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
