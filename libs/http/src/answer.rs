//! From a gRPC answer to an HTTP answer.

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response};
use http_body_util::BodyExt;
use prost_reflect::{DynamicMessage, MessageDescriptor, SerializeOptions};
use tonic::body::Body;
use tonic::{Code, Status};

use crate::problem::Problem;

/// An answer with this JSON.
pub(crate) fn json(text: String) -> Response<Body> {
    let mut response = Response::new(Body::new(text));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The answer of a unary call.
pub(crate) async fn from_grpc(response: Response<Body>, output: MessageDescriptor) -> Response<Body> {
    match message(response, output).await {
        Ok(text) => json(text),
        Err(status) => Problem::from(status).into_response(),
    }
}

async fn message(response: Response<Body>, output: MessageDescriptor) -> Result<String, Status> {
    let (parts, body) = response.into_parts();
    // A call that was refused before it began has its status in the headers.
    if let Some(status) = Status::from_header_map(&parts.headers).filter(|status| status.code() != Code::Ok) {
        return Err(status);
    }
    let collected = body.collect().await?;
    let status = collected.trailers().and_then(Status::from_header_map);
    if let Some(status) = status.filter(|status| status.code() != Code::Ok) {
        return Err(status);
    }
    let bytes = collected.to_bytes();
    let broken =
        |what: &str| Status::new(Code::Internal, format!("the answer cannot be written as JSON: {what}"));
    // One frame, not compressed: nothing was asked to be.
    let message = match bytes.split_at_checked(5) {
        Some(([0, ..], message)) => message,
        Some(_) | None => return Err(broken("it is not one message")),
    };
    let message = DynamicMessage::decode(output, message).map_err(|error| broken(&error.to_string()))?;
    let mut serializer = serde_json::Serializer::new(Vec::new());
    let options = SerializeOptions::new().skip_default_fields(false);
    message.serialize_with_options(&mut serializer, &options).map_err(|error| broken(&error.to_string()))?;
    String::from_utf8(serializer.into_inner()).map_err(|error| broken(&error.to_string()))
}
