//! One adapter of the simulated bank: streams its messages to ingest, with a limited number in flight. If the
//! stream breaks, messages without an answer are sent again. An event counts as done only when its answer has
//! arrived.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use longhu_client::failure::{Failure, is_transient};
use longhu_client::server::Server;
use longhu_proto::wire::ingest::v1::{StreamEventsRequest, StreamEventsResponse};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

use crate::meter::Meter;
use crate::pump::Chunk;

/// How many messages may wait for their answers. This is enough to keep the disk busy; more would only wait
/// longer.
pub const IN_FLIGHT_MAX: usize = 8;
/// How long the stream may stay broken.
const BROKEN_MAX: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(200);

/// An adapter.
pub struct Adapter {
    server: Server,
    chunks: Receiver<Chunk>,
    meter: Arc<Meter>,
    /// Sent but not answered, in order.
    waiting: VecDeque<(Instant, Chunk)>,
    /// Whether there are no more chunks.
    is_last: bool,
    broken_since: Option<Instant>,
}

impl Adapter {
    /// Sends what comes from `chunks`.
    pub fn new(server: Server, chunks: Receiver<Chunk>, meter: Arc<Meter>) -> Adapter {
        Adapter { server, chunks, meter, waiting: VecDeque::new(), is_last: false, broken_since: None }
    }

    /// Sends until there are no more chunks and every chunk is answered.
    pub async fn run(mut self) -> Result<(), Failure> {
        loop {
            let status = match self.stream().await {
                Ok(()) => return Ok(()),
                Err(status) => status,
            };
            let broken_for = self.broken_since.get_or_insert_with(Instant::now).elapsed();
            if !is_transient(&status) || broken_for > BROKEN_MAX {
                let failure = self.server.failure(&status);
                let what = format!("events cannot be sent: {}", failure.what);
                let next = "run the demo again, with a lower `--rate` if the disk is slow";
                return Err(failure.what(what).next(next));
            }
            self.meter.unanswered(self.waiting.iter().map(|(_, chunk)| chunk.notes.len()).sum());
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// One stream, until its end or failure.
    async fn stream(&mut self) -> Result<(), Status> {
        let (requests, outbound) = mpsc::channel(IN_FLIGHT_MAX);
        for (_, chunk) in &self.waiting {
            send(&requests, chunk).await?;
        }
        let answers = self.server.ingest().stream_events(ReceiverStream::new(outbound)).await?.into_inner();
        self.exchange(requests, answers).await
    }

    async fn exchange(
        &mut self,
        requests: Sender<StreamEventsRequest>,
        mut answers: Streaming<StreamEventsResponse>,
    ) -> Result<(), Status> {
        let mut requests = Some(requests).filter(|_| !self.is_last);
        loop {
            let may_send = requests.is_some() && self.waiting.len() < IN_FLIGHT_MAX;
            tokio::select! {
                chunk = self.chunks.recv(), if may_send => match (chunk, &requests) {
                    (Some(chunk), Some(to)) => {
                        self.meter.sent(chunk.notes.len());
                        let message = send(to, &chunk).await;
                        self.waiting.push_back((Instant::now(), chunk));
                        message?;
                    }
                    _ => {
                        self.is_last = true;
                        requests = None;
                    }
                },
                answer = answers.message() => match answer? {
                    Some(answer) => self.settle(&answer)?,
                    None if self.is_last && self.waiting.is_empty() => return Ok(()),
                    None => return Err(Status::unavailable("the stream ended before its answers")),
                },
            }
        }
    }

    fn settle(&mut self, answer: &StreamEventsResponse) -> Result<(), Status> {
        let Some((sent_at, chunk)) = self.waiting.pop_front() else {
            return Err(Status::internal("the server answered a message that was not sent"));
        };
        if answer.outcomes.len() != chunk.notes.len() {
            return Err(Status::internal("the server did not answer for each event"));
        }
        self.broken_since = None;
        self.meter.answered(&chunk.notes, &answer.outcomes, sent_at.elapsed());
        Ok(())
    }
}

async fn send(to: &Sender<StreamEventsRequest>, chunk: &Chunk) -> Result<(), Status> {
    let gone = |_| Status::unavailable("the stream has ended");
    to.send(chunk.request.clone()).await.map_err(gone)
}
