//! How a real tonic server answers calls that never reach a handler: every refusal has one ErrorInfo.

use std::time::Duration;

use longhu_proto::wire::ingest::v1 as wire;
use longhu_proto::wire::ingest::v1::ingest_service_server::{IngestService, IngestServiceServer};
use longhu_runtime::{Principals, Role, Services, require, serve, wire_errors};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;
use tonic::{Code, Request, Response, Status, Streaming};
use tonic_types::StatusExt;

use crate::raw::send;

/// A service that gives an empty answer to everything.
struct Empty;

#[tonic::async_trait]
impl IngestService for Empty {
    async fn ingest_events(
        &self,
        request: Request<wire::IngestEventsRequest>,
    ) -> Result<Response<wire::IngestEventsResponse>, Status> {
        require(&request, Role::Adapter)?;
        Ok(Response::new(wire::IngestEventsResponse::default()))
    }

    type StreamEventsStream = std::pin::Pin<
        Box<dyn tokio_stream::Stream<Item = Result<wire::StreamEventsResponse, Status>> + Send>,
    >;

    async fn stream_events(
        &self,
        request: Request<Streaming<wire::StreamEventsRequest>>,
    ) -> Result<Response<Self::StreamEventsStream>, Status> {
        let first = request.into_inner().message().await.map_err(wire_errors::rewrite)?;
        let answers = first.map(|_| Ok(wire::StreamEventsResponse::default()));
        Ok(Response::new(Box::pin(tokio_stream::iter(answers))))
    }

    async fn get_source_status(
        &self,
        _: Request<wire::GetSourceStatusRequest>,
    ) -> Result<Response<wire::GetSourceStatusResponse>, Status> {
        Err(Status::internal("failed to decode Protobuf message: not really"))
    }
}

struct Running {
    channel: Channel,
    shutdown: CancellationToken,
    server: tokio::task::JoinHandle<Result<(), longhu_runtime::ServeError>>,
}

async fn start(principals: Principals) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let shutdown = CancellationToken::new();
    let services = Services::new().with(IngestServiceServer::new(Empty));
    let server =
        tokio::spawn(serve(listener, services, principals, shutdown.clone(), Duration::from_secs(2)));
    let channel = Channel::from_shared(url).unwrap().connect().await.unwrap();
    Running { channel, shutdown, server }
}

const UNARY: &str = "/longhu.ingest.v1.IngestService/IngestEvents";
const STREAM: &str = "/longhu.ingest.v1.IngestService/StreamEvents";
/// `events { source: <one byte that is not UTF-8> }`.
const NOT_UTF8: [u8; 5] = [0x0a, 0x03, 0x0a, 0x01, 0xff];
/// A field whose length is greater than the rest of the message.
const CUT_OFF: [u8; 2] = [0x0a, 0x7f];

fn reason(status: &Status) -> String {
    status.get_details_error_info().map_or(format!("no ErrorInfo in {status:?}"), |info| info.reason)
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_message_are_invalid_arguments_with_their_code() {
    let running = start(Principals::local("me")).await;
    for method in [UNARY, STREAM] {
        let cases = [
            (vec![0u8; 5 << 20], "MESSAGE_TOO_LARGE"),
            (NOT_UTF8.to_vec(), "INVALID_UTF8"),
            (CUT_OFF.to_vec(), "MALFORMED_MESSAGE"),
        ];
        for (message, code) in cases {
            let status = send(&running.channel, method, message, None).await.unwrap_err();
            assert_eq!(status.code(), Code::InvalidArgument, "{method} {code} {status:?}");
            assert_eq!(reason(&status), code, "{method}");
            assert_eq!(
                status
                    .get_error_details_vec()
                    .iter()
                    .filter(|d| matches!(d, tonic_types::ErrorDetail::ErrorInfo(_)))
                    .count(),
                1
            );
        }
        send(&running.channel, method, Vec::new(), None).await.unwrap();
    }
    let unknown =
        send(&running.channel, "/longhu.ingest.v1.IngestService/Nothing", vec![], None).await.unwrap_err();
    assert_eq!((unknown.code(), reason(&unknown).as_str()), (Code::Unimplemented, "UNKNOWN_METHOD"));
    running.shutdown.cancel();
    running.server.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn only_known_tokens_with_the_right_role_pass_and_health_needs_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("principals.toml");
    let text = "[[principal]]\nname = \"cards\"\ntoken = \"cards-0123456789\"\nroles = [\"adapter\"]\n\
                [[principal]]\nname = \"wall\"\ntoken = \"wall-01234567890\"\nroles = [\"viewer\"]\n";
    std::fs::write(&path, text).unwrap();
    let running = start(Principals::from_file(&path).unwrap()).await;
    send(&running.channel, UNARY, vec![], Some("cards-0123456789")).await.unwrap();
    let refused = |token| {
        let channel = running.channel.clone();
        async move {
            let status = send(&channel, UNARY, vec![], token).await.unwrap_err();
            (status.code(), reason(&status))
        }
    };
    assert_eq!(refused(None).await, (Code::Unauthenticated, "TOKEN_MISSING".to_owned()));
    assert_eq!(refused(Some("nonsense")).await, (Code::Unauthenticated, "TOKEN_UNKNOWN".to_owned()));
    assert_eq!(refused(Some("wall-01234567890")).await, (Code::PermissionDenied, "ROLE_MISSING".to_owned()));
    send(&running.channel, "/grpc.health.v1.Health/Check", vec![], None).await.unwrap();
    for version in ["v1", "v1alpha"] {
        let method = format!("/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo");
        // list_services: ""
        send(&running.channel, method.leak(), vec![0x3a, 0x00], None).await.unwrap();
    }
    running.shutdown.cancel();
    running.server.await.unwrap().unwrap();
}
