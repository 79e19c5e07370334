//! Watches a projector read the log, from outside: when its first event was in, when its last one was, and when it had
//! committed and closed its store. It asks seldom enough to cost nothing.

use std::time::{Duration, Instant};

use longhu_core::Position;
use longhu_proto::scalar::position_from_wire;
use longhu_proto::wire::ops::v1::{GetLogStatusRequest, GetLogStatusResponse};

use super::service::Service;
use super::site::Site;
use super::wrong_result;
use crate::bar::Bar;
use crate::failure::{Failure, is_transient};

/// Between two questions.
const EVERY: Duration = Duration::from_millis(20);

/// What was seen.
#[derive(Clone, Copy, Debug)]
pub struct Watched {
    /// From the start of the process until its last event was in.
    pub whole: Duration,
    /// From when the events were first seen to count until the last was in.
    pub folding: Duration,
    /// Events that were counted in that time.
    pub folded: u64,
    /// From when the last event was in until the store was committed and closed.
    pub closing: Duration,
    /// The most memory that the process had, in bytes.
    pub memory_peak_bytes: u64,
}

impl Watched {
    /// Events a second, until they are committed.
    pub fn rate(&self) -> f64 {
        self.folded as f64 / (self.folding + self.closing).as_secs_f64()
    }
}

/// Waits until a projector that was just started has folded so many events up to the position, and ends it.
pub async fn to_the_end(
    site: &Site,
    mut projector: Service,
    events: u64,
    last: Position,
) -> Result<Watched, Failure> {
    let server = site.server(&projector)?;
    let (mut bar, mut first) = (Bar::new(), None);
    // Where nothing is seen in between, the work began when the projector answered.
    let mut before = (projector.ready, 0);
    let applied = loop {
        projector.check()?;
        let asked = server.ask(server.log().get_log_status(GetLogStatusRequest {})).await;
        let now = Instant::now();
        let status = match asked {
            Ok(status) => status,
            Err(status) if is_transient(&status) => GetLogStatusResponse::default(),
            Err(status) => return Err(server.failure(&status)),
        };
        let folded = status.folded_position.as_ref().map(position_from_wire).unwrap_or_default();
        if folded >= last {
            if (status.events, status.duplicates, status.conflicts, status.dead_letters) != (events, 0, 0, 0)
            {
                return Err(wrong_result(format!("the projector counts {status:?} after {events} events")));
            }
            break now;
        }
        if status.events == 0 {
            before = (now, 0);
        } else if first.is_none() {
            first = Some((now, status.events));
        }
        bar.show(status.events * 1_000_000 / events.max(1), "folded");
        tokio::time::sleep(EVERY).await;
    };
    let (since, had) = first.unwrap_or(before);
    let whole = applied - projector.started;
    let memory_peak_bytes = projector.memory_peak_bytes();
    projector.end().await?;
    let (folding, closing) = (applied - since, applied.elapsed());
    Ok(Watched { whole, folding, folded: events - had, closing, memory_peak_bytes })
}
