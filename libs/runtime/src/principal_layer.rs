//! The tower layer that identifies the caller, before any handler runs. Unknown callers are refused. Only
//! health and reflection can be called without a principal.

use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::{Either, Ready, ready};
use http::{Request, Response};
use tower::{Layer, Service};

use crate::principal::Principal;
use crate::principals::Principals;

/// Paths that need no token: they reveal nothing about the bank, and orchestrators call them without one.
const OPEN: [&str; 2] = ["/grpc.health.v1.", "/grpc.reflection."];

/// Puts an `Arc<Principal>` into the extensions of every request, or answers UNAUTHENTICATED.
#[derive(Clone, Debug)]
pub struct PrincipalLayer {
    principals: Principals,
}

impl PrincipalLayer {
    /// A layer that accepts these principals.
    pub fn new(principals: Principals) -> PrincipalLayer {
        PrincipalLayer { principals }
    }
}

impl<S> Layer<S> for PrincipalLayer {
    type Service = WithPrincipal<S>;

    fn layer(&self, inner: S) -> Self::Service {
        WithPrincipal { inner, principals: self.principals.clone() }
    }
}

/// A service behind [`PrincipalLayer`].
#[derive(Clone, Debug)]
pub struct WithPrincipal<S> {
    inner: S,
    principals: Principals,
}

impl<S, In, Out> Service<Request<In>> for WithPrincipal<S>
where
    S: Service<Request<In>, Response = Response<Out>>,
    Out: Default,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Either<S::Future, Ready<Result<Response<Out>, S::Error>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<In>) -> Self::Future {
        let path = request.uri().path();
        if OPEN.iter().any(|open| path.starts_with(open)) {
            return Either::Left(self.inner.call(request));
        }
        let header = request.headers().get(http::header::AUTHORIZATION).map(|header| header.as_bytes());
        match self.principals.authenticate(header) {
            Ok(principal) => {
                request.extensions_mut().insert::<Arc<Principal>>(principal);
                Either::Left(self.inner.call(request))
            }
            Err(status) => Either::Right(ready(Ok(status.into_http()))),
        }
    }
}
