//! A real server on a free port, behind a gate.

use std::net::SocketAddr;
use std::time::Duration;

use longhu_proto::wire::ingest::v1 as wire;
use longhu_proto::wire::ingest::v1::ingest_service_server::{IngestService, IngestServiceServer};
use longhu_runtime::{Gate, ServeError, Services, serve, wire_errors};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_stream::StreamExt;
use tokio_util::sync::CancellationToken;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Response, Status, Streaming};

/// A service that gives an empty answer to everything.
struct Empty;

#[tonic::async_trait]
impl IngestService for Empty {
    async fn ingest_events(
        &self,
        _: Request<wire::IngestEventsRequest>,
    ) -> Result<Response<wire::IngestEventsResponse>, Status> {
        Ok(Response::new(wire::IngestEventsResponse::default()))
    }

    type StreamEventsStream = std::pin::Pin<
        Box<dyn tokio_stream::Stream<Item = Result<wire::StreamEventsResponse, Status>> + Send>,
    >;

    async fn stream_events(
        &self,
        request: Request<Streaming<wire::StreamEventsRequest>>,
    ) -> Result<Response<Self::StreamEventsStream>, Status> {
        let mut requests = request.into_inner();
        let first = requests.message().await.map_err(wire_errors::rewrite)?;
        let first = tokio_stream::iter(first.map(|_| Ok(wire::StreamEventsResponse::default())));
        let later = requests.map(|message| message.map(|_| wire::StreamEventsResponse::default()));
        Ok(Response::new(Box::pin(first.chain(later))))
    }

    async fn get_source_status(
        &self,
        _: Request<wire::GetSourceStatusRequest>,
    ) -> Result<Response<wire::GetSourceStatusResponse>, Status> {
        Err(Status::internal("failed to decode Protobuf message: not really"))
    }
}

/// A server that runs.
pub struct Running {
    pub address: SocketAddr,
    shutdown: CancellationToken,
    server: JoinHandle<Result<(), ServeError>>,
}

/// Starts one.
pub async fn start(gate: impl Into<Gate>) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = CancellationToken::new();
    let services = Services::new().with(IngestServiceServer::new(Empty));
    let server = tokio::spawn(serve(listener, services, gate, shutdown.clone(), Duration::from_secs(2)));
    Running { address, shutdown, server }
}

impl Running {
    /// A connection in plain text.
    pub async fn connect(&self) -> Channel {
        Endpoint::from_shared(format!("http://{}", self.address)).unwrap().connect().await.unwrap()
    }

    /// Ends it.
    pub async fn end(self) {
        self.shutdown.cancel();
        self.server.await.unwrap().unwrap();
    }
}
