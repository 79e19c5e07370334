//! The recorded time, which never goes back, and the bank's day of an instant. This is the only place that
//! reads the clock or uses the time-zone database.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use longhu_core::Time;
use longhu_core::contest::UtcOffset;

/// The source of the time. Tests provide their own.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// The earliest time that an entry may have, in seconds since 1970.
const EVER: i64 = longhu_core::types::time::EARLIEST.0 / 1_000_000_000;

/// The clock of this machine.
pub fn system_clock() -> Clock {
    Arc::new(|| from_timestamp(Timestamp::now()))
}

/// Recorded times and days in the bank's time zone.
pub(crate) struct BankClock {
    clock: Clock,
    zone: TimeZone,
    /// The greatest time that was given out or seen in the log.
    floor: AtomicI64,
}

impl BankClock {
    pub(crate) fn new(clock: Clock, zone: &str) -> Result<BankClock, jiff::Error> {
        let zone = TimeZone::get(zone)?;
        Ok(BankClock { clock, zone, floor: AtomicI64::new(i64::MIN) })
    }

    /// The present time; or the greatest earlier answer, if the machine's clock went back.
    pub(crate) fn recorded(&self) -> Time {
        let now = (self.clock)().0;
        Time(self.floor.fetch_max(now, Ordering::AcqRel).max(now))
    }

    /// Makes all later answers at least `time`.
    pub(crate) fn raise(&self, time: Time) {
        self.floor.fetch_max(time.0, Ordering::AcqRel);
    }

    /// The bank's day of an instant.
    pub(crate) fn day_of(&self, time: Time) -> Date {
        // Every `Time` of an entry is in the years 1900 to 2199, for which there is always a timestamp.
        let timestamp = Timestamp::from_nanosecond(i128::from(time.0)).unwrap_or(Timestamp::UNIX_EPOCH);
        self.zone.to_datetime(timestamp).date()
    }

    /// The instant at which a day ends in the bank's zone: the beginning of the next day.
    pub(crate) fn end_of_day(&self, day: Date) -> Option<Time> {
        let next = day.tomorrow().ok()?.to_zoned(self.zone.clone()).ok()?;
        Some(from_timestamp(next.timestamp()))
    }

    /// The zone's offsets from UTC between the beginnings of two days: first the offset at the beginning, as
    /// if it had always been in force, then each change.
    pub(crate) fn offsets(&self, from: Date, to: Date) -> Vec<UtcOffset> {
        let instant = |day: Date| day.to_zoned(self.zone.clone()).ok().map(|zoned| zoned.timestamp());
        let (Some(from), Some(to)) = (instant(from), instant(to)) else { return Vec::new() };
        let mut offsets =
            vec![UtcOffset { from_seconds: EVER, seconds: self.zone.to_offset(from).seconds() }];
        for change in self.zone.following(from).take_while(|change| change.timestamp() <= to) {
            let (from_seconds, seconds) = (change.timestamp().as_second(), change.offset().seconds());
            // A zone may also change its name without changing its offset.
            if offsets.last().is_none_or(|last| last.seconds != seconds) {
                offsets.push(UtcOffset { from_seconds, seconds });
            }
        }
        offsets
    }

    /// An instant in the bank's time zone, for people, with the zone's name.
    pub(crate) fn shown(&self, time: Time) -> String {
        match Timestamp::from_nanosecond(i128::from(time.0)) {
            Ok(timestamp) => timestamp.to_zoned(self.zone.clone()).to_string(),
            Err(_) => time.0.to_string(),
        }
    }
}

fn from_timestamp(timestamp: Timestamp) -> Time {
    Time(i64::try_from(timestamp.as_nanosecond()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock_at(seconds: Vec<i64>, zone: &str) -> BankClock {
        let left = parking_lot::Mutex::new(seconds.into_iter());
        let clock: Clock = Arc::new(move || Time(left.lock().next().unwrap_or(0) * 1_000_000_000));
        BankClock::new(clock, zone).unwrap()
    }

    #[test]
    fn recorded_time_never_goes_back() {
        let clock = clock_at(vec![10, 5, 11], "UTC");
        assert_eq!(
            [clock.recorded(), clock.recorded(), clock.recorded()].map(|t| t.0 / 1_000_000_000),
            [10, 10, 11]
        );
        clock.raise(Time(99_000_000_000));
        assert_eq!(clock.recorded(), Time(99_000_000_000));
    }

    #[test]
    fn day_begins_and_ends_in_the_zone_of_the_bank() {
        let clock = clock_at(vec![], "Asia/Shanghai");
        let end = clock.end_of_day(Date::constant(2026, 3, 31)).unwrap();
        assert_eq!(
            Timestamp::from_nanosecond(i128::from(end.0)).unwrap().to_string(),
            "2026-03-31T16:00:00Z"
        );
        assert_eq!(clock.shown(end), "2026-04-01T00:00:00+08:00[Asia/Shanghai]");
        assert_eq!(clock.day_of(end), Date::constant(2026, 4, 1));
        assert_eq!(clock.day_of(Time(end.0 - 1)), Date::constant(2026, 3, 31));
    }

    fn offsets_of(zone: &str, from: Date, to: Date) -> Vec<(String, i32)> {
        let shown = |offset: UtcOffset| match offset.from_seconds {
            EVER => ("ever".to_owned(), offset.seconds),
            seconds => (Timestamp::from_second(seconds).unwrap().to_string(), offset.seconds),
        };
        clock_at(vec![], zone).offsets(from, to).into_iter().map(shown).collect()
    }

    #[test]
    fn a_zone_that_changes_its_clocks_has_an_offset_for_each_change() {
        let (from, to) = (Date::constant(2025, 12, 31), Date::constant(2026, 12, 31));
        let expected = [("ever", 3_600), ("2026-03-29T01:00:00Z", 7_200), ("2026-10-25T01:00:00Z", 3_600)];
        let expected = expected.map(|(from, seconds)| (from.to_owned(), seconds));
        assert_eq!(offsets_of("Europe/Prague", from, to), expected);
        // The day on which the clocks change begins with the old offset.
        assert_eq!(offsets_of("Europe/Prague", from, Date::constant(2026, 3, 29)), expected[..1]);
        assert_eq!(offsets_of("Europe/Prague", from, Date::constant(2026, 3, 30)), expected[..2]);
    }

    #[test]
    fn a_zone_that_never_changes_its_clocks_has_one_offset() {
        let (from, to) = (Date::constant(2025, 12, 31), Date::constant(2027, 5, 5));
        assert_eq!(offsets_of("Asia/Shanghai", from, to), [("ever".to_owned(), 28_800)]);
        assert_eq!(offsets_of("UTC", from, to), [("ever".to_owned(), 0)]);
    }

    #[test]
    fn a_day_that_begins_at_one_o_clock_ends_the_day_before_at_that_time() {
        let clock = clock_at(vec![], "America/Sao_Paulo");
        let end = clock.end_of_day(Date::constant(2018, 11, 3)).unwrap();
        assert_eq!(
            Timestamp::from_nanosecond(i128::from(end.0)).unwrap().to_string(),
            "2018-11-04T03:00:00Z"
        );
    }
}
