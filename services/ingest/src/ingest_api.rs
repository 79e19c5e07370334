//! IngestService for adapters: in which order a stream is answered. The check of events is
//! in `check`.

use std::sync::Arc;

use futures::stream::{self, BoxStream, StreamExt};
use longhu_core::types::violation::check_id;
use longhu_proto::status::invalid;
use longhu_proto::wire::ingest::v1 as wire;
use longhu_proto::wire::ingest::v1::ingest_service_server::IngestService;
use longhu_runtime::{Principal, caller, wire_errors};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming};

use crate::intake::{Intake, Patience, Ticket};
use crate::projector_link::{ProjectorLink, not_configured};
use crate::refusal::Refusal;

/// IngestService, using an intake.
pub struct IngestApi {
    pub(crate) intake: Arc<Intake>,
    pub(crate) stream_in_flight_max: usize,
    pub(crate) projector: Option<Arc<dyn ProjectorLink>>,
    pub(crate) shutdown: CancellationToken,
}

#[tonic::async_trait]
impl IngestService for IngestApi {
    async fn ingest_events(
        &self,
        request: Request<wire::IngestEventsRequest>,
    ) -> Result<Response<wire::IngestEventsResponse>, Status> {
        let principal = caller(&request)?;
        let events = request.into_inner().events;
        let ticket = self.intake.take(&principal, events, Patience::None).await?;
        Ok(Response::new(wire::IngestEventsResponse { outcomes: ticket.outcomes().await? }))
    }

    type StreamEventsStream = BoxStream<'static, Result<wire::StreamEventsResponse, Status>>;

    async fn stream_events(
        &self,
        request: Request<Streaming<wire::StreamEventsRequest>>,
    ) -> Result<Response<Self::StreamEventsStream>, Status> {
        let principal = caller(&request)?;
        let intake = self.intake.clone();
        let requests = messages(request.into_inner(), self.shutdown.clone());
        // Messages are queued one after the other, so that a stream's events keep their order in the log.
        // Only the waiting for the disk overlaps.
        let answers = requests
            .then(move |message| take(intake.clone(), principal.clone(), message))
            .map(answer)
            .buffered(self.stream_in_flight_max.max(1));
        Ok(Response::new(answers.boxed()))
    }

    async fn get_source_status(
        &self,
        request: Request<wire::GetSourceStatusRequest>,
    ) -> Result<Response<wire::GetSourceStatusResponse>, Status> {
        let request = request.into_inner();
        check_id("source", &request.source).map_err(|violation| invalid(&[violation]))?;
        let projector = self.projector.as_ref().ok_or_else(|| not_configured("counts the sources"))?;
        projector.source_status(request).await.map(Response::new)
    }
}

type Message = Result<wire::StreamEventsRequest, Status>;

/// The messages of a stream, until the client ends it, the first failure, or the end of this process.
fn messages(
    inbound: Streaming<wire::StreamEventsRequest>,
    shutdown: CancellationToken,
) -> impl stream::Stream<Item = Message> + Send {
    stream::unfold(Some((inbound, shutdown)), |state| async {
        let (mut inbound, shutdown) = state?;
        let message = tokio::select! {
            biased;
            () = shutdown.cancelled() => Err(Refusal::ShuttingDown.status()),
            message = inbound.message() => message.map_err(wire_errors::rewrite).transpose()?,
        };
        let rest = message.is_ok().then_some((inbound, shutdown));
        Some((message, rest))
    })
}

async fn take(intake: Arc<Intake>, principal: Arc<Principal>, message: Message) -> Result<Ticket, Status> {
    intake.take(&principal, message?.events, Patience::ForRoom).await
}

async fn answer(ticket: Result<Ticket, Status>) -> Result<wire::StreamEventsResponse, Status> {
    Ok(wire::StreamEventsResponse { outcomes: ticket?.outcomes().await? })
}
