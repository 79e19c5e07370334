//! Makes the bank's deliveries at the requested rate and passes them, in messages, to the adapters. It runs
//! in its own thread and waits if the adapters wait.

use std::num::NonZeroU32;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use longhu_proto::wire::ingest::v1::StreamEventsRequest;
use tokio::sync::mpsc::Sender;
use tokio_util::sync::CancellationToken;

use crate::business::{SOURCES, Source};
use crate::days::{Days, Delivery};
use crate::meter::{Meter, Note};

/// The most events in one message.
const EVENTS_MAX: usize = 500;
/// Messages per second and source, as long as they do not become too large.
const MESSAGES_A_SECOND: usize = 25;
/// If it is behind by more than this, it does not catch up.
const BEHIND_MAX: Duration = Duration::from_millis(500);

/// The rate of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// This many per second.
    PerSecond(NonZeroU32),
    /// As many as the services can handle.
    Max,
}

/// A text that is not a rate.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a rate; write events a second such as 5000, or max")]
pub struct BadRate(String);

impl FromStr for Rate {
    type Err = BadRate;

    fn from_str(text: &str) -> Result<Rate, BadRate> {
        match (text, text.parse()) {
            ("max", _) => Ok(Rate::Max),
            (_, Ok(rate)) => Ok(Rate::PerSecond(rate)),
            _ => Err(BadRate(text.to_owned())),
        }
    }
}

/// Events that are sent in one message.
#[derive(Debug, Default)]
pub struct Chunk {
    /// The message.
    pub request: StreamEventsRequest,
    /// The notes on its events.
    pub notes: Vec<Note>,
}

impl Chunk {
    fn push(&mut self, delivery: Delivery) {
        self.notes.push(Note::of(&delivery));
        self.request.events.push(delivery.event);
    }
}

/// The pump.
pub struct Pump {
    /// The source of deliveries.
    pub days: Days,
    /// The rate.
    pub rate: Rate,
    /// The adapters, in the order of [`SOURCES`].
    pub adapters: [Sender<Chunk>; SOURCES.len()],
    /// Records each day.
    pub meter: Arc<Meter>,
    /// Ends the pump. Late events that are held back are still delivered.
    pub stop: CancellationToken,
}

/// Nobody receives the chunks any more.
struct AdapterGone;

impl Pump {
    /// Delivers until it is stopped or an adapter has gone.
    pub fn run(mut self) {
        // The adapter itself reports why it has gone.
        let _: Result<(), AdapterGone> = self.deliver();
    }

    fn deliver(&mut self) -> Result<(), AdapterGone> {
        let mut chunks: [Chunk; SOURCES.len()] = Default::default();
        let (mut pace, chunk_events) = (Pace::new(self.rate), chunk_events(self.rate));
        let mut begun = 0;
        while !self.stop.is_cancelled() {
            pace.wait_for_next();
            let delivery = self.days.next();
            if begun != self.days.begun() {
                begun = self.days.begun();
                self.meter.day(self.days.date(), begun);
            }
            self.put(&mut chunks, delivery, chunk_events)?;
        }
        for delivery in self.days.rest() {
            self.put(&mut chunks, delivery, EVENTS_MAX)?;
        }
        for source in SOURCES {
            self.hand_over(&mut chunks, source)?;
        }
        Ok(())
    }

    fn put(
        &self,
        chunks: &mut [Chunk; SOURCES.len()],
        delivery: Delivery,
        events: usize,
    ) -> Result<(), AdapterGone> {
        let source = delivery.source;
        let chunk = &mut chunks[source as usize];
        chunk.push(delivery);
        if chunk.notes.len() >= events { self.hand_over(chunks, source) } else { Ok(()) }
    }

    fn hand_over(&self, chunks: &mut [Chunk; SOURCES.len()], source: Source) -> Result<(), AdapterGone> {
        let chunk = std::mem::take(&mut chunks[source as usize]);
        if chunk.notes.is_empty() {
            return Ok(());
        }
        self.adapters[source as usize].blocking_send(chunk).map_err(|_| AdapterGone)
    }
}

/// Events per message, so that events at a slow rate are not delayed and a fast rate does not need too many
/// messages.
fn chunk_events(rate: Rate) -> usize {
    match rate {
        Rate::PerSecond(rate) => (rate.get() as usize / MESSAGES_A_SECOND).clamp(1, EVENTS_MAX),
        Rate::Max => EVENTS_MAX,
    }
}

/// Limits the rate.
struct Pace {
    rate: Rate,
    since: Instant,
    passed: u64,
    allowed: u64,
}

impl Pace {
    fn new(rate: Rate) -> Pace {
        Pace { rate, since: Instant::now(), passed: 0, allowed: 0 }
    }

    fn wait_for_next(&mut self) {
        let Rate::PerSecond(rate) = self.rate else { return };
        let rate = u64::from(rate.get());
        while self.passed >= self.allowed {
            let elapsed = self.since.elapsed();
            self.allowed = (elapsed.as_micros() as u64).saturating_mul(rate) / 1_000_000;
            let backlog = self.allowed.saturating_sub(self.passed);
            if u128::from(backlog) * 1_000 > u128::from(rate) * BEHIND_MAX.as_millis() && backlog > 1 {
                *self = Pace::new(self.rate);
            }
            if self.passed >= self.allowed {
                std::thread::sleep(
                    Duration::from_micros(1_000_000 / rate)
                        .clamp(Duration::from_millis(2), Duration::from_millis(50)),
                );
            }
        }
        self.passed += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_or_max() {
        assert_eq!("max".parse(), Ok(Rate::Max));
        assert_eq!("250".parse(), Ok(Rate::PerSecond(NonZeroU32::new(250).unwrap())));
        for text in ["", "0", "-1", "fast", "1.5"] {
            assert!(
                text.parse::<Rate>().unwrap_err().to_string().contains("write events a second"),
                "{text}"
            );
        }
    }

    #[test]
    fn messages_are_small_at_a_slow_rate_and_bounded_at_a_fast_one() {
        let events = |rate| chunk_events(Rate::PerSecond(NonZeroU32::new(rate).unwrap()));
        assert_eq!([events(1), events(5_000), events(1_000_000)], [1, 200, 500]);
    }

    #[test]
    fn the_pace_is_the_rate_also_after_a_pause() {
        let mut pace = Pace::new(Rate::PerSecond(NonZeroU32::new(2_000).unwrap()));
        pace.since -= Duration::from_secs(10);
        let started = Instant::now();
        (0..100).for_each(|_| pace.wait_for_next());
        let took = started.elapsed();
        assert!(took >= Duration::from_millis(45), "a pause was made up for in {took:?}");
    }
}
