//! HTTP and JSON for clients that do not speak gRPC. Each unary call with a `google.api.http` option in the protos can be
//! made with a plain HTTP request; nothing is written by hand for a call.
//!
//! A request becomes the gRPC request that it stands for and goes through everything that a gRPC request goes through:
//! principals, limits, refusals. So both have the same answers and the same codes.

mod answer;
mod body;
mod call;
mod openapi;
mod pool;
mod problem;
mod routes;
mod template;

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::{BoxFuture, Either};
use http::{Method, Request, Response};
use tonic::body::Body;
use tower::{Layer, Service};

pub use openapi::document;
pub use routes::Routes;

/// The most bytes of the body of one request.
pub const BODY_BYTES_MAX: usize = 10 << 20;
/// The path at which the description of all calls is served.
pub const DOCUMENT_PATH: &str = "/openapi.json";
/// What the path of every call begins with.
const PREFIX: &str = "/v1/";

/// Answers HTTP and JSON in front of gRPC services.
#[derive(Clone, Debug)]
pub struct GatewayLayer {
    routes: Arc<Routes>,
}

impl GatewayLayer {
    /// For the calls of these services, by their full names. Others are unknown.
    pub fn new(services: &[&str]) -> GatewayLayer {
        GatewayLayer { routes: Arc::new(Routes::of(services)) }
    }
}

impl<S> Layer<S> for GatewayLayer {
    type Service = Gateway<S>;

    fn layer(&self, inner: S) -> Gateway<S> {
        Gateway { inner, routes: self.routes.clone() }
    }
}

/// A service behind [`GatewayLayer`].
#[derive(Clone, Debug)]
pub struct Gateway<S> {
    inner: S,
    routes: Arc<Routes>,
}

impl<S> Service<Request<Body>> for Gateway<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Either<S::Future, BoxFuture<'static, Result<Response<Body>, Infallible>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let path = request.uri().path();
        if path == DOCUMENT_PATH && request.method() == Method::GET {
            let document = openapi::document(&self.routes);
            return Either::Right(Box::pin(async move { Ok(answer::json(document.to_string())) }));
        }
        if !path.starts_with(PREFIX) {
            return Either::Left(self.inner.call(request));
        }
        let routes = self.routes.clone();
        // The clone is not ready yet; the original is.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        Either::Right(Box::pin(async move {
            match call::to_grpc(&routes, request) {
                Ok((call, output)) => {
                    let response = inner.call(call).await?;
                    Ok(answer::from_grpc(response, output).await)
                }
                Err(problem) => Ok(problem.into_response()),
            }
        }))
    }
}
