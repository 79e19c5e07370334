//! The service that answers for the organisation: who was where, who decided it, what waits for it and what disagrees
//! with it. It checks what is asked and hands each call on; it decides nothing.

mod describe;
mod mismatches;
mod revisions;
mod search;
mod tree;
mod unresolved;

use std::pin::Pin;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use longhu_core::fold::shard::Shard;
use longhu_log::Log;
use longhu_proto::scalar::{date_from_wire, position_from_wire};
use longhu_proto::status::{invalid, refusal};
use longhu_proto::wire::event::v1::Position;
use longhu_proto::wire::organisation::v1 as wire;
use longhu_proto::wire::organisation::v1::organisation_service_server::OrganisationService;
use tokio::sync::{Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Request, Response, Status};

use crate::desk::{Desk, ending};
use crate::projection::Projection;

/// Messages on their way to one caller.
const QUEUE: usize = 16;

/// What a stream of answers is.
type Answers<T> = mpsc::Sender<Result<T, Status>>;
type Stream<T> = Pin<Box<ReceiverStream<Result<T, Status>>>>;

/// Answers for the organisation.
#[derive(Clone)]
pub struct OrganisationQueries {
    projection: Arc<Projection>,
    log: Log,
    desk: Desk,
    /// One slice of one search at a time; several searches take turns.
    turn: Arc<Semaphore>,
    /// Ends streams.
    shutdown: CancellationToken,
}

impl OrganisationQueries {
    /// Answers from a projection, the log behind it, and the way to the fold's thread.
    pub(crate) fn new(
        projection: Arc<Projection>,
        log: Log,
        desk: Desk,
        shutdown: CancellationToken,
    ) -> OrganisationQueries {
        OrganisationQueries { projection, log, desk, turn: Arc::new(Semaphore::new(1)), shutdown }
    }

    async fn wait(&self, position: Option<Position>) -> Result<(), Status> {
        match position {
            Some(position) => self.projection.wait_for(position_from_wire(&position)).await,
            None => Ok(()),
        }
    }

    /// Looks at the shard in a thread where that may take a moment.
    async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Shard) -> Result<T, Status> + Send + 'static,
    ) -> Result<T, Status> {
        let projection = self.projection.clone();
        let looking = tokio::task::spawn_blocking(move || look(&projection.read()));
        looking.await.map_err(|_| refusal(Code::Internal, "QUERY_FAILED", "the query ended unexpectedly"))?
    }

    /// Has a task answer, until the shutdown or until nobody listens any more. What it fails with is the last answer.
    fn stream<T, F>(&self, answer: impl FnOnce(OrganisationQueries, Answers<T>) -> F) -> Response<Stream<T>>
    where
        T: Send + 'static,
        F: Future<Output = Result<(), Status>> + Send + 'static,
    {
        let (answers, stream) = mpsc::channel(QUEUE);
        let (answering, shutdown) = (answer(self.clone(), answers.clone()), self.shutdown.clone());
        tokio::spawn(async move {
            let end = tokio::select! {
                end = answering => end,
                () = shutdown.cancelled() => Err(ending()),
            };
            if let Err(status) = end {
                // Whoever asked may have gone.
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
        self.wait(request.min_position).await?;
        self.look(move |shard| describe::describe(shard, &request.id, asked)).await.map(Response::new)
    }

    type TreeStream = Stream<wire::TreeResponse>;

    async fn tree(&self, request: Request<wire::TreeRequest>) -> Result<Response<Self::TreeStream>, Status> {
        let request = request.into_inner();
        let asked = asked_date("date", &request.date)?;
        self.wait(request.min_position).await?;
        let parts = self.look(move |shard| tree::tree(shard, &request.root, request.depth, asked)).await?;
        Ok(self.stream(|_, answers| async move {
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
        self.wait(request.min_position).await?;
        Ok(self.stream(|queries, answers| revisions::list(queries, request.id, answers)))
    }

    type ListUnresolvedStream = Stream<wire::ListUnresolvedResponse>;

    async fn list_unresolved(
        &self,
        request: Request<wire::ListUnresolvedRequest>,
    ) -> Result<Response<Self::ListUnresolvedStream>, Status> {
        self.wait(request.into_inner().min_position).await?;
        Ok(self.stream(unresolved::list))
    }

    type ListMismatchesStream = Stream<wire::ListMismatchesResponse>;

    async fn list_mismatches(
        &self,
        request: Request<wire::ListMismatchesRequest>,
    ) -> Result<Response<Self::ListMismatchesStream>, Status> {
        let request = request.into_inner();
        self.wait(request.min_position).await?;
        let scope = mismatches::scope(&self.projection.read(), &request)?;
        Ok(self.stream(|queries, answers| mismatches::list(queries, scope, answers)))
    }
}

fn asked_date(field: &str, date: &Option<longhu_proto::google_type::Date>) -> Result<Option<Date>, Status> {
    let date = date.as_ref().map(|date| date_from_wire(field, date)).transpose();
    date.map_err(|violation| invalid(&[violation]))
}

/// The day that is meant when none is given: the greatest business date counted so far; before the first event, the day
/// of the greatest recorded time, in UTC since the core's times have no zone.
fn default_date(shard: &Shard) -> Date {
    let head = shard.head();
    let (seconds, nanos) = head.as_of.parts();
    let recorded = || Timestamp::new(seconds, nanos).map(|time| time.to_zoned(TimeZone::UTC).date());
    head.dates.map_or_else(|| recorded().unwrap_or(Date::MIN), |(_, last)| last)
}

fn not_found(id: &str) -> Status {
    let message =
        format!("neither a unit nor an employee has the id `{id}`; check its spelling, or apply it first");
    refusal(Code::NotFound, "NOT_IN_ORGANISATION", message)
}
