//! Reads entries from a server in log order. If the connection breaks, reading continues after the last entry
//! that was passed on, within limits. No entry is skipped or passed on twice.

use std::time::{Duration, Instant};

use longhu_client::failure::{Failure, is_transient};
use longhu_client::server::Server;
use longhu_core::Position;
use longhu_proto::scalar::{position_from_wire, position_to_wire};
use longhu_proto::wire::event::v1::Position as WirePosition;
use longhu_proto::wire::ops::v1::{GetLogStatusRequest, TailLogRequest, TailLogResponse};
use tonic::Status;

/// The pause between two attempts.
const PAUSE: Duration = Duration::from_millis(500);

/// Passes every requested entry to `take`; without an end if the request follows the log. Gives up if the
/// server sends nothing new for `silence_max`.
pub async fn read(
    server: &Server,
    mut request: TailLogRequest,
    silence_max: Duration,
    mut take: impl FnMut(TailLogResponse) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut failing_since: Option<Instant> = None;
    loop {
        let before = request.from;
        let Err(status) = once(server, &mut request, &mut take).await? else { return Ok(()) };
        if request.from != before {
            failing_since = None;
        }
        let since = *failing_since.get_or_insert_with(Instant::now);
        if !is_transient(&status) || since.elapsed() >= silence_max {
            return Err(server.failure(&status));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The position of the first entry that is not in the log yet.
pub async fn end(server: &Server) -> Result<WirePosition, Failure> {
    let status = server.ask(server.log().get_log_status(GetLogStatusRequest {})).await;
    let status = status.map_err(|status| server.failure(&status))?;
    Ok(position_to_wire(Position::new(status.last_sequence.saturating_add(1), 0)))
}

/// Passes on entries until the stream ends or breaks. Updates `request` to where reading must continue.
async fn once(
    server: &Server,
    request: &mut TailLogRequest,
    take: &mut impl FnMut(TailLogResponse) -> Result<(), Failure>,
) -> Result<Result<(), Status>, Failure> {
    let mut entries = match server.ask(server.log().tail_log(*request)).await {
        Ok(entries) => entries,
        Err(status) => return Ok(Err(status)),
    };
    loop {
        match entries.message().await {
            Ok(None) if request.follow && !has_all(request) => {
                return Ok(Err(Status::unavailable("the server ended the stream")));
            }
            Ok(None) => return Ok(Ok(())),
            Err(status) => return Ok(Err(status)),
            Ok(Some(entry)) => {
                let shown = entry.position.as_ref().map(position_from_wire).unwrap_or_default();
                take(entry)?;
                let next = Position::new(shown.sequence, shown.index.saturating_add(1));
                request.from = Some(position_to_wire(next));
            }
        }
    }
}

/// Whether the stream has reached the batch of the last requested entry.
fn has_all(request: &TailLogRequest) -> bool {
    request.from.zip(request.until).is_some_and(|(next, until)| next.sequence >= until.sequence)
}
