//! A search through everything that the shard has kept, a slice at a time on the fold's thread, so that events are folded
//! between two slices. This module drives a search and tells the caller how far it is; what is searched for is in the
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

/// Where the answers of one call go.
pub type Answers<T> = mpsc::Sender<Result<T, Status>>;

/// What one slice looks at. It takes some ten milliseconds, for names alone or for entries whose pages are not in memory.
const SLICE: Slice = Slice { names: 20_000, entries: 2_000 };
/// Between two messages of progress.
const TELL_EVERY: Duration = Duration::from_millis(200);
/// Finds in a message.
const FOUND: usize = 500;

/// Something that is searched for.
pub trait Search: Send + Sized + 'static {
    /// One find.
    type Found: Send + 'static;
    /// The message that it is told in.
    type Told: Send + 'static;

    /// Searches on by one slice.
    fn slice(
        &mut self,
        shard: &mut Shard,
        pages: &dyn Pages,
        slice: Slice,
    ) -> Result<Vec<Self::Found>, PageError>;

    /// How far it is, and whether it has ended.
    fn scan(&self) -> (&JournalScan, bool);

    /// Says how far it is.
    fn progress(progress: wire::SearchProgress) -> Self::Told;

    /// Says what was found.
    fn page(found: Vec<Self::Found>) -> Self::Told;

    /// Says that it has ended.
    fn result(&self, result: wire::SearchResult) -> Self::Told;
}

/// Runs searches: one slice of one search at a time, so that several searches take turns.
#[derive(Clone)]
pub struct Searches {
    tasks: ShardTasks,
    turn: Arc<Semaphore>,
}

impl Searches {
    pub fn new(tasks: ShardTasks) -> Searches {
        Searches { tasks, turn: Arc::new(Semaphore::new(1)) }
    }

    /// Searches to the end, and tells what it finds on the way.
    ///
    /// # Errors
    /// What the fold's thread or the read model says.
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
                // A message that finds the queue full is dropped: the next one says more.
                drop(answers.try_send(Ok(S::progress(progress))));
            }
            if answers.is_closed() {
                return Ok(());
            }
        }
    }

    /// Searches on by one slice. The turn is given back before anything is told, so that the next search can go on.
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
