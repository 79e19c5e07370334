//! From an HTTP request to the gRPC request that it stands for.

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, TE};
use http::{HeaderName, HeaderValue, Request, Version};
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::Value;
use tonic::Status;
use tonic::body::Body;

use crate::body::{self, Shape};
use crate::problem::{Problem, field};
use crate::routes::{Found, Route, Routes};

/// Headers that are passed on.
const PASSED_ON: [HeaderName; 3] =
    [AUTHORIZATION, HeaderName::from_static("traceparent"), HeaderName::from_static("tracestate")];

/// The gRPC request, and the descriptor of its answer.
pub(crate) fn to_grpc(
    routes: &Routes,
    request: Request<Body>,
) -> Result<(Request<Body>, MessageDescriptor), Problem> {
    let path = request.uri().path();
    let (route, values) = match routes.find(request.method(), path) {
        Found::Route(route, values) => (route, values),
        Found::OtherMethod(allow) => return Err(Problem::other_method(request.method(), allow)),
        Found::Nothing => return Err(Problem::unknown_path(path)),
    };
    let mut given: Vec<(String, String)> =
        values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let query = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    for (name, value) in query {
        if route.template.fields().any(|own| own == name) {
            let reason = format!("`{name}` is in the path already; leave it out of the query");
            return Err(field(&name, "CONFLICTING_FIELDS", reason).into());
        }
        given.push((name.into_owned(), value.into_owned()));
    }
    let fields = message_of(&route.rpc.input(), given)?;
    let shape = if route.has_body { Some(shape(&request)?) } else { None };
    let output = route.rpc.output();
    Ok((grpc_request(route, request, fields, shape), output))
}

fn shape(request: &Request<Body>) -> Result<Shape, Problem> {
    let given = request.headers().get(CONTENT_TYPE).map_or(b"".as_slice(), HeaderValue::as_bytes);
    let given = String::from_utf8_lossy(given);
    let kind = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => Ok(Shape::Document),
        "application/x-ndjson" | "application/jsonl" | "application/x-jsonlines" => Ok(Shape::Lines),
        "" => Err(Problem::content_type("of no type")),
        other => Err(Problem::content_type(other)),
    }
}

fn grpc_request(route: &Route, request: Request<Body>, fields: Value, shape: Option<Shape>) -> Request<Body> {
    let (parts, body) = request.into_parts();
    let input = route.rpc.input();
    // The body is read only when a handler asks for it, so that a caller without a token cannot make us read it.
    let framed = async move {
        let message = match shape {
            Some(shape) => body::read(body, shape, &input, fields).await?,
            None => body::message(&input, fields)?,
        };
        Ok::<Bytes, Status>(body::framed(&message))
    };
    let service = route.rpc.parent_service().full_name().to_owned();
    let mut call = Request::new(body::lazy(framed));
    *call.method_mut() = http::Method::POST;
    *call.version_mut() = Version::HTTP_2;
    *call.extensions_mut() = parts.extensions;
    let path = format!("/{service}/{}", route.rpc.name());
    // Names of services and methods have only letters, digits, dots and underscores.
    *call.uri_mut() = path.parse().unwrap_or_default();
    let headers = call.headers_mut();
    for name in PASSED_ON {
        if let Some(value) = parts.headers.get(&name) {
            headers.insert(name, value.clone());
        }
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert(TE, HeaderValue::from_static("trailers"));
    call
}

/// The fields of a message as JSON, from texts in the path and the query. `a.b=1` is the field `b` of the message in `a`;
/// a repeated field is given several times.
fn message_of(message: &MessageDescriptor, given: Vec<(String, String)>) -> Result<Value, Status> {
    let mut root = serde_json::Map::new();
    for (name, value) in given {
        let unknown = || {
            let reason = format!("`{name}` is not a field of this call; /openapi.json lists them");
            field(&name, "UNKNOWN_FIELD", reason)
        };
        let (mut table, mut own) = (&mut root, message.clone());
        let mut names = name.split('.').peekable();
        while let Some(part) = names.next() {
            let found = find(&own, part).ok_or_else(unknown)?;
            if names.peek().is_none() {
                put(table, &found, &name, value)?;
                break;
            }
            let Kind::Message(inner) = found.kind() else { return Err(unknown()) };
            let Value::Object(next) =
                table.entry(found.json_name()).or_insert_with(|| Value::Object(serde_json::Map::new()))
            else {
                return Err(unknown());
            };
            (table, own) = (next, inner);
        }
    }
    Ok(Value::Object(root))
}

/// A field by its name in the protos or in JSON.
fn find(message: &MessageDescriptor, name: &str) -> Option<FieldDescriptor> {
    message.get_field_by_name(name).or_else(|| message.get_field_by_json_name(name))
}

fn put(
    table: &mut serde_json::Map<String, Value>,
    own: &FieldDescriptor,
    name: &str,
    text: String,
) -> Result<(), Status> {
    let value = match own.kind() {
        Kind::Bool => match text.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            other => {
                let reason = format!("`{other}` is neither true nor false; write one of them");
                return Err(field(name, "BAD_VALUE", reason));
            }
        },
        // Numbers may be texts in the JSON of protobuf.
        _ => Value::String(text),
    };
    if own.is_list() {
        if let Value::Array(items) = table.entry(own.json_name()).or_insert_with(|| Value::Array(Vec::new()))
        {
            items.push(value);
        }
        return Ok(());
    }
    match table.insert(own.json_name().to_owned(), value) {
        None => Ok(()),
        Some(_) => Err(field(name, "DUPLICATE_FIELD", format!("`{name}` is given twice; give it once"))),
    }
}

/// The message that `fields` says.
pub(crate) fn dynamic(message: &MessageDescriptor, fields: Value) -> Result<DynamicMessage, Status> {
    DynamicMessage::deserialize(message.clone(), fields).map_err(|error| {
        let reason = format!("{error}; /openapi.json has the fields of this call");
        field("request", "MALFORMED_JSON", reason)
    })
}
