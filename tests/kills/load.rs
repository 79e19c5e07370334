//! An adapter that produces load and records the outcome of every event: acknowledged, unknown or rejected.
//! Half of its callers send unknown events again until they are acknowledged; the other half never do. Nobody
//! else sends events.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use longhu_core::Position;
use longhu_proto::google_type::Date;
use longhu_proto::scalar::position_from_wire;
use longhu_proto::wire::event::v1::{Credit, Event};
use longhu_proto::wire::ingest::v1::ingest_service_client::IngestServiceClient;
use longhu_proto::wire::ingest::v1::{IngestEventsRequest, Outcome, outcome};
use tokio::task::JoinHandle;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};

use crate::bank::{self, EMPLOYEES};
use crate::history::{Attempt, Fate};

/// The longest time that a caller waits for an answer; ingest promises one within 5 s.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a caller waits after a refusal.
const PAUSE: Duration = Duration::from_millis(20);
/// One in this many events is invalid, so that ingest must reject it.
const WRONG_ONE_IN: u64 = 97;

/// The amount of load.
#[derive(Clone, Copy)]
pub struct Shape {
    pub callers: u64,
    /// Events per call.
    pub events: u64,
    /// The pause between two calls of a caller.
    pub pause: Duration,
}

/// The running adapter.
pub struct Load {
    shared: Arc<Shared>,
    callers: Vec<JoinHandle<Vec<Attempt>>>,
}

struct Shared {
    shape: Shape,
    target: Mutex<Channel>,
    next: AtomicU64,
    acknowledged: AtomicU64,
    /// Calls that are in flight.
    in_flight: AtomicU64,
    /// Raised by the test; and the latest epoch in which an acknowledged call was started.
    epoch: AtomicU64,
    epoch_acknowledged: AtomicU64,
    slowest_answer_us: AtomicU64,
    is_over: AtomicBool,
}

impl Load {
    /// Starts sending to an address.
    pub fn begin(url: &str, shape: Shape) -> Load {
        Load::begin_at(url, shape, 1)
    }

    /// The same, with event numbers from `first` on, so that several loads never send the same events.
    pub fn begin_at(url: &str, shape: Shape, first: u64) -> Load {
        let shared = Arc::new(Shared {
            shape,
            target: Mutex::new(bank::channel(url)),
            next: AtomicU64::new(first),
            acknowledged: AtomicU64::new(0),
            in_flight: AtomicU64::new(0),
            epoch: AtomicU64::new(0),
            epoch_acknowledged: AtomicU64::new(0),
            slowest_answer_us: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
        });
        let caller = |number| tokio::spawn(call(shared.clone(), number));
        let callers = (0..shape.callers).map(caller).collect();
        Load { shared, callers }
    }

    /// Continues with another process.
    pub fn turn_to(&self, url: &str) {
        *self.shared.target.lock().unwrap() = bank::channel(url);
    }

    /// How many events were acknowledged so far.
    pub fn acknowledged(&self) -> u64 {
        self.shared.acknowledged.load(Ordering::Acquire)
    }

    /// How many calls have no answer yet.
    pub fn in_flight(&self) -> u64 {
        self.shared.in_flight.load(Ordering::Acquire)
    }

    /// The longest wait for an answer since the last call of this.
    pub fn take_slowest_answer(&self) -> Duration {
        Duration::from_micros(self.shared.slowest_answer_us.swap(0, Ordering::AcqRel))
    }

    /// Waits until this many more events are acknowledged.
    pub async fn more(&self, events: u64) {
        let until = self.acknowledged() + events;
        wait("events are acknowledged", || self.acknowledged() >= until).await;
    }

    /// Waits until a call that starts from now on is acknowledged. Returns how long that took.
    pub async fn recovers(&self) -> Duration {
        let started = Instant::now();
        let epoch = self.shared.epoch.fetch_add(1, Ordering::AcqRel) + 1;
        let is_reached = || self.shared.epoch_acknowledged.load(Ordering::Acquire) >= epoch;
        wait("a call is acknowledged again", is_reached).await;
        started.elapsed()
    }

    /// Ends all callers and returns everything they were told.
    pub async fn end(self) -> Vec<Attempt> {
        self.shared.is_over.store(true, Ordering::Release);
        let mut attempts = Vec::new();
        for caller in self.callers {
            attempts.extend(caller.await.unwrap());
        }
        attempts
    }
}

/// Waits, for a limited time, until a condition holds.
pub async fn wait(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(60), "not within a minute: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// One caller: call after call, recording the outcome of each event.
async fn call(shared: Arc<Shared>, caller: u64) -> Vec<Attempt> {
    let (sends_again, is_numbered) = (caller.is_multiple_of(2), caller % 4 < 2);
    let mut attempts = Vec::new();
    let mut again: Vec<u64> = Vec::new();
    loop {
        if again.is_empty() && shared.is_over.load(Ordering::Acquire) {
            return attempts;
        }
        let count = shared.shape.events;
        let first = || shared.next.fetch_add(count, Ordering::AcqRel);
        let numbers = if again.is_empty() { (first()..).take(count as usize).collect() } else { again };
        again = Vec::new();
        let epoch = shared.epoch.load(Ordering::Acquire);
        let answer = shared.send(&numbers, is_numbered).await;
        let failed = answer.is_err();
        let fates = fates(answer, numbers.len());
        let acknowledged = fates.iter().filter(|fate| matches!(fate, Fate::Acknowledged(_))).count();
        if acknowledged > 0 {
            shared.acknowledged.fetch_add(acknowledged as u64, Ordering::AcqRel);
            shared.epoch_acknowledged.fetch_max(epoch, Ordering::AcqRel);
        }
        attempts.extend(numbers.iter().zip(fates).map(|(event, fate)| Attempt { event: *event, fate }));
        if failed && sends_again {
            again = numbers;
        }
        let pause = if failed { PAUSE } else { shared.shape.pause };
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }
}

impl Shared {
    async fn send(&self, numbers: &[u64], is_numbered: bool) -> Result<Vec<Outcome>, Status> {
        let events = numbers.iter().map(|number| event(*number, is_numbered)).collect();
        let mut client = IngestServiceClient::new(self.target.lock().unwrap().clone());
        let mut request = Request::new(IngestEventsRequest { events });
        request.set_timeout(PATIENCE);
        self.in_flight.fetch_add(1, Ordering::AcqRel);
        let started = Instant::now();
        let answer = client.ingest_events(request).await;
        self.slowest_answer_us.fetch_max(started.elapsed().as_micros() as u64, Ordering::AcqRel);
        self.in_flight.fetch_sub(1, Ordering::AcqRel);
        Ok(answer?.into_inner().outcomes)
    }
}

fn fates(answer: Result<Vec<Outcome>, Status>, count: usize) -> Vec<Fate> {
    match answer {
        Ok(outcomes) => {
            assert_eq!(outcomes.len(), count, "an outcome for each event");
            outcomes.into_iter().map(fate).collect()
        }
        // By contract these codes mean that nothing was accepted; any other means that the outcome is
        // unknown.
        Err(status) if matches!(status.code(), Code::ResourceExhausted | Code::InvalidArgument) => {
            vec![Fate::Rejected; count]
        }
        Err(_) => vec![Fate::Unknown; count],
    }
}

fn fate(outcome: Outcome) -> Fate {
    match outcome.result {
        Some(outcome::Result::Accepted(accepted)) => {
            Fate::Acknowledged(accepted.position.as_ref().map_or(Position::START, position_from_wire))
        }
        Some(outcome::Result::Rejected(_)) => Fate::Rejected,
        None => Fate::Unknown,
    }
}

/// The event with a number, the same each time it is sent.
fn event(number: u64, is_numbered: bool) -> Event {
    let is_wrong = number % WRONG_ONE_IN == 5;
    let employee = format!("e-{}", number % EMPLOYEES);
    Event {
        source: if is_numbered { "core-numbered" } else { "core-named" }.to_owned(),
        id: format!("k-{number}"),
        source_sequence: is_numbered.then_some(number),
        r#type: if is_wrong { "card.unheard-of" } else { "card.issued" }.to_owned(),
        occurred_time: Some(prost_types::Timestamp {
            seconds: 1_770_000_000 + number as i64 % 86_400,
            nanos: 0,
        }),
        business_date: Some(Date { year: 2026, month: 2, day: 1 + (number % 28) as i32 }),
        credits: vec![Credit { employee, role: "owner".to_owned(), share: None }],
        customer: format!("customer-{}", number % 5_000),
        subject: format!("card-{number}"),
        product: "gold".to_owned(),
        ..Event::default()
    }
}
