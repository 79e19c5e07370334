//! Instants for people: to the second, on the bank's clock where it is known. JSON and CSV keep the exact time.

use jiff::Timestamp;
use jiff::tz::Offset;
use longhu_proto::wire::contest::v1::ContestDefinition;
use longhu_proto::wire::standings::v1::GetContestRequest;

use crate::server::Server;

/// What a bank's clock shows. Only contests carry it: ingest fixes what the bank's zone is ahead of UTC when
/// a contest is published. By default the clock is UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BankClock {
    /// From which second of the epoch on, and how many seconds ahead of UTC; in order.
    offsets: Vec<(i64, i32)>,
}

impl BankClock {
    /// The clock that a published contest carries.
    pub fn of(definition: &ContestDefinition) -> BankClock {
        let offsets = definition.utc_offsets.iter().map(|offset| (offset.from_seconds, offset.seconds));
        BankClock { offsets: offsets.collect() }
    }

    /// The clock of a contest by its id. UTC if the server does not tell: a table is worth more than its zone.
    pub async fn of_contest(server: &Server, contest: &str) -> BankClock {
        let request = GetContestRequest { contest: contest.to_owned(), min_position: None };
        let answer = server.ask(server.standings().get_contest(request)).await;
        let definition = answer.ok().and_then(|answer| answer.contest?.definition);
        definition.map(|definition| BankClock::of(&definition)).unwrap_or_default()
    }

    /// An instant such as `2026-12-01 02:25:34 +08:00`, or `2026-11-30 18:25:34 UTC`. Fractions of a second
    /// are cut off. Empty if the time is not in the calendar.
    pub fn shown(&self, time: &prost_types::Timestamp) -> String {
        let Ok(instant) = Timestamp::new(time.seconds, 0) else { return String::new() };
        match self.offset_at(time.seconds) {
            Some(offset) => instant.to_zoned(offset.to_time_zone()).strftime("%F %T %:z").to_string(),
            None => instant.strftime("%F %T UTC").to_string(),
        }
    }

    /// The offset at a time. Before the first, the first one holds; the text names the offset, so that it is the
    /// same instant in any case.
    fn offset_at(&self, seconds: i64) -> Option<Offset> {
        let begun = self.offsets.iter().rfind(|(from, _)| *from <= seconds);
        let (_, ahead) = begun.or(self.offsets.first())?;
        Offset::from_seconds(*ahead).ok()
    }
}

/// An instant in UTC, to the second.
pub fn utc(time: &prost_types::Timestamp) -> String {
    BankClock::default().shown(time)
}

#[cfg(test)]
mod tests {
    use longhu_proto::wire::contest::v1::UtcOffset;

    use super::*;

    const TIME: prost_types::Timestamp =
        prost_types::Timestamp { seconds: 1_796_063_134, nanos: 759_727_973 };

    fn clock(offsets: &[(i64, i32)]) -> BankClock {
        let offset = |(from_seconds, seconds): &(i64, i32)| UtcOffset {
            from_seconds: *from_seconds,
            seconds: *seconds,
        };
        BankClock::of(&ContestDefinition {
            utc_offsets: offsets.iter().map(offset).collect(),
            ..Default::default()
        })
    }

    #[test]
    fn an_instant_is_shown_on_the_bank_s_clock_to_the_second() {
        assert_eq!(clock(&[(0, 28_800)]).shown(&TIME), "2026-12-01 02:25:34 +08:00");
        assert_eq!(utc(&TIME), "2026-11-30 18:25:34 UTC");
    }

    #[test]
    fn a_clock_that_changes_shows_what_it_showed_then() {
        let clock = clock(&[(1_000, 3_600), (2_000, 7_200)]);
        let shown = |seconds| clock.shown(&prost_types::Timestamp { seconds, nanos: 0 });
        assert_eq!(shown(0), "1970-01-01 01:00:00 +01:00", "before the first, the first");
        assert_eq!(shown(1_999), "1970-01-01 01:33:19 +01:00");
        assert_eq!(shown(2_000), "1970-01-01 02:33:20 +02:00");
    }
}
