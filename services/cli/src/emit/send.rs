//! Sends chunks of events, and sends them again while the outcome is unknown, with the same ids so that
//! nothing counts twice. It gives up after a limited time and never guesses an outcome.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use longhu_client::failure::{is_transient, is_unreachable, never_connected, root_cause};
use longhu_client::server::Server;
use longhu_files::events::{Line, Refusal};
use longhu_proto::wire::ingest::v1::{IngestEventsRequest, IngestEventsResponse, Outcome};
use prost::Message;
use tokio::sync::mpsc::Receiver;
use tonic::Status;
use tonic_types::StatusExt;

/// The most events in one call.
pub const EVENTS_MAX: usize = 1_000;
/// The approximate number of bytes of events in one call. The first event is always taken.
const BYTES_MAX: usize = 2 << 20;
/// How long a chunk waits for more lines from a slow input.
const LINGER: Duration = Duration::from_millis(10);

/// Lines that are sent together.
#[derive(Debug, Default)]
pub struct Chunk {
    /// The line numbers, and for lines that are not events the reason.
    pub lines: Vec<(u64, Option<Refusal>)>,
    /// The events of the other lines, in order.
    pub request: IngestEventsRequest,
    /// How many bytes of the input have been read so far.
    pub bytes_read: u64,
    /// Why the input cannot be read any further, if so.
    pub broken: Option<std::io::Error>,
    bytes: usize,
}

impl Chunk {
    fn push(&mut self, line: std::io::Result<Line>) {
        let line = match line {
            Ok(line) => line,
            Err(error) => return self.broken = Some(error),
        };
        self.bytes_read = line.bytes_read;
        match line.content {
            Err(refusal) => self.lines.push((line.number, Some(refusal))),
            Ok(event) => {
                self.bytes += event.encoded_len();
                self.request.events.push(*event);
                self.lines.push((line.number, None));
            }
        }
    }

    fn is_full(&self) -> bool {
        self.lines.len() >= EVENTS_MAX || self.bytes >= BYTES_MAX || self.broken.is_some()
    }

    /// The numbers of the first and the last line.
    pub fn range(&self) -> (u64, u64) {
        let number = |line: Option<&(u64, Option<Refusal>)>| line.map_or(0, |(number, _)| *number);
        (number(self.lines.first()), number(self.lines.last()))
    }
}

/// The next chunk: the lines available now, up to the limits; `None` at the end of the input.
pub async fn next_chunk(lines: &mut Receiver<std::io::Result<Line>>) -> Option<Chunk> {
    let mut chunk = Chunk::default();
    chunk.push(lines.recv().await?);
    let deadline = tokio::time::Instant::now() + LINGER;
    while !chunk.is_full() {
        let line = match lines.try_recv() {
            Ok(line) => Some(line),
            Err(_) => tokio::time::timeout_at(deadline, lines.recv()).await.ok().flatten(),
        };
        match line {
            Some(line) => chunk.push(line),
            None => break,
        }
    }
    Some(chunk)
}

/// Sends chunks to one server.
pub struct Sender {
    server: Server,
    retry_for: Duration,
    said: AtomicBool,
    is_reached: AtomicBool,
    /// Held by the only call that is made before the server has been reached.
    first: tokio::sync::Mutex<()>,
}

impl Sender {
    /// Sends to `server`. A call that fails is retried for `retry_for`.
    pub fn new(server: Server, retry_for: Duration) -> Sender {
        Sender {
            server,
            retry_for,
            said: AtomicBool::new(false),
            is_reached: AtomicBool::new(false),
            first: tokio::sync::Mutex::new(()),
        }
    }

    /// Whether any call may have arrived at the server. If not, nothing was sent.
    pub fn is_reached(&self) -> bool {
        self.is_reached.load(Ordering::SeqCst)
    }

    /// The outcomes of a chunk's events, one for each. If the server cannot be connected at first, the call
    /// fails at once: most probably nobody has started it. Later it is tried again, because it was there.
    pub async fn send(&self, chunk: Chunk) -> (Chunk, Result<Vec<Outcome>, Status>) {
        if chunk.request.events.is_empty() {
            return (chunk, Ok(Vec::new()));
        }
        let mut failing_since: Option<Instant> = None;
        let mut attempt = 0;
        loop {
            let status = match self.call(chunk.request.clone()).await {
                Ok(answer) if answer.outcomes.len() == chunk.request.events.len() => {
                    return (chunk, Ok(answer.outcomes));
                }
                Ok(_) => Status::internal("the server did not answer for each event"),
                Err(status) => status,
            };
            let failing_for = failing_since.get_or_insert_with(Instant::now).elapsed();
            let asked = status.get_details_retry_info().and_then(|info| info.retry_delay);
            let left = self.retry_for.checked_sub(failing_for).filter(|_| self.is_reached());
            match decide(&status, asked, attempt, left) {
                Decision::Abort => return (chunk, Err(status)),
                Decision::Wait(pause) => {
                    self.say_once(&status);
                    tokio::time::sleep(pause).await;
                    attempt += 1;
                }
            }
        }
    }

    async fn call(&self, request: IngestEventsRequest) -> Result<IngestEventsResponse, Status> {
        let mut ingest = self.server.ingest();
        // One call opens the connection while the others wait, so that none of them is under way, with an unknown
        // outcome, when it turns out that nobody is there.
        let opening = if self.is_reached() { None } else { Some(self.first.lock().await) };
        let answer = self.server.ask(ingest.ingest_events(request)).await;
        if !answer.as_ref().is_err_and(never_connected) {
            self.is_reached.store(true, Ordering::SeqCst);
        }
        drop(opening);
        answer
    }

    /// Prints once that there is a problem, because a program that waits silently looks as if it hung.
    fn say_once(&self, status: &Status) {
        let busy = status.code() == tonic::Code::ResourceExhausted;
        if busy || self.said.swap(true, Ordering::Relaxed) {
            return;
        }
        let why = if is_unreachable(status) { root_cause(status) } else { status.message().to_owned() };
        let (url, retry_for) = (&self.server.url, self.retry_for);
        longhu_client::output::note(&format!("{url} does not answer ({why}); trying for {retry_for:?}"));
    }
}

/// What to do after a failed call.
#[derive(Debug, PartialEq, Eq)]
enum Decision {
    Abort,
    Wait(Duration),
}

/// `asked` is the pause that the server asks for; `left` is the time left for retrying.
fn decide(status: &Status, asked: Option<Duration>, attempt: u32, left: Option<Duration>) -> Decision {
    let backoff = Duration::from_millis(50) * 2u32.saturating_pow(attempt.min(6));
    let pause = asked.unwrap_or(backoff);
    match left {
        Some(left) if is_transient(status) && pause <= left => Decision::Wait(pause),
        _ => Decision::Abort,
    }
}

#[cfg(test)]
mod tests {
    use longhu_proto::wire::event::v1::Event;

    use super::*;

    fn line(number: u64) -> std::io::Result<Line> {
        Ok(Line { number, bytes_read: number * 10, content: Ok(Box::new(Event::default())) })
    }

    #[tokio::test]
    async fn chunks_are_bounded_and_keep_the_order_of_the_lines() {
        let (sender, mut receiver) = tokio::sync::mpsc::channel(4_000);
        for number in 1..=1_500 {
            sender.send(line(number)).await.unwrap();
        }
        drop(sender);
        let first = next_chunk(&mut receiver).await.unwrap();
        let second = next_chunk(&mut receiver).await.unwrap();
        assert_eq!((first.range(), second.range()), ((1, 1_000), (1_001, 1_500)));
        assert_eq!((second.request.events.len(), second.bytes_read), (500, 15_000));
        assert!(next_chunk(&mut receiver).await.is_none());
    }

    #[tokio::test]
    async fn a_slow_input_does_not_hold_back_what_it_has_said() {
        let (sender, mut receiver) = tokio::sync::mpsc::channel(10);
        sender.send(line(1)).await.unwrap();
        assert_eq!(next_chunk(&mut receiver).await.unwrap().range(), (1, 1));
    }

    #[tokio::test]
    async fn a_broken_input_ends_its_chunk() {
        let (sender, mut receiver) = tokio::sync::mpsc::channel(10);
        sender.send(line(1)).await.unwrap();
        sender.send(Err(std::io::Error::other("disk"))).await.unwrap();
        let chunk = next_chunk(&mut receiver).await.unwrap();
        assert!(chunk.broken.is_some() && chunk.request.events.len() == 1);
    }

    #[test]
    fn a_call_is_repeated_while_its_outcome_is_unknown_and_time_is_left() {
        let left = Some(Duration::from_secs(1));
        let millis = |millis| Decision::Wait(Duration::from_millis(millis));
        let unavailable = Status::unavailable("");
        assert_eq!(decide(&unavailable, None, 0, left), millis(50));
        assert_eq!(decide(&unavailable, None, 2, left), millis(200));
        assert_eq!(decide(&unavailable, None, 60, left), Decision::Abort);
        assert_eq!(decide(&unavailable, None, 0, None), Decision::Abort);
        let busy = Status::resource_exhausted("");
        assert_eq!(decide(&busy, Some(Duration::from_millis(700)), 0, left), millis(700));
        assert_eq!(decide(&Status::permission_denied(""), None, 0, left), Decision::Abort);
    }
}
