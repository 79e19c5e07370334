//! Events that are due at a steady rate, independent of the answers, and the times measured from when each
//! was due. If a server pauses, this counts for every event that was due in the pause (an open loop, free of
//! coordinated omission).

use std::ops::Range;
use std::time::{Duration, Instant};

use longhu_client::bar::Bar;
use longhu_client::failure::Failure;
use longhu_client::failure::chain;
use longhu_core::Position;
use tokio::task::JoinSet;

use crate::refusal::coded_usage;
use crate::times::Times;

/// How long an adapter collects events before it calls. The first of them wait for this long.
pub const GATHERED: Duration = Duration::from_millis(5);
/// The time before the first event is due.
const HEAD_START: Duration = Duration::from_millis(200);
/// The most events in a call.
const CALL_MAX: u64 = 1_000;

/// A schedule of events.
#[derive(Clone, Debug)]
pub struct Due {
    /// The numbers of the events. Those before have already been sent.
    pub numbers: Range<u64>,
    /// How many events are due per second.
    pub rate: u64,
    /// Events per call: those that are due while an adapter collects.
    pub a_call: u64,
}

/// The outcome of a call.
pub struct Seen {
    /// The numbers of its events.
    pub numbers: Range<u64>,
    /// When they were on disk.
    pub acknowledged: Instant,
    /// When they were visible in an answer.
    pub visible: Instant,
    /// The position of the last of them, if there is a log with positions.
    pub position: Option<Position>,
}

/// The times of all events.
pub struct Found {
    /// Until they were visible in an answer.
    pub visible: Times,
    /// Until they were on disk.
    pub acknowledged: Times,
    /// Visible events per second.
    pub rate: f64,
    /// The position of the last of them.
    pub last: Option<Position>,
}

impl Due {
    /// A schedule. Refused (`RATE_TOO_HIGH`) if a call would be larger than servers accept.
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

    /// Makes each call when the last of its events is due, however many calls are still running.
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
