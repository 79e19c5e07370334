//! The service that shows the log itself, for operations: how far it has been folded, its dead letters, its
//! entries.

use std::pin::Pin;

use longhu_core::Position;
use longhu_core::fold::shard::Shard;
use longhu_core::fold::shard::dead_letters::DeadLetter;
use longhu_core::types::violation::Violation;
use longhu_log::{Entry, Kind, Log, ReadFrom, ReadOptions, Reader as LogReader};
use longhu_proto::scalar::{position_from_wire, position_to_wire, time_to_wire};
use longhu_proto::status::{invalid, refusal};
use longhu_proto::wire::control::v1::ControlEntry;
use longhu_proto::wire::event::v1::Event;
use longhu_proto::wire::ops::v1 as wire;
use longhu_proto::wire::ops::v1::log_service_server::LogService;
use longhu_proto::wire::ops::v1::tail_log_response::Entry as Shown;
use prost::Message;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Request, Response, Status};

use crate::query::position_tokens::reflected;
use crate::query::reader::{Needs, Reader};
use crate::query::refusals::log_unavailable;

/// How many of the last batches are shown by default.
const LAST_DEFAULT: u64 = 10;
/// Entries waiting to be sent to one caller.
const QUEUE: usize = 256;

/// Shows the log.
#[derive(Clone)]
pub struct LogInspector {
    log: Log,
    reader: Reader,
    shutdown: CancellationToken,
}

impl LogInspector {
    pub(crate) fn new(log: Log, reader: Reader, shutdown: CancellationToken) -> LogInspector {
        LogInspector { log, reader, shutdown }
    }
}

#[tonic::async_trait]
impl LogService for LogInspector {
    async fn get_log_status(
        &self,
        _: Request<wire::GetLogStatusRequest>,
    ) -> Result<Response<wire::GetLogStatusResponse>, Status> {
        let status = self.log.status().await.map_err(unavailable)?;
        let (head, waiting_reversals, held) = self
            .reader
            .look(Needs::Counts, |shard| {
                (*shard.head(), shard.waiting_reversals(), shard.subscribers().held())
            })
            .await?;
        let counters = head.counters;
        Ok(Response::new(wire::GetLogStatusResponse {
            bank: self.reader.bank().to_owned(),
            stream: self.log.names().stream().to_owned(),
            first_sequence: status.first_sequence,
            last_sequence: status.last_sequence,
            batches: status.messages,
            bytes: status.bytes,
            folded_position: Some(position_to_wire(head.position)),
            lag_batches: status.last_sequence.saturating_sub(head.position.sequence),
            events: counters.events,
            duplicates: counters.duplicates,
            conflicts: counters.conflicts,
            dead_letters: counters.dead_letters,
            waiting_reversals,
            held,
            running_hash: self.reader.published().checkpoint.running_hash.to_string(),
            as_of_time: Some(time_to_wire(head.as_of)),
        }))
    }

    async fn list_dead_letters(
        &self,
        _: Request<wire::ListDeadLettersRequest>,
    ) -> Result<Response<wire::ListDeadLettersResponse>, Status> {
        self.reader.look(Needs::Counts, dead_letters).await.map(Response::new)
    }

    type TailLogStream = Pin<Box<ReceiverStream<Result<wire::TailLogResponse, Status>>>>;

    async fn tail_log(
        &self,
        request: Request<wire::TailLogRequest>,
    ) -> Result<Response<Self::TailLogStream>, Status> {
        let request = request.into_inner();
        let status = self.log.status().await.map_err(unavailable)?;
        let range = Range::of(&request, status.first_sequence, status.last_sequence)?;
        let (entries, stream) = mpsc::channel(QUEUE);
        if range.until.is_some_and(|until| range.after >= until) {
            return Ok(Response::new(Box::pin(ReceiverStream::new(stream))));
        }
        let options = ReadOptions { until: range.until, ..ReadOptions::default() };
        let from = ReadFrom::After(range.after);
        let reader = LogReader::open(&self.log, from, options).await.map_err(unavailable)?;
        let shutdown = self.shutdown.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = tail(reader, range, &entries) => {}
                // If the stream simply ended here, it would look as if the log ended.
                () = shutdown.cancelled() => drop(entries.send(Err(going_away())).await),
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(stream))))
    }
}

fn dead_letters(shard: &Shard) -> wire::ListDeadLettersResponse {
    let shown = |letter: DeadLetter| wire::DeadLetter {
        position: Some(position_to_wire(letter.position)),
        code: letter.reason.code().to_owned(),
    };
    wire::ListDeadLettersResponse {
        dead_letters: shard.dead_letters().latest().map(shown).collect(),
        total: shard.head().counters.dead_letters,
        position: Some(reflected(shard)),
    }
}

/// The entries that a caller asks for.
struct Range {
    /// Batches up to this one are not read.
    after: u64,
    /// The last batch to read; `None`: keep reading as batches arrive.
    until: Option<u64>,
    /// The first entry to show.
    first: Position,
    /// The last entry to show.
    last: Option<Position>,
}

impl Range {
    fn of(request: &wire::TailLogRequest, first: u64, last: u64) -> Result<Range, Status> {
        let from = request.from.as_ref().map(position_from_wire);
        let until = request.until.as_ref().map(position_from_wire);
        if let (Some(from), Some(until)) = (from, until)
            && until < from
        {
            let reason = format!("{until} is before {from}; give the later position as `until`");
            return Err(invalid(&[Violation::new("until", "RANGE_REVERSED", reason)]));
        }
        let end = until.map_or(last, |until| until.sequence.min(last));
        let count = if request.last == 0 { LAST_DEFAULT } else { u64::from(request.last) };
        let after = from.map_or(end.saturating_sub(count), |from| from.sequence.saturating_sub(1));
        Ok(Range {
            after: after.max(first.saturating_sub(1)),
            until: (!request.follow).then_some(end),
            first: from.unwrap_or(Position::START),
            last: until,
        })
    }

    fn holds(&self, position: Position) -> bool {
        position >= self.first && self.last.is_none_or(|last| position <= last)
    }
}

async fn tail(
    mut reader: LogReader,
    range: Range,
    entries: &mpsc::Sender<Result<wire::TailLogResponse, Status>>,
) {
    loop {
        let entry = match reader.next().await {
            Ok(Some(entry)) => entry,
            Ok(None) => return,
            Err(error) => return drop(entries.send(Err(unavailable(error))).await),
        };
        for shown in show(&entry) {
            let position = shown.as_ref().ok().and_then(|shown| shown.position);
            let is_asked = position.is_none_or(|position| range.holds(position_from_wire(&position)));
            if is_asked && entries.send(shown).await.is_err() {
                return;
            }
        }
        if range.last.is_some_and(|last| entry.sequence >= last.sequence) {
            return;
        }
    }
}

fn show(entry: &Entry) -> Vec<Result<wire::TailLogResponse, Status>> {
    let recorded_time = Some(time_to_wire(entry.batch.header.recorded_time));
    let response = |index: usize, shown: Shown| wire::TailLogResponse {
        position: Some(position_to_wire(Position::new(entry.sequence, index as u32))),
        recorded_time,
        entry: Some(shown),
    };
    let unreadable = |error: prost::DecodeError| {
        let message = format!("an entry of batch {} is not readable: {error}", entry.sequence);
        refusal(Code::DataLoss, "ENTRY_UNREADABLE", message)
    };
    let records = entry.batch.records.iter().enumerate();
    match entry.batch.header.kind {
        Kind::Tick => {
            let slot = entry.subject.rsplit('.').next().unwrap_or_default().to_owned();
            vec![Ok(response(0, Shown::Tick(wire::Tick { slot })))]
        }
        Kind::Events => records
            .map(|(index, record)| {
                let event = Event::decode(record.clone()).map_err(unreadable)?;
                Ok(response(index, Shown::Event(event)))
            })
            .collect(),
        Kind::Control => records
            .map(|(index, record)| {
                let decision = ControlEntry::decode(record.clone()).map_err(unreadable)?;
                Ok(response(index, Shown::Control(decision)))
            })
            .collect(),
    }
}

fn going_away() -> Status {
    refusal(
        Code::Unavailable,
        "SHUTTING_DOWN",
        "this server is shutting down; continue after the last entry at another",
    )
}

fn unavailable(error: impl std::error::Error) -> Status {
    log_unavailable(&error)
}
