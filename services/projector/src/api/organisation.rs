//! The service for the organisation: who was where, who decided it, which credits wait for it and which
//! events disagree with it.

use std::pin::Pin;

use longhu_log::Log;
use longhu_proto::wire::organisation::v1 as wire;
use longhu_proto::wire::organisation::v1::organisation_service_server::OrganisationService;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use crate::input::shard_tasks::{ShardTasks, ending};
use crate::query::organisation::day::asked_date;
use crate::query::organisation::search::{Answers, Searches};
use crate::query::organisation::{describe, mismatches, revisions, tree, unresolved};
use crate::query::reader::{Needs, Reader};

/// Messages waiting to be sent to one caller.
const QUEUE: usize = 16;

type Stream<T> = Pin<Box<ReceiverStream<Result<T, Status>>>>;

/// The service.
#[derive(Clone)]
pub struct OrganisationQueries {
    reader: Reader,
    log: Log,
    searches: Searches,
    /// Ends streams.
    shutdown: CancellationToken,
}

impl OrganisationQueries {
    pub(crate) fn new(
        reader: Reader,
        log: Log,
        tasks: ShardTasks,
        shutdown: CancellationToken,
    ) -> OrganisationQueries {
        OrganisationQueries { reader, log, searches: Searches::new(tasks), shutdown }
    }

    /// Runs `answer` in its own task, until the shutdown or until the caller has gone. A failure is sent as
    /// the last answer.
    fn stream<T, F>(&self, answer: impl FnOnce(Answers<T>) -> F) -> Response<Stream<T>>
    where
        T: Send + 'static,
        F: Future<Output = Result<(), Status>> + Send + 'static,
    {
        let (answers, stream) = mpsc::channel(QUEUE);
        let (answering, shutdown) = (answer(answers.clone()), self.shutdown.clone());
        tokio::spawn(async move {
            let end = tokio::select! {
                end = answering => end,
                () = shutdown.cancelled() => Err(ending()),
            };
            if let Err(status) = end {
                // The caller may have gone.
                drop(answers.send(Err(status)).await);
            }
        });
        Response::new(Box::pin(ReceiverStream::new(stream)))
    }
}

#[tonic::async_trait]
impl OrganisationService for OrganisationQueries {
    async fn describe(
        &self,
        request: Request<wire::DescribeRequest>,
    ) -> Result<Response<wire::DescribeResponse>, Status> {
        let request = request.into_inner();
        let asked = asked_date("date", &request.date)?;
        self.reader.reaches(request.min_position).await?;
        self.reader
            .work_out(Needs::Counts, move |shard, _| describe::describe(shard, &request.id, asked))
            .await?
            .map(Response::new)
    }

    type TreeStream = Stream<wire::TreeResponse>;

    async fn tree(&self, request: Request<wire::TreeRequest>) -> Result<Response<Self::TreeStream>, Status> {
        let request = request.into_inner();
        let asked = asked_date("date", &request.date)?;
        self.reader.reaches(request.min_position).await?;
        let parts = self
            .reader
            .work_out(Needs::Counts, move |shard, _| tree::tree(shard, &request.root, request.depth, asked))
            .await??;
        Ok(self.stream(|answers| async move {
            for part in parts {
                if answers.send(Ok(part)).await.is_err() {
                    break;
                }
            }
            Ok(())
        }))
    }

    type ListRevisionsStream = Stream<wire::ListRevisionsResponse>;

    async fn list_revisions(
        &self,
        request: Request<wire::ListRevisionsRequest>,
    ) -> Result<Response<Self::ListRevisionsStream>, Status> {
        let request = request.into_inner();
        self.reader.reaches(request.min_position).await?;
        let (log, last) = (self.log.clone(), self.reader.published().position);
        Ok(self.stream(|answers| revisions::list(log, last, request.id, answers)))
    }

    type ListUnresolvedStream = Stream<wire::ListUnresolvedResponse>;

    async fn list_unresolved(
        &self,
        request: Request<wire::ListUnresolvedRequest>,
    ) -> Result<Response<Self::ListUnresolvedStream>, Status> {
        self.reader.reaches(request.into_inner().min_position).await?;
        let searches = self.searches.clone();
        Ok(self.stream(|answers| unresolved::list(searches, answers)))
    }

    type ListMismatchesStream = Stream<wire::ListMismatchesResponse>;

    async fn list_mismatches(
        &self,
        request: Request<wire::ListMismatchesRequest>,
    ) -> Result<Response<Self::ListMismatchesStream>, Status> {
        let request = request.into_inner();
        self.reader.reaches(request.min_position).await?;
        let look = move |shard: &_| mismatches::scope(shard, &request);
        let scope = self.reader.look(Needs::Counts, look).await??;
        let searches = self.searches.clone();
        Ok(self.stream(|answers| mismatches::list(searches, scope, answers)))
    }
}
