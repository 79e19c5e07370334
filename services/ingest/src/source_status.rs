//! Who knows how far a source has been counted: the projector, asked through here. Ingest itself counts nothing.

use futures::future::BoxFuture;
use longhu_proto::status::refusal;
use longhu_proto::wire::ingest::v1::{GetSourceStatusRequest, GetSourceStatusResponse};
use tonic::{Code, Status};

/// Answers GetSourceStatus. Closures from request to boxed future are providers.
pub trait SourceStatusProvider: Send + Sync {
    /// How far the source has been counted.
    ///
    /// # Errors
    /// A status with one ErrorInfo, passed on to the caller as it is.
    fn source_status(
        &self,
        request: GetSourceStatusRequest,
    ) -> BoxFuture<'static, Result<GetSourceStatusResponse, Status>>;
}

impl<F> SourceStatusProvider for F
where
    F: Fn(GetSourceStatusRequest) -> BoxFuture<'static, Result<GetSourceStatusResponse, Status>>
        + Send
        + Sync,
{
    fn source_status(
        &self,
        request: GetSourceStatusRequest,
    ) -> BoxFuture<'static, Result<GetSourceStatusResponse, Status>> {
        self(request)
    }
}

pub(crate) fn not_configured() -> Status {
    let message = "this process knows no projector, which counts the sources; ask another, or configure one";
    refusal(Code::Unavailable, "PROJECTOR_NOT_CONFIGURED", message)
}
