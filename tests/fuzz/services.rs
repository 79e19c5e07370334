//! Every method of every service, as a bank runs them: a real broker, with ingest, projector and queries in
//! this process, behind the layers of a server. Calls are given as bytes of a body and answered with a
//! status; every refusal must have a code. From time to time everything is restarted, and each time it must
//! still be serving.

use std::cell::RefCell;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body as _, Frame};
use longhu_core::control::Bank;
use longhu_core::types::money::Currency;
use longhu_ingest::{Ingest, IngestConfig, Keyring};
use longhu_log::{Log, LogConfig, NatsServer, ServerConfig};
use longhu_projector::{Projector, ProjectorConfig};
use longhu_proto::wire::ingest::v1::{IngestEventsResponse, StreamEventsResponse, outcome};
use longhu_proto::wire::ops::v1::log_service_server::LogServiceServer;
use longhu_proto::wire::ops::v1::projector_service_client::ProjectorServiceClient;
use longhu_proto::wire::ops::v1::projector_service_server::ProjectorServiceServer;
use longhu_proto::wire::organisation::v1::organisation_service_server::OrganisationServiceServer;
use longhu_proto::wire::plan::v1::plan_service_server::PlanServiceServer;
use longhu_proto::wire::standings::v1::standings_service_server::StandingsServiceServer;
use longhu_query::Query;
use longhu_runtime::{Door, PrincipalLayer, Principals, wire_errors};
use prost::Message;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tonic::service::Routes;
use tonic::{Code, Status};
use tonic_types::StatusExt;
use tower::{Layer, ServiceExt};

use crate::driver::{Bound, Surface, Verdict, run};
use crate::requests::{self, Call};

/// After this many calls everything is restarted, because what was accepted is kept in memory, as it should
/// be.
const CALLS_MAX: u32 = 20_000;
/// How long to wait for an answer. A query for a position that does not exist yet waits by design, and is
/// given up here.
const WAIT: Duration = Duration::from_millis(15);
/// How long to wait if something is written.
const WRITING_WAIT: Duration = Duration::from_secs(10);
/// How many messages of an answer are read.
const ANSWERS_MAX: usize = 100;

/// A running bank.
struct Stack {
    routes: Routes,
    calls: u32,
    working: CancellationToken,
    ingest: Ingest,
    projector: Projector,
    nats: NatsServer,
    _folder: tempfile::TempDir,
}

fn inside(projector: &Projector, serving: CancellationToken) -> Routes {
    Routes::new(StandingsServiceServer::new(projector.standings(serving.clone())))
        .add_service(OrganisationServiceServer::new(projector.organisation(serving.clone())))
        .add_service(PlanServiceServer::new(projector.plans()))
        .add_service(LogServiceServer::new(projector.log_inspector(serving.clone())))
        .add_service(ProjectorServiceServer::new(projector.operations(serving)))
}

impl Stack {
    async fn start() -> Stack {
        let folder = tempfile::tempdir().unwrap();
        let nats = NatsServer::start(ServerConfig::new(folder.path().join("nats"))).await.unwrap();
        let log = Log::create(LogConfig::new(nats.url(), "dev")).await.unwrap();
        let working = CancellationToken::new();
        let store = ProjectorConfig { store_dir: folder.path().join("store"), rebuild: false };
        let projector = Projector::start(store, log.clone(), working.child_token()).await.unwrap();
        let bank = Bank {
            id: "dev".into(),
            zone: "Asia/Shanghai".into(),
            currency: Currency::parse("CNY").unwrap(),
        };
        let keys = Keyring::open_or_create(&folder.path().join("keys.toml")).unwrap();
        let mut config = IngestConfig::new(bank, "dev", keys);
        config.projector =
            Some(Arc::new(ProjectorServiceClient::new(inside(&projector, working.child_token()))));
        longhu_ingest::found(&log, &config.bank, config.clock.clone()).await.unwrap();
        let prepared = Ingest::prepare(config, log).await.unwrap();
        let ingest = prepared.start(working.child_token()).await.unwrap();
        let query = Query::new(inside(&projector, working.child_token()));
        let routes = Routes::new(ingest.ingest_service())
            .add_service(ingest.control_service())
            .add_service(StandingsServiceServer::new(query.clone()))
            .add_service(OrganisationServiceServer::new(query.clone()))
            .add_service(PlanServiceServer::new(query.clone()))
            .add_service(LogServiceServer::new(query.clone()))
            .add_service(ProjectorServiceServer::new(query));
        let mut stack = Stack { routes, calls: 0, working, ingest, projector, nats, _folder: folder };
        for call in requests::found() {
            let answer = stack.call(&call).await;
            assert!(matches!(&answer, Answer::Taken(_)), "{}: {answer:?}", call.path);
        }
        stack
    }

    /// Checks that it accepts events and answers queries as at the start, and that it ends properly.
    async fn end(mut self) {
        let calls = requests::all();
        let names = ["/IngestEvents", "/ListContests", "/GetLogStatus"];
        for call in names.map(|name| calls.iter().find(|call| call.path.ends_with(name)).unwrap()) {
            let answer = self.call_within(call, WRITING_WAIT).await;
            assert!(
                matches!(answer, Answer::Taken(_)),
                "after all calls {} is answered {answer:?}",
                call.path
            );
        }
        self.working.cancel();
        self.ingest.wait().await.unwrap();
        self.projector.ended().await.unwrap();
        self.nats.shutdown().await;
    }

    async fn call(&mut self, call: &Call) -> Answer {
        let is_written = ["ingest", "control"].iter().any(|package| call.path.contains(package));
        self.call_within(call, if is_written { WRITING_WAIT } else { WAIT }).await
    }

    async fn call_within(&mut self, call: &Call, wait: Duration) -> Answer {
        self.calls += 1;
        let request = http::Request::post(format!("http://longhu{}", call.path))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(Body::new(Given(Some(call.body().into()))))
            .unwrap();
        let layered = wire_errors::layer()
            .layer(PrincipalLayer::new(Principals::local("me"), Door::Callers).layer(self.routes.clone()));
        let answered = async { answer(layered.oneshot(request).await.unwrap()).await };
        tokio::time::timeout(wait, answered).await.unwrap_or(Answer::Waits)
    }
}

/// The outcome of a call.
#[derive(Debug)]
enum Answer {
    /// The messages of the answer.
    Taken(Vec<u8>),
    Refused(Box<Status>),
    /// No answer yet.
    Waits,
}

async fn answer(response: http::Response<Body>) -> Answer {
    let (head, body) = response.into_parts();
    let (mut body, mut bytes, mut trailers) = (std::pin::pin!(body), Vec::new(), HeaderMap::new());
    for _ in 0..ANSWERS_MAX {
        let frame = std::future::poll_fn(|context| body.as_mut().poll_frame(context)).await;
        match frame.map(|frame| frame.unwrap().into_data()) {
            None => break,
            Some(Ok(data)) => bytes.extend_from_slice(&data),
            Some(Err(other)) => trailers = other.into_trailers().unwrap(),
        }
    }
    let told = [&head.headers, &trailers].into_iter().find_map(Status::from_header_map);
    match told {
        Some(status) if status.code() != Code::Ok => Answer::Refused(Box::new(status)),
        // A stream that was not read to its end has no status yet.
        _ => Answer::Taken(bytes),
    }
}

/// The codes in an answer: of the call as a whole, or of its events.
fn verdict(call: &Call, answer: Answer) -> Verdict {
    let refused = match answer {
        Answer::Waits => Vec::new(),
        Answer::Refused(status) => {
            let info = status.get_details_error_info();
            let code =
                info.map_or_else(|| format!("{:?}: {}", status.code(), status.message()), |info| info.reason);
            vec![code]
        }
        Answer::Taken(bytes) if call.path.ends_with("/IngestEvents") => {
            let response = bytes.get(5..).and_then(|bytes| IngestEventsResponse::decode(bytes).ok());
            codes(response.unwrap_or_default().outcomes)
        }
        Answer::Taken(bytes) if call.path.ends_with("/StreamEvents") => {
            let response = bytes.get(5..).and_then(|bytes| StreamEventsResponse::decode(bytes).ok());
            codes(response.unwrap_or_default().outcomes)
        }
        Answer::Taken(_) => Vec::new(),
    };
    if refused.is_empty() { Verdict::Accepted } else { Verdict::Refused(refused) }
}

fn codes(outcomes: Vec<longhu_proto::wire::ingest::v1::Outcome>) -> Vec<String> {
    let code = |outcome: longhu_proto::wire::ingest::v1::Outcome| match outcome.result {
        Some(outcome::Result::Rejected(rejected)) => Some(rejected.code),
        Some(outcome::Result::Accepted(_)) => None,
        None => Some("no outcome".to_owned()),
    };
    outcomes.into_iter().filter_map(code).collect()
}

/// The bytes of a request's body, given at once.
struct Given(Option<Bytes>);

impl http_body::Body for Given {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// Found by measuring the memory of a list of empty messages: two bytes each on the wire, and more than 500
/// in memory.
#[test]
fn a_request_of_two_million_empty_events_is_refused_before_they_are_made() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut stack = runtime.block_on(Stack::start());
    for method in ["IngestEvents", "StreamEvents"] {
        let path = format!("/longhu.ingest.v1.IngestService/{method}");
        let call = Call { path, messages: vec![[10, 0].repeat(2_000_000)], frame: None };
        let mut answer = Answer::Waits;
        let allocated = allocation_counter::measure(|| answer = runtime.block_on(stack.call(&call)));
        let Verdict::Refused(codes) = verdict(&call, answer) else { panic!("{method} took it") };
        assert_eq!(codes, ["TOO_MANY"], "{method}");
        assert!(allocated.bytes_max < 64 << 20, "{method}: {} bytes", allocated.bytes_max);
    }
    runtime.block_on(stack.end());
}

#[test]
fn no_message_of_any_service_panics_takes_much_memory_or_is_refused_without_a_code() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let stack: RefCell<Option<Stack>> = RefCell::new(None);
    // An event without content has two bytes, and about 600 in memory.
    let bound = Bound { per_byte: 1_024, fixed: 4 << 20 };
    run(Surface { name: "messages of all services", corpus: requests::all(), bound, one_in: 4 }, |call| {
        let mut stack = stack.borrow_mut();
        if stack.as_ref().is_none_or(|stack| stack.calls > CALLS_MAX) {
            allocation_counter::opt_out(|| {
                runtime.block_on(async {
                    if let Some(old) = stack.take() {
                        old.end().await;
                    }
                    *stack = Some(Stack::start().await);
                });
            });
        }
        let running = stack.as_mut().unwrap();
        verdict(call, runtime.block_on(running.call(call)))
    });
    let last = stack.into_inner();
    runtime.block_on(async {
        if let Some(last) = last {
            last.end().await;
        }
    });
}
