//! Asks the projector what ingest cannot know itself: how far a source has been counted, and what a change of
//! the organisation would do to contests.

use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use longhu_core::Time;
use longhu_log::Hash;
use longhu_proto::scalar::{position_from_wire, time_from_wire};
use longhu_proto::status::{invalid, refusal};
use longhu_proto::wire::control::v1::ControlEntry;
use longhu_proto::wire::ingest::v1::{GetSourceStatusRequest, GetSourceStatusResponse};
use longhu_proto::wire::ops::v1 as ops;
use longhu_proto::wire::ops::v1::projector_service_client::ProjectorServiceClient;
use tonic::body::Body;
use tonic::client::GrpcService;
use tonic::codegen::StdError;
use tonic::{Code, Request, Status};

use crate::memory::Acknowledged;

/// How long the projector may take to say how far it has read. A start of ingest waits for it.
const CHECKPOINT_WITHIN: Duration = Duration::from_secs(3);
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

    /// How far the projector has read the log; `None` if it has read nothing.
    ///
    /// # Errors
    /// The same as [`ProjectorLink::source_status`].
    fn checkpoint(&self) -> BoxFuture<'static, Result<Option<Acknowledged>, Status>>;

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

    fn checkpoint(&self) -> BoxFuture<'static, Result<Option<Acknowledged>, Status>> {
        let mut client = self.clone();
        Box::pin(async move {
            let mut request = Request::new(ops::GetCheckpointRequest {});
            request.set_timeout(CHECKPOINT_WITHIN);
            let asked = tokio::time::timeout(CHECKPOINT_WITHIN, client.get_checkpoint(request)).await;
            let answer = asked.map_err(|_| Status::deadline_exceeded("no answer in time"))??.into_inner();
            let position = answer.position.unwrap_or_default();
            let Ok(hash) = <[u8; 32]>::try_from(answer.batch_hash.as_slice()) else { return Ok(None) };
            Ok(Some(Acknowledged {
                position: position_from_wire(&position),
                hash: Hash(hash),
                recorded: answer.as_of_time.map_or(Ok(Time(0)), |time| as_time(&time))?,
                adoptions: position.adoptions,
            }))
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

fn as_time(time: &prost_types::Timestamp) -> Result<Time, Status> {
    time_from_wire("as_of_time", time).map_err(|violation| invalid(&[violation]))
}

/// The refusal of a process that has no projector configured.
pub(crate) fn not_configured(knows: &str) -> Status {
    let message = format!(
        "this process has no projector, which {knows}; ask another process, or start this one with `--projector`"
    );
    refusal(Code::Unavailable, "PROJECTOR_NOT_CONFIGURED", message)
}
