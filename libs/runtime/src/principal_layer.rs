//! The tower layer that identifies the caller and checks its role, before any handler runs and before a byte of the
//! body is read. Only health and reflection can be called by anybody.

use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use http::{Request, Response};
use longhu_proto::status::refusal;
use tonic::body::Body;
use tonic::{Code, Status};
use tower::{Layer, Service};

use crate::audit::{Audit, Call, Heard};
use crate::ending::{Ending, Side};
use crate::passed;
use crate::permissions::{self, Kind, Method};
use crate::principal::{Principal, Role};
use crate::principals::{Grant, Principals};
use crate::socket::Peer;

/// Paths that need no principal: they reveal nothing about the bank, and orchestrators call them without one.
const OPEN: [&str; 2] = ["/grpc.health.v1.", "/grpc.reflection."];

/// Whom a server serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// People and adapters, each for itself.
    Callers,
    /// Other services, which say for whom they call.
    Services,
}

/// Puts an `Arc<Principal>` into the extensions of every request, or refuses it: UNAUTHENTICATED if the caller is
/// unknown, PERMISSION_DENIED if it may not make this call. What a caller has open ends when its grant does.
#[derive(Clone)]
pub struct PrincipalLayer {
    principals: Principals,
    door: Door,
    audit: Option<Audit>,
}

impl PrincipalLayer {
    /// A layer that accepts these principals.
    pub fn new(principals: Principals, door: Door) -> PrincipalLayer {
        PrincipalLayer { principals, door, audit: None }
    }

    /// The same, which records what it lets through and what it refuses to a caller who is known.
    #[must_use]
    pub fn audited(self, audit: Option<Audit>) -> PrincipalLayer {
        PrincipalLayer { audit, ..self }
    }

    /// Who makes this call, and for whom.
    fn identify(&self, request: &Request<Body>) -> Result<(Grant, Arc<Principal>), Status> {
        let headers = request.headers();
        let authorization = headers.get(http::header::AUTHORIZATION).map(|header| header.as_bytes());
        let certificate = request.extensions().get::<Peer>().and_then(|peer| peer.certificate.as_deref());
        let grant = self.principals.authenticate(authorization, certificate)?;
        let caller = match self.door {
            Door::Callers if headers.contains_key(passed::CALLER) => {
                let message = format!("`{}` is for calls between services; leave it out", passed::CALLER);
                return Err(refusal(Code::PermissionDenied, "CALLER_NOT_ACCEPTED", message));
            }
            Door::Callers => grant.principal.clone(),
            Door::Services => {
                if !grant.principal.has(Role::Service) {
                    let message = format!(
                        "this service answers other services only, and `{}` has not the role service; ask the query \
                         service",
                        grant.principal.name
                    );
                    return Err(refusal(Code::PermissionDenied, "ROLE_MISSING", message));
                }
                passed::named(headers)?.unwrap_or_else(|| grant.principal.clone())
            }
        };
        Ok((grant, caller))
    }
}

impl<S> Layer<S> for PrincipalLayer {
    type Service = WithPrincipal<S>;

    fn layer(&self, inner: S) -> Self::Service {
        WithPrincipal { inner, layer: self.clone() }
    }
}

/// A service behind [`PrincipalLayer`].
#[derive(Clone)]
pub struct WithPrincipal<S> {
    inner: S,
    layer: PrincipalLayer,
}

impl<S> Service<Request<Body>> for WithPrincipal<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response<Body>, S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let path = request.uri().path();
        if OPEN.iter().any(|open| path.starts_with(open)) {
            return Box::pin(self.inner.call(request));
        }
        let Some(method) = permissions::of_path(path) else {
            return answer(unknown_method());
        };
        let (grant, caller) = match self.layer.identify(&request) {
            Ok(identified) => identified,
            Err(status) => return answer(status),
        };
        let record =
            self.layer.audit.clone().map(|audit| Record::new(audit, method, &grant, &caller, &request));
        if let Err(refused) = caller.check_any(method.roles) {
            let recorded = record.map_or(Ok(()), |record| record.write(refused.code()));
            return answer(recorded.err().unwrap_or(refused));
        }
        request.extensions_mut().insert::<Arc<Principal>>(caller);
        let record = record.filter(|_| method.kind != Kind::Event);
        let request = match &record {
            Some(record) if method.kind != Kind::Decision => request.map(|body| record.heard.listen(body)),
            _ => request,
        };
        // What is still being sent, and what is still being answered, ends with the grant. A call that was received is
        // answered.
        let ending = grant.clone();
        let response =
            self.inner.call(request.map(|body| Body::new(Ending::new(body, Side::Request, ending))));
        Box::pin(async move {
            let response = response.await?;
            if let Some(record) = record
                && let Err(status) = record.write(status_of(&response))
            {
                return Ok(status.into_http());
            }
            Ok(response.map(|body| Body::new(Ending::new(body, Side::Response, grant))))
        })
    }
}

/// A call for the audit log, as far as it is known before its answer.
struct Record {
    audit: Audit,
    method: &'static Method,
    caller: Arc<Principal>,
    service: Option<Arc<Principal>>,
    peer: Option<SocketAddr>,
    heard: Heard,
}

impl Record {
    fn new(
        audit: Audit,
        method: &'static Method,
        grant: &Grant,
        caller: &Arc<Principal>,
        request: &Request<Body>,
    ) -> Record {
        let service = (!Arc::ptr_eq(&grant.principal, caller)).then(|| grant.principal.clone());
        let peer = request.extensions().get::<Peer>().and_then(|peer| peer.address);
        Record { audit, method, caller: caller.clone(), service, peer, heard: Heard::default() }
    }

    /// Writes it. What cannot be written is not answered.
    fn write(self, status: Code) -> Result<(), Status> {
        self.audit.call(&Call {
            principal: &self.caller.name,
            service: self.service.as_ref().map(|service| service.name.as_str()),
            peer: self.peer.map(|peer| peer.to_string()),
            method: self.method.name,
            purpose: self.method.kind.name(),
            asked: self.heard.asked(self.method.name),
            status: format!("{status:?}"),
        })
    }
}

/// The status of an answer at its beginning: a stream that fails later has begun well.
fn status_of(response: &Response<Body>) -> Code {
    let code = response.headers().get(Status::GRPC_STATUS);
    code.map_or(Code::Ok, |code| Code::from_bytes(code.as_bytes()))
}

fn answer<E: Send + 'static>(status: Status) -> BoxFuture<'static, Result<Response<Body>, E>> {
    Box::pin(std::future::ready(Ok(status.into_http())))
}

/// The refusal of a path that no service has.
pub(crate) fn unknown_method() -> Status {
    let message = "there is no such method here; check its name and which service runs at this address";
    refusal(Code::Unimplemented, "UNKNOWN_METHOD", message)
}
