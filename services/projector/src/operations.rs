//! The service for what only a projector can tell or do: how far sources have been counted, computing contests again,
//! comparing the read model with the log. It hands each call on, and bounds what waits for an answer.

use std::pin::Pin;
use std::sync::Arc;

use longhu_proto::wire::ops::v1 as wire;
use longhu_proto::wire::ops::v1::projector_service_server::ProjectorService;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming};

use crate::desk::ending;
use crate::preview::Previewer;
use crate::projection::Projection;
use crate::rebuild::Rebuilder;
use crate::source_status::{list_conflicts, source_status};
use crate::verify::Verifier;

/// Answers on their way to one caller.
const QUEUE: usize = 16;

/// Answers for a projector.
#[derive(Clone)]
pub struct Operations {
    pub(crate) projection: Arc<Projection>,
    pub(crate) rebuilder: Rebuilder,
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
        let response = source_status(&self.projection, request).await?;
        Ok(Response::new(wire::ReadSourceStatusResponse { response: Some(response) }))
    }

    async fn list_conflicts(
        &self,
        request: Request<wire::ListConflictsRequest>,
    ) -> Result<Response<wire::ListConflictsResponse>, Status> {
        list_conflicts(&self.projection, request.into_inner()).await.map(Response::new)
    }

    type RebuildStream = Pin<Box<ReceiverStream<Result<wire::RebuildResponse, Status>>>>;

    async fn rebuild(
        &self,
        request: Request<wire::RebuildRequest>,
    ) -> Result<Response<Self::RebuildStream>, Status> {
        let contests = self.rebuilder.contests(request.into_inner())?;
        let (answers, stream) = mpsc::channel(QUEUE);
        let (rebuilder, shutdown) = (self.rebuilder.clone(), self.shutdown.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = rebuilder.run(contests, answers.clone()) => {}
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
        let turn = self.verifier.begin(&contests)?;
        let (answers, stream) = mpsc::channel(QUEUE);
        let (verifier, shutdown) = (self.verifier.clone(), self.shutdown.clone());
        let runtime = tokio::runtime::Handle::current();
        // It folds for long: in a thread of its own it keeps nobody's calls waiting.
        tokio::task::spawn_blocking(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = verifier.run(contests, answers.clone(), turn) => {}
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
}
