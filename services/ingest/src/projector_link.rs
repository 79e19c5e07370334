//! Asks the projector what ingest cannot know itself: how far a source has been counted, and what a change of
//! the organisation would do to contests.

use bytes::Bytes;
use futures::future::BoxFuture;
use longhu_proto::status::refusal;
use longhu_proto::wire::control::v1::ControlEntry;
use longhu_proto::wire::ingest::v1::{GetSourceStatusRequest, GetSourceStatusResponse};
use longhu_proto::wire::ops::v1 as ops;
use longhu_proto::wire::ops::v1::projector_service_client::ProjectorServiceClient;
use tonic::body::Body;
use tonic::client::GrpcService;
use tonic::codegen::StdError;
use tonic::{Code, Status};

/// Entries in one message of a preview.
const ENTRIES_PER_MESSAGE: usize = 500;

/// Questions to a projector.
pub trait ProjectorLink: Send + Sync {
    /// How far the source has been counted.
    ///
    /// # Errors
    /// A status with one ErrorInfo, which is passed on to the caller unchanged.
    fn source_status(
        &self,
        request: GetSourceStatusRequest,
    ) -> BoxFuture<'static, Result<GetSourceStatusResponse, Status>>;

    /// What entries of the organisation would do to the running contests.
    ///
    /// # Errors
    /// The same as [`ProjectorLink::source_status`].
    fn preview(
        &self,
        entries: Vec<ControlEntry>,
    ) -> BoxFuture<'static, Result<ops::PreviewOrganisationResponse, Status>>;
}

impl<T> ProjectorLink for ProjectorServiceClient<T>
where
    T: GrpcService<Body, Future: Send> + Clone + Send + Sync + 'static,
    T::Error: Into<StdError>,
    T::ResponseBody: http_body::Body<Data = Bytes> + Send + 'static,
    <T::ResponseBody as http_body::Body>::Error: Into<StdError> + Send,
{
    fn source_status(
        &self,
        request: GetSourceStatusRequest,
    ) -> BoxFuture<'static, Result<GetSourceStatusResponse, Status>> {
        let mut client = self.clone();
        Box::pin(async move {
            let request = ops::ReadSourceStatusRequest { request: Some(request) };
            let answer = client.read_source_status(request).await?;
            Ok(answer.into_inner().response.unwrap_or_default())
        })
    }

    fn preview(
        &self,
        entries: Vec<ControlEntry>,
    ) -> BoxFuture<'static, Result<ops::PreviewOrganisationResponse, Status>> {
        let mut client = self.clone();
        let messages: Vec<_> = entries
            .chunks(ENTRIES_PER_MESSAGE)
            .map(|some| ops::PreviewOrganisationRequest { entries: some.to_vec() })
            .collect();
        Box::pin(async move {
            let answer = client.preview_organisation(futures::stream::iter(messages)).await?;
            Ok(answer.into_inner())
        })
    }
}

/// The refusal of a process that has no projector configured.
pub(crate) fn not_configured(knows: &str) -> Status {
    let message = format!(
        "this process has no projector, which {knows}; ask another process, or start this one with `--projector`"
    );
    refusal(Code::Unavailable, "PROJECTOR_NOT_CONFIGURED", message)
}
