//! Sends the workload's events to ingest from several callers, each with its own connection, and counts only
//! events that were confirmed to be on disk. Events of failed calls are made again from their numbers, and
//! sent again.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use longhu_client::bar::Bar;
use longhu_client::failure::chain;
use longhu_client::failure::{Failure, is_transient};
use longhu_client::server::Server;
use longhu_core::Position;
use longhu_proto::scalar::position_from_wire;
use longhu_proto::wire::ingest::v1::outcome::Result as Became;
use longhu_proto::wire::ingest::v1::{IngestEventsRequest, IngestEventsResponse};
use tokio::task::JoinSet;
use tonic::Status;

use crate::refusal::{coded, wrong_result};
use crate::times::Times;
use crate::workload::Workload;

/// How long calls may keep failing.
const FAILING_MAX: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);

/// What was sent.
pub struct Sent {
    /// Events, all on disk.
    pub events: u64,
    /// From the first call to the last answer.
    pub took: Duration,
    /// The position of the last of them.
    pub last: Position,
    /// For each call, the time from sending to the answer.
    pub times: Times,
}

impl Sent {
    /// Events per second.
    pub fn rate(&self) -> f64 {
        self.events as f64 / self.took.as_secs_f64()
    }
}

/// Shared between callers.
struct Shared {
    workload: Workload,
    next: AtomicU64,
    end: u64,
    batch: u64,
    answered: AtomicU64,
}

/// Sends the events with these numbers. `servers` are the callers' connections.
pub async fn send(
    servers: Vec<Server>,
    workload: &Workload,
    numbers: Range<u64>,
    batch: u64,
) -> Result<Sent, Failure> {
    let events = numbers.end - numbers.start;
    let shared = Arc::new(Shared {
        workload: *workload,
        next: AtomicU64::new(numbers.start),
        end: numbers.end,
        batch,
        answered: AtomicU64::new(0),
    });
    let started = Instant::now();
    let mut callers = JoinSet::new();
    for server in servers {
        callers.spawn(call_all(server, shared.clone()));
    }
    let (mut last, mut times, mut bar) = (Position::default(), Times::new()?, Bar::begin());
    let mut tick = tokio::time::interval(Duration::from_millis(200));
    loop {
        tokio::select! {
            ended = callers.join_next() => match ended {
                Some(ended) => {
                    let (own_last, own_times) = ended.map_err(|error| chain(&error))??;
                    last = last.max(own_last);
                    times.add(&own_times)?;
                }
                None => break,
            },
            _ = tick.tick() => {
                let answered = shared.answered.load(Ordering::Relaxed);
                let rate = answered as f64 / started.elapsed().as_secs_f64();
                bar.show_of(answered, events, &format!("events on disk, {rate:.0}/s"));
            }
        }
    }
    Ok(Sent { events, took: started.elapsed(), last, times })
}

/// One caller: one call after the other, until there are no more numbers.
async fn call_all(server: Server, shared: Arc<Shared>) -> Result<(Position, Times), Failure> {
    let (mut last, mut times) = (Position::default(), Times::new()?);
    loop {
        let first = shared.next.fetch_add(shared.batch, Ordering::Relaxed);
        if first >= shared.end {
            return Ok((last, times));
        }
        let numbers = first..(first + shared.batch).min(shared.end);
        let sent = Instant::now();
        last = last.max(call(&server, &shared.workload, numbers.clone()).await?);
        times.record(sent.elapsed());
        shared.answered.fetch_add(numbers.end - numbers.start, Ordering::Relaxed);
    }
}

/// One call, repeated for a limited time while it fails. Returns the position of its last event.
pub async fn call(server: &Server, workload: &Workload, numbers: Range<u64>) -> Result<Position, Failure> {
    let started = Instant::now();
    loop {
        let events = numbers.clone().map(|number| workload.event(number)).collect();
        let mut client = server.ingest();
        match server.ask(client.ingest_events(IngestEventsRequest { events })).await {
            Ok(answer) => return accepted(&answer, numbers.end - numbers.start),
            Err(status) if is_transient(&status) && started.elapsed() < FAILING_MAX => {
                tokio::time::sleep(PAUSE).await;
            }
            Err(status) => return Err(refused(server, &status)),
        }
    }
}

fn refused(server: &Server, status: &Status) -> Failure {
    let failure = server.failure(status);
    let what = format!("events cannot be sent: {}", failure.what);
    coded("NOT_SENT", what)
        .next("run it again with fewer `--connections`, or with `--data-dir` on a faster disk")
}

fn accepted(answer: &IngestEventsResponse, asked: u64) -> Result<Position, Failure> {
    let mut last = Position::default();
    for outcome in &answer.outcomes {
        match &outcome.result {
            Some(Became::Accepted(accepted)) => {
                last = last.max(accepted.position.as_ref().map(position_from_wire).unwrap_or_default());
            }
            Some(Became::Rejected(no)) => {
                return Err(wrong_result(format!(
                    "an event was refused: {}: {} ({})",
                    no.field, no.reason, no.code
                )));
            }
            None => return Err(wrong_result("an event has no outcome")),
        }
    }
    match answer.outcomes.len() as u64 == asked {
        true => Ok(last),
        false => Err(wrong_result(format!("{} outcomes for {asked} events", answer.outcomes.len()))),
    }
}
