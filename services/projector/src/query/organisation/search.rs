//! A search through everything the shard has stored, in slices on the fold's thread, so that events are
//! folded in between. This module runs searches and reports their progress; what is searched for is in the
//! modules beside it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use longhu_core::Position;
use longhu_core::fold::head::Head;
use longhu_core::fold::query::journal_scan::{JournalScan, Slice};
use longhu_core::fold::shard::Shard;
use longhu_core::types::pages::{PageError, Pages};
use longhu_proto::scalar::{position_to_wire, time_to_wire};
use longhu_proto::wire::organisation::v1 as wire;
use tokio::sync::{Semaphore, mpsc};
use tonic::Status;

use crate::input::shard_tasks::{ShardTasks, ending};
use crate::query::refusals::read_model_unreadable;

/// The channel for the answers of one call.
pub type Answers<T> = mpsc::Sender<Result<T, Status>>;

/// The size of a slice. It takes some ten milliseconds, whether for names alone or for entries whose pages
/// are not in memory.
const SLICE: Slice = Slice { names: 20_000, entries: 2_000 };
/// The time between two progress messages.
const TELL_EVERY: Duration = Duration::from_millis(200);
/// The most finds in a message.
const FOUND: usize = 500;

/// A kind of search.
pub trait Search: Send + Sized + 'static {
    /// One find.
    type Found: Send + 'static;
    /// The message type of the answers.
    type Told: Send + 'static;

    /// Searches one more slice.
    fn slice(
        &mut self,
        shard: &mut Shard,
        pages: &dyn Pages,
        slice: Slice,
    ) -> Result<Vec<Self::Found>, PageError>;

    /// The progress, and whether the search has ended.
    fn scan(&self) -> (&JournalScan, bool);

    /// The message for its progress.
    fn progress(progress: wire::SearchProgress) -> Self::Told;

    /// The message for finds.
    fn page(found: Vec<Self::Found>) -> Self::Told;

    /// The message for its end.
    fn result(&self, result: wire::SearchResult) -> Self::Told;
}

/// Runs searches. Only one slice of one search runs at a time, so several searches take turns.
#[derive(Clone)]
pub struct Searches {
    tasks: ShardTasks,
    turn: Arc<Semaphore>,
}

impl Searches {
    pub fn new(tasks: ShardTasks) -> Searches {
        Searches { tasks, turn: Arc::new(Semaphore::new(1)) }
    }

    /// Runs a search to its end, and sends what it finds.
    ///
    /// # Errors
    /// Errors of the fold's thread or the read model.
    pub async fn run<S: Search>(self, mut search: S, answers: Answers<S::Told>) -> Result<(), Status> {
        let (mut begun, mut told) = (None::<Head>, Instant::now());
        loop {
            let (head, found);
            (head, found, search) = self.slice(search).await?;
            let begun = begun.get_or_insert(head);
            let mut found = found.map_err(|error| read_model_unreadable(&error))?.into_iter();
            loop {
                let page: Vec<S::Found> = found.by_ref().take(FOUND).collect();
                if page.is_empty() {
                    break;
                }
                if answers.send(Ok(S::page(page))).await.is_err() {
                    return Ok(());
                }
            }
            let (scan, is_done) = search.scan();
            if is_done {
                let result = search.result(result(begun, head.position));
                // The caller may have gone.
                drop(answers.send(Ok(result)).await);
                return Ok(());
            }
            if told.elapsed() >= TELL_EVERY {
                told = Instant::now();
                let (names, total_names) = (scan.names(), scan.total_names());
                let progress = wire::SearchProgress { names, total_names, entries: scan.entries() };
                // If the queue is full, the message is dropped; the next one replaces it.
                drop(answers.try_send(Ok(S::progress(progress))));
            }
            if answers.is_closed() {
                return Ok(());
            }
        }
    }

    /// Searches one more slice. The turn is given up before anything is sent, so that the next search can
    /// continue.
    async fn slice<S: Search>(
        &self,
        mut search: S,
    ) -> Result<(Head, Result<Vec<S::Found>, PageError>, S), Status> {
        let _turn = self.turn.acquire().await.map_err(|_| ending())?;
        let slice = move |shard: &mut Shard, pages: &dyn Pages| {
            let found = search.slice(shard, pages, SLICE);
            (*shard.head(), found, search)
        };
        self.tasks.run(slice).await
    }
}

fn result(begun: &Head, until: Position) -> wire::SearchResult {
    wire::SearchResult {
        position: Some(position_to_wire(begun.position)),
        until_position: Some(position_to_wire(until)),
        as_of_time: Some(time_to_wire(begun.as_of)),
    }
}
