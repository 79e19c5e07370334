//! The service for operating a projector: how far sources have been counted, backfills, comparing the read
//! model with the log, previews of a change of the organisation, and how far the log has been read.

use std::pin::Pin;

use longhu_core::Position;
use longhu_proto::scalar::{time_to_wire, token_to_wire};
use longhu_proto::wire::ops::v1 as wire;
use longhu_proto::wire::ops::v1::projector_service_server::ProjectorService;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming};

use crate::input::shard_tasks::ending;
use crate::query::contest_backfill::ContestBackfill;
use crate::query::organisation::preview::Previewer;
use crate::query::reader::{Needs, Reader};
use crate::query::source_status::{list_conflicts, source_status};
use crate::replay::verify::Verifier;

/// Answers waiting to be sent to one caller.
const QUEUE: usize = 16;

/// The service.
#[derive(Clone)]
pub struct Operations {
    pub(crate) reader: Reader,
    pub(crate) backfill: ContestBackfill,
    pub(crate) verifier: Verifier,
    pub(crate) previewer: Previewer,
    /// Ends streams.
    pub(crate) shutdown: CancellationToken,
}

#[tonic::async_trait]
impl ProjectorService for Operations {
    async fn read_source_status(
        &self,
        request: Request<wire::ReadSourceStatusRequest>,
    ) -> Result<Response<wire::ReadSourceStatusResponse>, Status> {
        let request = request.into_inner().request.unwrap_or_default();
        let response = source_status(&self.reader, request).await?;
        Ok(Response::new(wire::ReadSourceStatusResponse { response: Some(response) }))
    }

    async fn list_conflicts(
        &self,
        request: Request<wire::ListConflictsRequest>,
    ) -> Result<Response<wire::ListConflictsResponse>, Status> {
        list_conflicts(&self.reader, request.into_inner()).await.map(Response::new)
    }

    type RebuildStream = Pin<Box<ReceiverStream<Result<wire::RebuildResponse, Status>>>>;

    async fn rebuild(
        &self,
        request: Request<wire::RebuildRequest>,
    ) -> Result<Response<Self::RebuildStream>, Status> {
        let contests = self.backfill.contests(request.into_inner()).await?;
        let (answers, stream) = mpsc::channel(QUEUE);
        let (backfill, shutdown) = (self.backfill.clone(), self.shutdown.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = backfill.run(contests, answers.clone()) => {}
                () = shutdown.cancelled() => drop(answers.try_send(Err(ending()))),
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(stream))))
    }

    type VerifyStream = Pin<Box<ReceiverStream<Result<wire::VerifyResponse, Status>>>>;

    async fn verify(
        &self,
        request: Request<wire::VerifyRequest>,
    ) -> Result<Response<Self::VerifyStream>, Status> {
        let contests = request.into_inner().contests;
        let permit = self.verifier.begin(contests.clone()).await?;
        let (answers, stream) = mpsc::channel(QUEUE);
        let (verifier, shutdown) = (self.verifier.clone(), self.shutdown.clone());
        let runtime = tokio::runtime::Handle::current();
        // A replay takes long. In its own thread it does not block other calls.
        tokio::task::spawn_blocking(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = verifier.run(contests, answers.clone(), permit) => {}
                    () = shutdown.cancelled() => drop(answers.try_send(Err(ending()))),
                }
            });
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(stream))))
    }

    async fn preview_organisation(
        &self,
        request: Request<Streaming<wire::PreviewOrganisationRequest>>,
    ) -> Result<Response<wire::PreviewOrganisationResponse>, Status> {
        self.previewer.run(request.into_inner()).await.map(Response::new)
    }

    async fn get_checkpoint(
        &self,
        _: Request<wire::GetCheckpointRequest>,
    ) -> Result<Response<wire::GetCheckpointResponse>, Status> {
        let checkpoint = self.reader.published().checkpoint;
        let (as_of, adoptions) = self
            .reader
            .look(Needs::Counts, |shard| (shard.head().as_of, shard.register().adoption_count()))
            .await?;
        Ok(Response::new(wire::GetCheckpointResponse {
            bank: self.reader.bank().to_owned(),
            position: Some(token_to_wire(Position::new(checkpoint.sequence, 0), adoptions)),
            batch_hash: checkpoint.batch_hash.0.to_vec(),
            running_hash: checkpoint.running_hash.0.to_vec(),
            as_of_time: Some(time_to_wire(as_of)),
        }))
    }
}
