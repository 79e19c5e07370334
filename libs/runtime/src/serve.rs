//! How every service is served: with principals, wire errors, health and reflection around its routes. The
//! port and the signal handling are given by the caller.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use futures::future::BoxFuture;
use longhu_http::GatewayLayer;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::service::{Routes, RoutesBuilder};
use tonic::transport::Server;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use crate::audit::Audit;
use crate::following::follow;
use crate::open_calls::OpenCalls;
use crate::principal_layer::{Door, PrincipalLayer};
use crate::principals::Principals;
use crate::shutdown::{NotDrained, drained};
use crate::socket::incoming;
use crate::tls::ServerTls;
use crate::wire_errors;

/// How often a silent connection is checked, and how long it may take to answer.
const KEEPALIVE: (Duration, Duration) = (Duration::from_secs(20), Duration::from_secs(10));
/// How many calls one connection may have open at once.
const STREAMS_MAX: u32 = 1024;

/// How long connections without open calls have to end at a shutdown. A silent one is then closed.
const GOODBYE: Duration = Duration::from_millis(500);

/// The health service itself.
const HEALTH: &str = "grpc.health.v1.Health";

/// Why serving ended for another reason than the shutdown token.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The server failed.
    #[error("the gRPC server failed")]
    Transport(#[from] tonic::transport::Error),
    /// The descriptors cannot be used for reflection.
    #[error("the services cannot be described to clients")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// Calls were still open at the deadline.
    #[error("calls were still open at the end")]
    NotDrained(#[from] NotDrained),
}

/// The services of a server. Health and reflection are added automatically.
#[derive(Default)]
pub struct Services {
    routes: RoutesBuilder,
    names: Vec<&'static str>,
    health: HealthReporter,
}

impl Services {
    /// No services.
    pub fn new() -> Services {
        Services::default()
    }

    /// Adds a gRPC service.
    #[must_use]
    pub fn with<S>(mut self, service: S) -> Services
    where
        S: tower::Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        self.names.push(S::NAME);
        self.routes.add_service(service);
        self
    }

    /// Reports the health of the services. Clone it before [`serve`] takes them.
    pub fn health(&self) -> HealthReporter {
        self.health.clone()
    }

    async fn into_routes(self) -> Result<(Routes, HealthReporter, Vec<&'static str>), ServeError> {
        // Only the services that are served are listed, although every package can be described.
        let descriptors = || {
            let builder = tonic_reflection::server::Builder::configure()
                .register_encoded_file_descriptor_set(longhu_proto::DESCRIPTORS)
                // The details of refusals are added too, although no method refers to them: a client without
                // generated code needs them.
                .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
                .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET);
            let names = self.names.iter().copied().chain([HEALTH]);
            names.fold(builder, |builder, name| builder.with_service_name(name))
        };
        for name in &self.names {
            self.health.set_service_status(*name, ServingStatus::Serving).await;
        }
        let health = tonic_health::server::HealthService::from_health_reporter(self.health.clone());
        let mut routes = self.routes;
        routes.add_service(tonic_health::pb::health_server::HealthServer::new(health));
        routes.add_service(descriptors().build_v1()?);
        routes.add_service(descriptors().build_v1alpha()?);
        Ok((routes.routes(), self.health, self.names))
    }
}

/// Who may call a server, and over what.
#[derive(Clone)]
pub struct Gate {
    /// Who may call.
    pub principals: Principals,
    /// TLS; `None` for plain text.
    pub tls: Option<ServerTls>,
    /// Whether people and adapters call, or other services for them.
    pub door: Door,
    /// Where calls are recorded; `None` for nowhere.
    pub audit: Option<Audit>,
}

impl Gate {
    /// The address of a server behind it, as a URL for clients.
    pub fn url(&self, address: SocketAddr) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{address}")
    }
}

impl From<Principals> for Gate {
    /// For people and adapters, in plain text.
    fn from(principals: Principals) -> Gate {
        Gate { principals, tls: None, door: Door::Callers, audit: None }
    }
}

/// Serves until the token is cancelled, then waits for open calls, but no longer than `drain`. Long-lived
/// streams must end by themselves when the token is cancelled. Connections without open calls are not waited
/// for.
///
/// # Errors
/// [`ServeError`].
pub fn serve(
    listener: TcpListener,
    services: Services,
    gate: impl Into<Gate>,
    shutdown: CancellationToken,
    drain: Duration,
) -> BoxFuture<'static, Result<(), ServeError>> {
    Box::pin(serve_until(listener, services, gate.into(), shutdown, drain))
}

async fn serve_until(
    listener: TcpListener,
    services: Services,
    gate: Gate,
    shutdown: CancellationToken,
    drain: Duration,
) -> Result<(), ServeError> {
    let (routes, health, names) = services.into_routes().await?;
    let gateway = GatewayLayer::new(&names);
    let ending = shutdown.clone();
    let signal = async move {
        ending.cancelled().await;
        for name in names.into_iter().chain([""]) {
            health.set_service_status(name, ServingStatus::NotServing).await;
        }
    };
    tokio::spawn(follow(gate.principals.clone(), gate.tls.clone(), shutdown.clone()));
    let calls = OpenCalls::new();
    let incoming = incoming(listener, gate.tls);
    let server = Server::builder()
        .http2_keepalive_interval(Some(KEEPALIVE.0))
        .http2_keepalive_timeout(Some(KEEPALIVE.1))
        .max_concurrent_streams(STREAMS_MAX)
        // HTTP/1.1 is for clients of the gateway.
        .accept_http1(true)
        .layer(calls.clone())
        .layer(gateway)
        .layer(wire_errors::layer())
        .layer(PrincipalLayer::new(gate.principals, gate.door).audited(gate.audit))
        .add_routes(routes)
        .serve_with_incoming_shutdown(incoming, signal);
    let idle = async {
        shutdown.cancelled().await;
        // Connections end by themselves, as soon as their callers have heard of the end.
        tokio::time::sleep(GOODBYE).await;
        calls.none().await;
    };
    tokio::select! {
        biased;
        served = drained("a call", &shutdown, drain, server) => Ok(served??),
        () = idle => Ok(()),
    }
}
