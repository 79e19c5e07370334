//! Events that fall due one by one at a steady rate, whatever is answered when, and the times from when each was due: a
//! pause of a server is counted for every event that fell due in it (an open loop, free of coordinated omission).

use std::ops::Range;
use std::time::{Duration, Instant};

use longhu_client::bar::Bar;
use longhu_client::failure::Failure;
use longhu_client::failure::chain;
use longhu_core::Position;
use tokio::task::JoinSet;

use crate::refusal::coded_usage;
use crate::times::Times;

/// An adapter gathers events for so long before it calls; the first of them wait.
pub const GATHERED: Duration = Duration::from_millis(5);
/// Before the first event is due.
const HEAD_START: Duration = Duration::from_millis(200);
/// Events that a call takes.
const CALL_MAX: u64 = 1_000;

/// Which events, and when.
#[derive(Clone, Debug)]
pub struct Due {
    /// The events' numbers; those before have come already.
    pub numbers: Range<u64>,
    /// Events that are due in a second.
    pub rate: u64,
    /// Events of one call: those that are due while an adapter gathers.
    pub a_call: u64,
}

/// What came of a call.
pub struct Seen {
    /// The numbers of its events.
    pub numbers: Range<u64>,
    /// When they were on disk.
    pub acknowledged: Instant,
    /// When an answer had them in it.
    pub visible: Instant,
    /// Where the last of them is, if there is a log with positions.
    pub position: Option<Position>,
}

/// The times of all events.
pub struct Found {
    /// Until they were in an answer.
    pub visible: Times,
    /// Until they were on disk.
    pub acknowledged: Times,
    /// Events in an answer a second.
    pub rate: f64,
    /// Where the last of them is.
    pub last: Option<Position>,
}

impl Due {
    /// A schedule; refused (`RATE_TOO_HIGH`) where a call would be larger than any server takes.
    pub fn new(numbers: Range<u64>, rate: u64) -> Result<Due, Failure> {
        let a_call = (u128::from(rate) * GATHERED.as_micros() / 1_000_000).max(1) as u64;
        if a_call > CALL_MAX {
            let what = format!(
                "--rate {rate}: more than {CALL_MAX} events in {GATHERED:?}, and a call takes no more"
            );
            return Err(coded_usage("RATE_TOO_HIGH", what).next("give 200k at most"));
        }
        Ok(Due { numbers, rate, a_call })
    }

    /// Makes each call when the last of its events is due, however many are still under way.
    pub async fn measure<F: Future<Output = Result<Seen, Failure>> + Send + 'static>(
        &self,
        mut call: impl FnMut(usize, Range<u64>) -> F,
    ) -> Result<Found, Failure> {
        let Range { start: first, end } = self.numbers;
        let started = Instant::now() + HEAD_START;
        let due = |number: u64| started + Duration::from_nanos((number - first) * 1_000_000_000 / self.rate);
        let (mut calls, mut bar) = (JoinSet::new(), Bar::begin());
        let mut found = Found { visible: Times::new()?, acknowledged: Times::new()?, rate: 0.0, last: None };
        let mut ended = started;
        let mut take = |seen: Seen| {
            for number in seen.numbers {
                found.visible.record(seen.visible - due(number));
                found.acknowledged.record(seen.acknowledged - due(number));
            }
            found.last = found.last.max(seen.position);
            ended = ended.max(seen.visible);
        };
        for (index, from) in (first..end).step_by(self.a_call as usize).enumerate() {
            let own = from..(from + self.a_call).min(end);
            tokio::time::sleep_until(due(own.end - 1).into()).await;
            calls.spawn(call(index, own));
            while let Some(seen) = calls.try_join_next() {
                take(seen.map_err(|error| chain(&error))??);
            }
            bar.show_of(from - first, end - first, &format!("due, {} calls under way", calls.len()));
        }
        while let Some(seen) = calls.join_next().await {
            take(seen.map_err(|error| chain(&error))??);
        }
        found.rate = (end - first) as f64 / (ended - started).as_secs_f64();
        Ok(found)
    }
}
