//! The fold's thread: the only writer of the shard. It folds waiting batches, a limited number of events per
//! lock, publishes the position, and about once a second hands over changed pages for committing. While it is
//! far behind in the log, it leaves ranks and digests to the first reader (see `projection`). If a seal must
//! wait for a backfill, live batches are held back: the seal is not folded early, and nothing is folded
//! before it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use longhu_core::Position;
use longhu_core::fold::shard::Shard;
use longhu_log::{Checkpoint, Entry, Kind};
use tokio::sync::broadcast;
use tokio::sync::mpsc::Sender;

use crate::fold::apply::{Applied, FoldError, apply};
use crate::fold::page_store::PageStore;
use crate::fold::projection::{Projection, Published};
use crate::fold::swap::Swap;
use crate::input::decoded::{BatchError, DecodedBatch};
use crate::input::inbox::{Inbox, Waited};
use crate::input::work::Work;

/// Events folded per lock when the projector keeps up: about a millisecond.
const CHUNK_EVENTS: usize = 1_000;
/// Events folded per lock when it lags: longer pauses for readers, about 0.2 s, but fewer settles.
const CATCH_UP_EVENTS: usize = 64_000;
/// It lags if more batches than this are waiting in the inbox.
const LAG_BATCHES: usize = 4;
/// If more batches than this are left in the log, ranks are settled only when somebody asks, because few ask
/// for the past.
const FAR_BEHIND_BATCHES: u64 = 64;
/// After this many events ranks are settled even if nobody asks, to limit the work of the next settle.
const UNSETTLED_EVENTS: usize = 4_000_000;
/// How often a commit is due, if anything changed.
const COMMIT_EVERY: Duration = Duration::from_secs(1);
/// A commit is also due after this many events, to limit what it has to write and what a crash makes
/// necessary to fold again.
const COMMIT_EVENTS: usize = 100_000;
/// When to try a due commit again if the previous one has not finished.
const COMMIT_AGAIN: Duration = Duration::from_millis(5);

/// Asks the committer to commit the pages that were handed over, with this checkpoint.
pub struct CommitRequest(pub Checkpoint);

/// A live batch that stopped before one of its decisions, and the contest whose backfill the decision waits
/// for. The shard's position tells which decision it is.
struct Held {
    entry: Entry,
    contest: String,
}

/// The fold's thread.
pub struct FoldThread {
    projection: Arc<Projection>,
    pages: Arc<PageStore>,
    inbox: Inbox,
    held: Option<Held>,
    commits: Sender<CommitRequest>,
    swaps: broadcast::Sender<Swap>,
    /// The checkpoint after the last live batch.
    checkpoint: Checkpoint,
    /// When the last commit was handed over; at first, the start.
    committed_at: Instant,
    /// Whether anything was committed since the start. The first commit is due as soon as the end of the log
    /// is reached. Otherwise a projector that is killed again and again would have more to fold each time.
    has_committed: bool,
    uncommitted_events: usize,
    /// Events folded since this thread last settled ranks and digests.
    unsettled_events: usize,
    is_changed: bool,
}

impl FoldThread {
    /// A thread that folds into `projection` from `checkpoint` on. It requests one commit at a time through
    /// `commits`, and reports every backfill that ends to `swaps`.
    pub fn new(
        projection: Arc<Projection>,
        inbox: Inbox,
        commits: Sender<CommitRequest>,
        swaps: broadcast::Sender<Swap>,
        checkpoint: Checkpoint,
    ) -> FoldThread {
        FoldThread {
            pages: projection.pages().clone(),
            projection,
            inbox,
            held: None,
            commits,
            swaps,
            checkpoint,
            committed_at: Instant::now(),
            has_committed: false,
            uncommitted_events: 0,
            unsettled_events: 0,
            is_changed: false,
        }
    }

    /// Folds until the work ends, then hands over a last checkpoint.
    ///
    /// # Errors
    /// [`FoldError`]; the projector stops.
    pub fn run(mut self) -> Result<(), FoldError> {
        while let Some(chunk) = self.next_chunk() {
            if !chunk.is_empty() {
                self.fold(chunk)?;
            }
            self.commit_when_due();
        }
        self.commit_last();
        Ok(())
    }

    /// What to fold next, which may be empty; `None` at the end.
    fn next_chunk(&mut self) -> Option<Vec<Work>> {
        if let Some(held) = self.held.take() {
            if !self.is_backfilling(&held.contest) {
                return Some(vec![Work::Live(held.entry)]);
            }
            self.held = Some(held);
        }
        let holds_live = self.held.is_some();
        let patience = self
            .is_changed
            .then(|| COMMIT_EVERY.saturating_sub(self.committed_at.elapsed()).max(COMMIT_AGAIN));
        match self.inbox.wait(holds_live, patience) {
            Waited::Ended => return None,
            Waited::TimeIsUp => return Some(Vec::new()),
            Waited::Ready => {}
        }
        while let Some(task) = self.inbox.task() {
            self.projection.run(|shard| task(shard, &*self.pages));
            self.is_changed = true;
        }
        let lags = self.inbox.waiting(holds_live) > LAG_BATCHES;
        Some(self.inbox.take(if lags { CATCH_UP_EVENTS } else { CHUNK_EVENTS }, holds_live))
    }

    fn is_backfilling(&self, contest: &str) -> bool {
        self.projection
            .read_counts()
            .subscribers()
            .contest(contest)
            .is_some_and(|served| served.next.is_some())
    }

    fn fold(&mut self, mut chunk: Vec<Work>) -> Result<(), FoldError> {
        let decoded = decode(&chunk)?;
        decoded.iter().try_for_each(|batch| batch.check_bank(self.projection.bank()))?;
        let events = chunk.iter().map(Work::size).sum::<usize>();
        self.unsettled_events += events;
        let before = self.projection.published();
        let settles =
            self.unsettled_events >= UNSETTLED_EVENTS || !may_leave_ranks(&chunk, before.lag_batches);
        let done = self.projection.fold(
            settles,
            |shard| fold_all(&decoded, shard, &self.pages),
            |shard, done| {
                let last = done.as_ref().ok().and_then(|done| done.last);
                Published {
                    position: shard.head().position,
                    adoptions: shard.register().adoption_count(),
                    checkpoint: last.map_or(before.checkpoint, |(checkpoint, _)| checkpoint),
                    lag_batches: last.map_or(before.lag_batches, |(_, pending)| pending),
                }
            },
        )?;
        drop(decoded);
        self.uncommitted_events += events;
        if settles {
            self.unsettled_events = 0;
        }
        self.checkpoint = done.last.map_or(self.checkpoint, |(checkpoint, _)| checkpoint);
        self.is_changed = true;
        // There may be no listeners.
        done.swaps.into_iter().for_each(|swap| drop(self.swaps.send(swap)));
        if let Some((at, contest)) = done.held
            && let Work::Live(entry) = chunk.swap_remove(at)
        {
            tracing::info!(
                contest,
                sequence = entry.sequence,
                "a seal waits until the backfill of its contest has ended"
            );
            self.held = Some(Held { entry, contest });
        }
        Ok(())
    }

    fn commit_when_due(&mut self) {
        let is_first = !self.has_committed && self.projection.published().lag_batches == 0;
        let is_due = is_first
            || self.committed_at.elapsed() >= COMMIT_EVERY
            || self.uncommitted_events >= COMMIT_EVENTS;
        if self.is_changed && is_due {
            self.commit();
        }
    }

    /// Hands over changed pages, unless the previous commit has not finished.
    fn commit(&mut self) {
        if !self.pages.is_idle() {
            return;
        }
        self.projection.hand_over();
        if self.commits.blocking_send(CommitRequest(self.checkpoint)).is_ok() {
            self.committed_at = Instant::now();
            self.has_committed = true;
            self.uncommitted_events = 0;
            self.is_changed = false;
        }
    }

    /// Commits the rest, after the previous commit has finished. Gives up if the committer has ended.
    fn commit_last(&mut self) {
        while self.is_changed && !self.commits.is_closed() {
            self.commit();
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Whether ranks may be left to readers after a chunk: much of the log is left, and the chunk has no
/// decision, because a decision could change every row.
fn may_leave_ranks(chunk: &[Work], lag_batches: u64) -> bool {
    let live =
        || chunk.iter().filter_map(|work| if let Work::Live(entry) = work { Some(entry) } else { None });
    let is_far_behind = live().next_back().map_or(lag_batches, |entry| entry.pending) > FAR_BEHIND_BATCHES;
    is_far_behind && live().all(|entry| entry.batch.header.kind != Kind::Control)
}

/// The outcome of a chunk.
#[derive(Default)]
struct Done {
    /// The checkpoint after the last live batch, and the number of batches waiting behind it.
    last: Option<(Checkpoint, u64)>,
    swaps: Vec<Swap>,
    /// The live batch that stopped, by its index in the chunk, and the contest it waits for. No live batch
    /// follows it.
    held: Option<(usize, String)>,
}

/// Decodes a chunk. A large chunk is decoded by two threads, half each.
fn decode(chunk: &[Work]) -> Result<Vec<DecodedBatch<'_>>, BatchError> {
    let all = |some| <[Work]>::iter(some).map(DecodedBatch::of).collect::<Result<Vec<_>, _>>();
    if chunk.iter().map(Work::size).sum::<usize>() <= CHUNK_EVENTS || chunk.len() < 2 {
        return all(chunk);
    }
    let (first, last) = chunk.split_at(chunk.len() / 2);
    let (first, last) = std::thread::scope(|scope| {
        let last = scope.spawn(|| all(last));
        (all(first), last.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let mut decoded = first?;
    decoded.extend(last?);
    Ok(decoded)
}

fn fold_all(batches: &[DecodedBatch], shard: &mut Shard, pages: &PageStore) -> Result<Done, FoldError> {
    let mut done = Done::default();
    for (at, batch) in batches.iter().enumerate() {
        let applied = apply(batch, shard, pages, Position::new(u64::MAX, u32::MAX))?;
        match (applied, batch) {
            (Applied::Held(contest), _) => done.held = Some((at, contest)),
            (Applied::Swapped(swap), _) => done.swaps.push(swap),
            (Applied::Whole, DecodedBatch::Live(entry, _)) => {
                done.last = Some((entry.checkpoint(), entry.pending));
            }
            (Applied::Whole, DecodedBatch::Backfill(..)) => {}
        }
    }
    Ok(done)
}
