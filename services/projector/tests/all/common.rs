//! Shared by the tests of the projector: a real nats-server, a log that is written without ingest, projectors
//! with their own stores, and standings from a shard in memory. Only processes started here are ended.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use jiff::civil::date;
use longhu_core::contest::{
    Contest, Filter, Indicator, Listing, LocalizedText, Measure, Overall, Points, RankedBy, TieBreak,
    TieRule, UnitFrom,
};
use longhu_core::control::{Bank, Decision, Payload, Seal};
use longhu_core::event::{Credit, Event, Reversal};
use longhu_core::fold::shard::Shard;
use longhu_core::organisation::{Employee, Unit};
use longhu_core::rule::{format, measure, ranking, tie_break, tie_rule};
use longhu_core::types::money::Currency;
use longhu_core::types::pages::MemoryPages;
use longhu_core::{Position, Time};
use longhu_log::{ControlWriter, Kind, Log, LogConfig, NatsServer, ServerConfig, SlotWriter};
use longhu_projector::{Projector, ProjectorConfig, ProjectorError, Reader};
use prost::Message;
use tokio_util::sync::CancellationToken;

/// The recorded time of everything.
pub const RECORDED: Time = Time(1_770_000_000_000_000_000);

/// A server with its directory; both are removed when it is dropped.
pub struct Broker {
    pub server: NatsServer,
    pub directory: tempfile::TempDir,
}

impl Broker {
    pub async fn start() -> Broker {
        let directory = tempfile::tempdir().unwrap();
        let server = NatsServer::start(ServerConfig::new(directory.path().join("nats"))).await.unwrap();
        Broker { server, directory }
    }

    pub async fn log(&self, bank: &str) -> Log {
        let config = LogConfig { max_bytes: 256 << 20, ..LogConfig::new(self.server.url(), bank) };
        Log::create(config).await.unwrap()
    }

    /// A directory for a read model.
    pub fn store(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }
}

/// Writes a log in the way ingest does.
pub struct Book {
    slot: SlotWriter,
    control: ControlWriter,
    last_control: u64,
    /// The last sequence, apart from batches of events.
    pub last: u64,
}

impl Book {
    /// Starts a log with its bank, three branches and `employees` employees.
    pub async fn begin(log: &Log, employees: usize) -> Book {
        let mut control = ControlWriter::new(log);
        let first = bytes(&organisation(employees));
        let appended = control.append_first(Kind::Control, RECORDED, &first).await.unwrap();
        let slot = SlotWriter::open(log, "ingest-1", RECORDED).await.unwrap();
        Book { slot, control, last_control: appended.sequence, last: appended.sequence }
    }

    /// Appends one batch of events.
    pub async fn events(&mut self, events: &[Event<'_>]) -> u64 {
        self.events_at(RECORDED, events).await
    }

    /// Appends one batch of events, recorded at a time.
    pub async fn events_at(&mut self, recorded: Time, events: &[Event<'_>]) -> u64 {
        let records: Vec<Bytes> =
            events.iter().map(|event| longhu_proto::event::to_wire(event).encode_to_vec().into()).collect();
        self.last = self.slot.append(Kind::Events, recorded, &records).await.unwrap().sequence;
        self.last
    }

    /// Appends one batch of decisions.
    pub async fn decide(&mut self, decisions: &[Decision]) -> u64 {
        let records = bytes(decisions);
        let append = self.control.append_expecting(self.last_control, Kind::Control, RECORDED, &records);
        self.last_control = append.await.unwrap().sequence;
        self.last = self.last_control;
        self.last
    }
}

fn bytes(decisions: &[Decision]) -> Vec<Bytes> {
    decisions.iter().map(|decision| longhu_proto::control::encode(decision).into()).collect()
}

/// A decision outside a change set.
pub fn decision(key: &str, revision: u64, payload: Payload) -> Decision {
    let (principal, change_set) = ("hq".into(), String::new());
    Decision { principal, key: key.into(), revision, change_set, payload }
}

/// The bank, three branches, and employees `e-0`, `e-1`, …
pub fn organisation(employees: usize) -> Vec<Decision> {
    let currency = Currency::parse("CNY").unwrap();
    let bank = Bank { id: "east".into(), zone: "Asia/Shanghai".into(), currency };
    let mut decisions = vec![decision("bank", 1, Payload::Bank(bank))];
    for number in 0..3 {
        let (id, kind) = (format!("b-{number}"), "branch".to_owned());
        let unit = Unit::new(&id, &kind, None, &format!("Branch {number}"));
        decisions.push(decision(&id, 1, Payload::Unit(unit)));
    }
    decisions.extend((0..employees).map(|number| {
        let id = format!("e-{number}");
        let unit = Some(format!("b-{}", number % 3));
        let employee = Employee::new(&id, &format!("Employee {number}"), unit.as_deref());
        decision(&id, 1, Payload::Employee(employee))
    }));
    decisions
}

/// A contest of the first quarter, with points in 1/10,000 per card.
pub fn contest(id: &str, revision: u64, points_e4: i64) -> Decision {
    let contest = Contest {
        id: id.into(),
        name: LocalizedText::default(),
        start: date(2026, 1, 1),
        end: date(2026, 3, 31),
        campaign: String::new(),
        grace_days: None,
        scoring_deadline: None,
        boards: vec!["branch".into(), "employee".into()],
        listing: Listing::Scored,
        indicators: vec![Indicator {
            id: "cards".into(),
            name: LocalizedText::default(),
            events: vec!["card.issued".into()],
            filter: Filter::default(),
            measure: Measure::Count(measure::Count),
            points: Points::per_unit(points_e4),
            better: None,
            windows: Vec::new(),
            caps: Vec::new(),
        }],
        tie_rule: TieRule::Standard(tie_rule::Standard),
        tie_breaks: vec![TieBreak::Earliest(tie_break::Earliest)],
        unit_from: UnitFrom::Membership,
        rounds: Vec::new(),
        overall: Overall::Sum(format::Sum),
        ranked_by: RankedBy::Score(ranking::Score),
        calendar: None,
        utc_offsets: Vec::new(),
        currency: Currency::parse("CNY").unwrap(),
    };
    decision(id, revision, Payload::Contest(Box::new(contest)))
}

/// Its seal.
pub fn seal(id: &str) -> Decision {
    decision(id, 1, Payload::Seal(Seal { contest: id.into(), forced: true, reason: "a test".into() }))
}

/// Card number `number`, for one of `employees` employees.
pub fn card(number: usize, employees: usize) -> Event<'static> {
    let employee = format!("e-{}", number * 7 % employees);
    Event {
        source: "cards".into(),
        id: format!("c-{number}").into(),
        source_sequence: None,
        kind: "card.issued".into(),
        occurred: Time(1_768_000_000_000_000_000 + number as i64 * 1_000_000_000),
        business_date: date(2026, 1, 5) + jiff::Span::new().days((number % 60) as i64),
        branch: format!("b-{}", number % 3).into(),
        credits: vec![Credit { employee: employee.into(), role: "owner".into(), share_ppm: None }],
        customer: "".into(),
        subject: format!("s-{number}").into(),
        product: "gold".into(),
        channel: "".into(),
        segment: "".into(),
        quantity: None,
        amount: None,
        revision: None,
        reverses: None,
        attributes: Vec::new(),
    }
}

/// The reversal of card number `number`.
pub fn back(number: usize) -> Event<'static> {
    let reverses = Some(Reversal {
        id: format!("c-{number}").into(),
        source_sequence: None,
        quantity: None,
        amount: None,
        dated: false,
    });
    let id = format!("r-{number}").into();
    Event { id, credits: Vec::new(), kind: "card.cancelled".into(), reverses, ..card(number, 1) }
}

/// Cards with these numbers.
pub fn cards(numbers: std::ops::Range<usize>, employees: usize) -> Vec<Event<'static>> {
    numbers.map(|number| card(number, employees)).collect()
}

/// A projector within this process.
pub struct Node {
    pub reader: Reader,
    pub projector: Projector,
    shutdown: CancellationToken,
}

impl Node {
    pub async fn start(log: &Log, store: &Path) -> Node {
        let shutdown = CancellationToken::new();
        let config = ProjectorConfig { store_dir: store.to_owned(), rebuild: false };
        let projector = Projector::start(config, log.clone(), shutdown.clone()).await.unwrap();
        Node { reader: projector.reader(), projector, shutdown }
    }

    /// Waits until it has folded a batch completely.
    pub async fn reaches(&self, sequence: u64) {
        let at = || self.reader.published().position.sequence;
        eventually(&format!("sequence {sequence} is folded"), async || at() >= sequence).await;
    }

    /// Waits until no contest is being computed.
    pub async fn is_done(&self) {
        eventually("nothing is read again", async || self.reader.snapshot().waiting().is_empty()).await;
    }

    /// Ends it in the way a signal does.
    pub async fn stop(self) -> Result<(), ProjectorError> {
        self.shutdown.cancel();
        drop(self.reader);
        self.projector.ended().await
    }

    /// The digest of every board of a contest.
    pub fn digests(&self, contest: &str) -> Vec<String> {
        digests(&self.reader.snapshot(), contest)
    }

    /// Its position and every digest, both from the same moment.
    pub fn standing(&self, contest: &str) -> (Position, Vec<String>) {
        let shard = self.reader.snapshot();
        (shard.head().position, digests(&shard, contest))
    }

    /// Position and hash of a sealed result.
    pub fn sealed(&self, contest: &str) -> Option<(Position, [u8; 32])> {
        sealed(&self.reader.snapshot(), contest)
    }
}

pub fn digests(shard: &Shard, contest: &str) -> Vec<String> {
    let live = shard.subscribers().contest(contest).and_then(|served| served.live.as_ref());
    live.iter().flat_map(|live| live.boards()).map(|board| board.digest().to_string()).collect()
}

pub fn sealed(shard: &Shard, contest: &str) -> Option<(Position, [u8; 32])> {
    let result = &shard.subscribers().contest(contest)?.sealed.as_ref()?.result;
    Some((result.position, result.hash))
}

/// The shard in memory after these first decisions, events, and last decisions.
pub fn in_memory(first: &[Decision], events: &[Event], last: &[Decision]) -> Shard {
    let (mut shard, pages) = (Shard::default(), MemoryPages::default());
    let mut positions = (1..).map(|sequence| Position::new(sequence, 0));
    for decision in first {
        shard.decision(&pages, positions.next().unwrap(), RECORDED, decision.clone()).unwrap();
    }
    for event in events {
        shard.event(&pages, positions.next().unwrap(), RECORDED, event).unwrap();
    }
    for decision in last {
        assert_eq!(shard.must_wait_for(decision), None);
        shard.decision(&pages, positions.next().unwrap(), RECORDED, decision.clone()).unwrap();
    }
    shard.settle();
    shard
}

/// Waits for a condition, at most a minute.
pub async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..6_000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not within a minute: {what}");
}
