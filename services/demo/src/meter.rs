//! Counters of what the demo has sent and of the outcomes. Senders write them; the view and the summary read
//! them. Outcomes are counted from answers and never guessed.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hdrhistogram::Histogram;
use jiff::civil::Date;
use longhu_client::failure::Failure;
use longhu_core::Position;
use longhu_proto::scalar::position_from_wire;
use longhu_proto::wire::ingest::v1::Outcome;
use longhu_proto::wire::ingest::v1::outcome::Result as Became;

use crate::contests::Worth;
use crate::days::{Arrival, Delivery};

/// Longer times are recorded as this, in microseconds.
const ANSWER_US_MAX: u64 = 60_000_000;

/// What is remembered of an event until it is answered.
#[derive(Clone, Copy, Debug)]
pub struct Note {
    /// How it arrived.
    pub arrival: Arrival,
    /// What it adds to a contest.
    pub worth: Option<Worth>,
}

impl Note {
    /// The note for a delivery.
    pub fn of(delivery: &Delivery) -> Note {
        Note { arrival: delivery.arrival, worth: delivery.worth }
    }
}

/// Points of a contest by the bank's own count, in 1/10,000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// All of them.
    pub whole: i128,
    /// The part that no employee is credited with.
    pub unassigned: i128,
}

/// The counts so far.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Events sent, including copies, each as often as the bank meant to send it.
    pub sent: u64,
    /// Events that are on disk.
    pub accepted: u64,
    /// Events that were refused.
    pub rejected: u64,
    /// The reason for the first of these.
    pub first_rejection: Option<String>,
    /// Events that were sent twice on purpose and are on disk.
    pub again: u64,
    /// Events that arrived days late and are on disk.
    pub late: u64,
    /// Events that were sent again because there was no answer.
    pub unanswered: u64,
    /// The last position of an event in the log.
    pub position: Position,
    /// Points of each contest, by the bank's own count.
    pub points: [Counted; 2],
    /// The business date of the events being sent.
    pub date: Date,
    /// How many days have begun.
    pub days: u64,
}

/// Times from sending to the answer, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Answers {
    /// Half of the events were answered within this time.
    pub p50_ms: f64,
    /// 99 of 100 events were answered within this time.
    pub p99_ms: f64,
}

/// The counters, shared between threads.
pub struct Meter(Mutex<State>);

struct State {
    counts: Counts,
    all: Histogram<u64>,
    recent: Histogram<u64>,
}

impl Meter {
    /// Counters at zero.
    pub fn new() -> Result<Meter, Failure> {
        let histogram = || {
            Histogram::new_with_bounds(1, ANSWER_US_MAX, 3)
                .map_err(|error| Failure::new(format!("the latencies cannot be counted: {error}")))
        };
        Ok(Meter(Mutex::new(State { counts: Counts::default(), all: histogram()?, recent: histogram()? })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The counts now.
    pub fn counts(&self) -> Counts {
        self.state().counts.clone()
    }

    /// Records the current day.
    pub fn day(&self, date: Date, days: u64) {
        let counts = &mut self.state().counts;
        (counts.date, counts.days) = (date, days);
    }

    /// Counts events that were sent.
    pub fn sent(&self, events: usize) {
        self.state().counts.sent += events as u64;
    }

    /// Counts events that are sent again.
    pub fn unanswered(&self, events: usize) {
        self.state().counts.unanswered += events as u64;
    }

    /// Counts events that were answered.
    pub fn answered(&self, notes: &[Note], outcomes: &[Outcome], took: Duration) {
        let mut state = self.state();
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1);
        state.all.saturating_record_n(micros, notes.len() as u64);
        state.recent.saturating_record_n(micros, notes.len() as u64);
        for (note, outcome) in notes.iter().zip(outcomes) {
            state.counts.add(note, outcome);
        }
    }

    /// The times of all answers.
    pub fn answers(&self) -> Answers {
        answers(&self.state().all)
    }

    /// The times of the answers since the last call.
    pub fn recent_answers(&self) -> Answers {
        let mut state = self.state();
        let recent = answers(&state.recent);
        state.recent.reset();
        recent
    }
}

impl Counts {
    fn add(&mut self, note: &Note, outcome: &Outcome) {
        match &outcome.result {
            Some(Became::Accepted(accepted)) => {
                self.accepted += 1;
                let position = accepted.position.as_ref().map(position_from_wire).unwrap_or_default();
                self.position = self.position.max(position);
            }
            Some(Became::Rejected(rejected)) => {
                self.rejected += 1;
                self.first_rejection.get_or_insert_with(|| {
                    format!("{}: {} ({})", rejected.field, rejected.reason, rejected.code)
                });
                return;
            }
            None => return,
        }
        match note.arrival {
            Arrival::OnTime => {}
            Arrival::Late => self.late += 1,
            Arrival::Again => self.again += 1,
        }
        if let Some(worth) = note.worth {
            let counted = &mut self.points[worth.contest];
            counted.whole += worth.points_e4;
            counted.unassigned += if worth.is_unassigned { worth.points_e4 } else { 0 };
        }
    }
}

fn answers(histogram: &Histogram<u64>) -> Answers {
    let ms = |quantile| histogram.value_at_quantile(quantile) as f64 / 1_000.0;
    Answers { p50_ms: ms(0.5), p99_ms: ms(0.99) }
}

#[cfg(test)]
mod tests {
    use longhu_proto::wire::event::v1::Position as WirePosition;
    use longhu_proto::wire::ingest::v1::{Accepted, Rejected};

    use super::*;

    #[test]
    fn only_what_is_on_disk_counts_for_a_contest() {
        let meter = Meter::new().unwrap();
        let worth = Some(Worth { contest: 1, points_e4: 30_000, is_unassigned: true });
        let notes = [Arrival::OnTime, Arrival::Late].map(|arrival| Note { arrival, worth });
        let accepted = Became::Accepted(Accepted {
            position: Some(WirePosition { sequence: 7, index: 2, adoptions: 0 }),
        });
        let rejected =
            Became::Rejected(Rejected { field: "type".into(), code: "X".into(), reason: "no".into() });
        let outcomes = [accepted, rejected].map(|result| Outcome { result: Some(result) });
        meter.sent(2);
        meter.answered(&notes, &outcomes, Duration::from_millis(3));
        let counts = meter.counts();
        assert_eq!((counts.sent, counts.accepted, counts.rejected, counts.late), (2, 1, 1, 0));
        assert_eq!(counts.first_rejection.as_deref(), Some("type: no (X)"));
        assert_eq!(counts.position, Position::new(7, 2));
        assert_eq!(counts.points[1], Counted { whole: 30_000, unassigned: 30_000 });
        assert!((meter.answers().p99_ms - 3.0).abs() < 0.01);
        assert_eq!(meter.recent_answers(), meter.answers());
        assert_eq!(meter.recent_answers(), Answers::default());
    }
}
