//! Shared by the tests of ingest: a real nats-server, ingest behind a real gRPC server, and clients with
//! tokens. Only processes started here are ended.

#[path = "../../../../libs/runtime/tests/all/raw.rs"]
pub mod raw;

use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Date;
use longhu_core::control::Bank;
use longhu_core::types::money::Currency;
use longhu_ingest::{Ingest, IngestConfig, IngestError, Keyring, found};
use longhu_log::{Entry, Log, LogConfig, NatsServer, ReadFrom, ReadOptions, Reader, ServerConfig};
use longhu_proto::scalar::date_to_wire;
use longhu_proto::wire::contest::v1 as contest;
use longhu_proto::wire::control::v1::control_service_client::ControlServiceClient;
use longhu_proto::wire::event::v1::{Credit, Event};
use longhu_proto::wire::ingest::v1 as wire;
use longhu_proto::wire::ingest::v1::ingest_service_client::IngestServiceClient;
use longhu_runtime::{Principals, Services, serve};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::metadata::AsciiMetadataValue;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Request, Status};
use tonic_types::StatusExt;

/// A server with its directory; both are removed when it is dropped.
pub struct Broker {
    pub server: NatsServer,
    pub directory: tempfile::TempDir,
}

impl Broker {
    pub async fn start() -> Broker {
        Broker::on(tempfile::tempdir().unwrap()).await
    }

    /// Starts it on what a directory has.
    pub async fn on(directory: tempfile::TempDir) -> Broker {
        let server = NatsServer::start(ServerConfig::new(directory.path())).await.unwrap();
        Broker { server, directory }
    }

    pub async fn log(&self, bank: &str) -> Log {
        let config = LogConfig {
            max_bytes: 256 << 20,
            ack_timeout: Duration::from_secs(1),
            append_timeout: Duration::from_secs(8),
            ..LogConfig::new(self.server.url(), bank)
        };
        Log::create(config).await.unwrap()
    }

    /// Sends a signal to the server that this test started.
    pub fn signal(&self, signal: &str) {
        let pid = self.server.pid().expect("the server runs");
        let sent = std::process::Command::new("kill").arg(signal).arg(pid.to_string()).status().unwrap();
        assert!(sent.success());
    }
}

pub fn bank() -> Bank {
    Bank { id: "east".into(), zone: "Asia/Shanghai".into(), currency: Currency::parse("CNY").unwrap() }
}

pub fn config(slot: &str) -> IngestConfig {
    IngestConfig::new(bank(), slot, Keyring::new(&[(1, [7; 32])].into()).unwrap())
}

/// Tokens of the principals in these tests: two adapters, an admin, a viewer.
pub const CARDS: &str = "cards-0123456789";
pub const LOANS: &str = "loans-0123456789";
pub const HQ: &str = "hq-0123456789012";
pub const WALL: &str = "wall-01234567890";

const PRINCIPALS: &str = r#"
[[principal]]
name = "cards"
token = "cards-0123456789"
roles = ["adapter"]
sources = ["core-*"]
[[principal]]
name = "loans"
token = "loans-0123456789"
roles = ["adapter"]
sources = ["loans*"]
[[principal]]
name = "hq"
token = "hq-0123456789012"
roles = ["admin"]
[[principal]]
name = "wall"
token = "wall-01234567890"
roles = ["viewer"]
"#;

/// An ingest within this process.
pub struct Node {
    pub log: Log,
    pub channel: Channel,
    pub shutdown: CancellationToken,
    server: JoinHandle<Result<(), longhu_runtime::ServeError>>,
    ingest: JoinHandle<Result<(), IngestError>>,
}

impl Node {
    pub async fn start(broker: &Broker, config: IngestConfig) -> Node {
        let log = broker.log(&config.bank.id).await;
        found(&log, &config.bank, config.clock.clone()).await.unwrap();
        let shutdown = CancellationToken::new();
        let prepared = Ingest::prepare(config, log.clone()).await.unwrap();
        let ingest = prepared.start(shutdown.clone()).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let services = Services::new().with(ingest.ingest_service()).with(ingest.control_service());
        let (principals, drain) = (principals(), Duration::from_secs(5));
        let server = tokio::spawn(serve(listener, services, principals, shutdown.clone(), drain));
        let channel = Channel::from_shared(url).unwrap().connect().await.unwrap();
        Node { log, channel, shutdown, server, ingest: tokio::spawn(ingest.wait()) }
    }

    pub fn events(&self, token: &'static str) -> IngestServiceClient<InterceptedService<Channel, WithToken>> {
        IngestServiceClient::with_interceptor(self.channel.clone(), WithToken(token))
    }

    pub fn control(
        &self,
        token: &'static str,
    ) -> ControlServiceClient<InterceptedService<Channel, WithToken>> {
        ControlServiceClient::with_interceptor(self.channel.clone(), WithToken(token))
    }

    /// Sends events and returns the outcome of each.
    pub async fn send(&self, token: &'static str, events: Vec<Event>) -> Result<Vec<Outcome>, Status> {
        let request = wire::IngestEventsRequest { events };
        let response = self.events(token).ingest_events(request).await?;
        Ok(response.into_inner().outcomes.into_iter().map(outcome).collect())
    }

    /// Ends it in the way a signal does, and returns how ingest ended.
    pub async fn stop(self) -> Result<(), IngestError> {
        self.shutdown.cancel();
        self.ended().await
    }

    /// Waits for its end.
    pub async fn ended(self) -> Result<(), IngestError> {
        drop(self.channel);
        self.server.await.unwrap().unwrap();
        self.ingest.await.unwrap()
    }
}

fn principals() -> Principals {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("principals.toml");
    std::fs::write(&path, PRINCIPALS).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    Principals::from_file(&path).unwrap()
}

/// Adds a token to every call.
#[derive(Clone)]
pub struct WithToken(&'static str);

impl tonic::service::Interceptor for WithToken {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let value: AsciiMetadataValue = format!("Bearer {}", self.0).parse().unwrap();
        request.metadata_mut().insert("authorization", value);
        Ok(request)
    }
}

/// The outcome of an event: its position, or field and code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Accepted(u64, u32),
    Rejected(String, String),
}

impl Outcome {
    pub fn is_accepted(&self) -> bool {
        matches!(self, Outcome::Accepted(..))
    }
}

pub fn outcome(outcome: wire::Outcome) -> Outcome {
    match outcome.result.unwrap() {
        wire::outcome::Result::Accepted(accepted) => {
            let position = accepted.position.unwrap();
            Outcome::Accepted(position.sequence, position.index)
        }
        wire::outcome::Result::Rejected(rejected) => {
            assert!(!rejected.reason.is_empty());
            Outcome::Rejected(rejected.field, rejected.code)
        }
    }
}

pub fn rejected(field: &str, code: &str) -> Outcome {
    Outcome::Rejected(field.into(), code.into())
}

/// The code of a refusal and its one ErrorInfo.
pub fn reason(status: &Status) -> (tonic::Code, String) {
    let details = status.get_error_details_vec();
    let infos = details.iter().filter(|detail| matches!(detail, tonic_types::ErrorDetail::ErrorInfo(_)));
    assert_eq!(infos.count(), 1, "{status:?}");
    (status.code(), status.get_details_error_info().unwrap().reason)
}

/// A valid event of an un-numbered source.
pub fn event(id: &str) -> Event {
    Event {
        source: "core-cards".into(),
        id: id.into(),
        r#type: "card.issued".into(),
        occurred_time: Some(prost_types::Timestamp { seconds: 1_774_000_000, nanos: 0 }),
        branch: "b-1".into(),
        credits: vec![Credit { employee: "e-1".into(), role: "owner".into(), share: None }],
        customer: "CUSTOMER-4711".into(),
        subject: "ACCOUNT-0815".into(),
        ..Event::default()
    }
}

/// A contest that needs no organisation.
pub fn contest(id: &str, points_e4: i64) -> contest::ContestDefinition {
    let date = |year, month, day| Some(date_to_wire(Date::constant(year, month, day)));
    contest::ContestDefinition {
        id: id.into(),
        start_date: date(2026, 1, 1),
        end_date: date(2026, 3, 31),
        grace_days: Some(5),
        boards: vec!["employee".into()],
        indicators: vec![contest::Indicator {
            id: "cards".into(),
            events: vec!["card.issued".into()],
            points: Some(contest::indicator::Points::PerUnit(contest::PointsPerUnit { points_e4 })),
            ..contest::Indicator::default()
        }],
        ..contest::ContestDefinition::default()
    }
}

/// Every batch that is stored now.
pub async fn stored(log: &Log) -> Vec<Entry> {
    let until = Some(log.status().await.unwrap().last_sequence);
    let options = ReadOptions { until, ..ReadOptions::default() };
    let mut reader = Reader::open(log, ReadFrom::Start, options).await.unwrap();
    let mut entries = Vec::new();
    while let Some(entry) = reader.next().await.unwrap() {
        entries.push(entry);
    }
    entries
}

/// Waits for a condition, at most twenty seconds.
pub async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..400 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not within twenty seconds: {what}");
}
