//! What is wrong with a request before it becomes a call, and how a refusal is written as JSON.

use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Method, Response, StatusCode};
use longhu_core::types::violation::Violation;
use longhu_proto::status::{invalid, refusal};
use prost_reflect::DynamicMessage;
use serde_json::json;
use tonic::body::Body;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::pool::pool;

/// A refused request.
pub(crate) struct Problem {
    status: Status,
    /// The HTTP status, where the code has another one.
    http: Option<StatusCode>,
    allow: Vec<Method>,
}

impl From<Status> for Problem {
    fn from(status: Status) -> Problem {
        Problem { status, http: None, allow: Vec::new() }
    }
}

impl Problem {
    pub(crate) fn unknown_path(path: &str) -> Problem {
        let text = format!("there is nothing at {path}; /openapi.json lists what there is");
        refusal(Code::NotFound, "UNKNOWN_PATH", text).into()
    }

    pub(crate) fn other_method(method: &Method, allow: Vec<Method>) -> Problem {
        let known: Vec<&str> = allow.iter().map(Method::as_str).collect();
        let text = format!("this path does not take {method}; use {}", known.join(" or "));
        let status = refusal(Code::Unimplemented, "METHOD_NOT_ALLOWED", text);
        Problem { status, http: Some(StatusCode::METHOD_NOT_ALLOWED), allow }
    }

    pub(crate) fn content_type(given: &str) -> Problem {
        let text = format!(
            "the body is {given}; send JSON with `content-type: application/json`, or a JSON object a line with \
             `application/x-ndjson`"
        );
        let status = refusal(Code::InvalidArgument, "UNSUPPORTED_CONTENT_TYPE", text);
        Problem { status, http: Some(StatusCode::UNSUPPORTED_MEDIA_TYPE), allow: Vec::new() }
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let http = self.http.unwrap_or_else(|| http_status(self.status.code()));
        let mut response = Response::new(Body::new(json_of(&self.status)));
        *response.status_mut() = http;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for method in &self.allow {
            if let Ok(value) = HeaderValue::from_str(method.as_str()) {
                headers.append(ALLOW, value);
            }
        }
        let retry = self.status.get_details_retry_info().and_then(|info| info.retry_delay);
        if let Some(delay) = retry {
            headers.insert(RETRY_AFTER, HeaderValue::from(delay.as_secs().max(1)));
        }
        if self.status.code() == Code::Unauthenticated {
            headers.insert(http::header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// A field of the request that cannot be used.
pub(crate) fn field(name: &str, code: &'static str, reason: String) -> Status {
    invalid(&[Violation::new(name, code, reason)])
}

/// A `google.rpc.Status` as JSON, with all its details.
fn json_of(status: &Status) -> String {
    let plain = || {
        json!({ "code": i32::from(status.code()), "message": status.message(), "details": [] }).to_string()
    };
    if status.details().is_empty() {
        return plain();
    }
    let whole = pool()
        .get_message_by_name("google.rpc.Status")
        .and_then(|descriptor| DynamicMessage::decode(descriptor, status.details()).ok());
    whole.and_then(|whole| serde_json::to_string(&whole).ok()).unwrap_or_else(plain)
}

/// The HTTP status of a code, as google.rpc.Code documents it.
fn http_status(code: Code) -> StatusCode {
    match code {
        Code::Ok => StatusCode::OK,
        Code::Cancelled => StatusCode::from_u16(499).unwrap_or(StatusCode::BAD_REQUEST),
        Code::InvalidArgument | Code::FailedPrecondition | Code::OutOfRange => StatusCode::BAD_REQUEST,
        Code::DeadlineExceeded => StatusCode::GATEWAY_TIMEOUT,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::AlreadyExists | Code::Aborted => StatusCode::CONFLICT,
        Code::PermissionDenied => StatusCode::FORBIDDEN,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        Code::Unimplemented => StatusCode::NOT_IMPLEMENTED,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::Unknown | Code::Internal | Code::DataLoss => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
