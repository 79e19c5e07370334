//! Watches a projector from outside while it reads the log: when its first event was folded, when its last
//! one was, and when it had committed and closed its store; optionally with a dashboard. The queries are too
//! rare to cost anything.

use std::time::{Duration, Instant};

use longhu_client::bar::Bar;
use longhu_client::failure::chain;
use longhu_client::failure::{Failure, is_transient};
use longhu_client::server::Server;
use longhu_core::Position;
use longhu_proto::scalar::position_from_wire;
use longhu_proto::wire::ops::v1::{GetLogStatusRequest, GetLogStatusResponse};
use longhu_proto::wire::standings::v1::GetStandingsRequest;
use tokio_util::sync::CancellationToken;

use crate::bank::CONTEST;
use crate::refusal::wrong_result;
use crate::service::Service;
use crate::shape::BOARDS;
use crate::site::Site;

/// The time between two queries.
const EVERY: Duration = Duration::from_millis(20);
/// The time between two queries of the dashboard.
const LOOKS_EVERY: Duration = Duration::from_secs(1);

/// What was observed.
#[derive(Clone, Debug)]
pub struct Watched {
    /// From the start of the process until its last event was folded.
    pub whole: Duration,
    /// From the first observed progress until the last event was folded.
    pub folding: Duration,
    /// Events folded in that time.
    pub folded: u64,
    /// From the last folded event until the store was committed and closed.
    pub closing: Duration,
    /// The greatest memory of the process, in bytes.
    pub memory_peak_bytes: u64,
    /// How long each query of the dashboard took.
    pub looks: Vec<Duration>,
}

/// Whether a dashboard queries the boards at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dashboard {
    /// Every second, for the first ten rows of each board.
    Looks,
    /// No dashboard.
    None,
}

impl Watched {
    /// Events per second, until they are committed.
    pub fn rate(&self) -> f64 {
        self.folded as f64 / (self.folding + self.closing).as_secs_f64()
    }
}

/// Waits until a projector that was just started has folded a number of events up to the position, and ends
/// it.
pub async fn to_the_end(
    site: &Site,
    mut projector: Service,
    events: u64,
    last: Position,
    dashboard: Dashboard,
) -> Result<Watched, Failure> {
    let server = site.server(&projector)?;
    let ended = CancellationToken::new();
    let looks = tokio::spawn(look(server.clone(), dashboard, ended.clone()));
    let (mut bar, mut first) = (Bar::begin(), None);
    // If nothing was observed in between, the work began when the projector became ready.
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
        bar.show_of(status.events, events, "folded");
        tokio::time::sleep(EVERY).await;
    };
    let (since, had) = first.unwrap_or(before);
    let whole = applied - projector.started;
    ended.cancel();
    let looks = looks.await.map_err(|error| chain(&error))??;
    let memory_peak_bytes = projector.memory_peak_bytes();
    projector.end().await?;
    let (folding, closing) = (applied - since, applied.elapsed());
    Ok(Watched { whole, folding, folded: events - had, closing, memory_peak_bytes, looks })
}

/// Queries the first ten rows of each board repeatedly. Returns how long each query took.
async fn look(
    server: Server,
    dashboard: Dashboard,
    ended: CancellationToken,
) -> Result<Vec<Duration>, Failure> {
    let mut looks = Vec::new();
    while dashboard == Dashboard::Looks && !ended.is_cancelled() {
        let asked = Instant::now();
        for board in BOARDS {
            let (contest, board) = (CONTEST.to_owned(), board.to_owned());
            let request = GetStandingsRequest { contest, board, page_size: 10, ..Default::default() };
            match server.ask(server.standings().get_standings(request)).await {
                Ok(_) => {}
                Err(status) if is_transient(&status) => {}
                Err(status) => return Err(server.failure(&status)),
            }
        }
        looks.push(asked.elapsed());
        tokio::select! {
            () = tokio::time::sleep(LOOKS_EVERY.saturating_sub(asked.elapsed())) => {}
            () = ended.cancelled() => {}
        }
    }
    Ok(looks)
}
