//! A replay: the log folded once more from its first entry, into a separate shard with its pages in memory.
//! It shares no state with the read model, and stops exactly at the requested position, even within a batch.

use longhu_core::Position;
use longhu_core::fold::backfill::PendingBackfill;
use longhu_core::fold::query::statement::{StatementLine, statement};
use longhu_core::fold::shard::Shard;
use longhu_core::types::pages::{MemoryPages, PageError};
use longhu_log::{Checkpoint, Entry, Log, ReadError, ReadFrom, ReadOptions, Reader};

use crate::fold::apply::{Applied, FoldError, apply};
use crate::input::decoded::{BatchError, DecodedBatch};
use crate::input::work::BackfillBatch;

/// After this many events, changed pages are moved out of the shard's caches, to limit the caches.
const PUT_AWAY_EVENTS: usize = 50_000;

/// Why a replay ended early.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The log cannot be read.
    #[error("the log cannot be read")]
    Read(#[from] ReadError),
    /// An entry cannot be folded.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// The caller has gone.
    #[error("the caller has gone")]
    Unwanted,
}

impl From<BatchError> for ReplayError {
    fn from(error: BatchError) -> ReplayError {
        ReplayError::Fold(error.into())
    }
}

/// The progress of a replay.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    pub position: Position,
    /// The position where it will stop.
    pub until: Position,
    /// Events folded, including duplicates.
    pub events: u64,
    /// The contest that is being backfilled, and its progress in parts per million.
    pub backfill: Option<(String, u32)>,
}

/// Called with the progress after each batch. Returning false ends the replay.
pub type Watch<'a> = dyn FnMut(Progress) -> bool + Send + 'a;

/// A prefix of the log, folded separately.
pub struct LogReplay {
    log: Log,
    shard: Shard,
    pages: MemoryPages,
    /// The checkpoint after the last batch that was folded completely.
    checkpoint: Checkpoint,
    until: Position,
    not_put_away: usize,
}

impl LogReplay {
    /// A replay that has folded nothing yet.
    pub fn new(log: &Log) -> LogReplay {
        LogReplay {
            log: log.clone(),
            shard: Shard::default(),
            pages: MemoryPages::default(),
            checkpoint: Checkpoint::START,
            until: Position::default(),
            not_put_away: 0,
        }
    }

    pub fn shard(&self) -> &Shard {
        &self.shard
    }

    /// The statement of a participant in a contest.
    ///
    /// # Errors
    /// A page that cannot be read.
    pub fn account(&mut self, contest: &str, participant: &str) -> Result<Vec<StatementLine>, PageError> {
        statement(&mut self.shard, &self.pages, contest, participant)
    }

    /// Continues up to and including a position that is in the log, and finishes every backfill that this
    /// starts.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub async fn through(&mut self, until: Position, watch: &mut Watch<'_>) -> Result<(), ReplayError> {
        self.until = until;
        if until.sequence > self.checkpoint.sequence {
            let from = match self.checkpoint.sequence {
                0 => ReadFrom::Start,
                _ => ReadFrom::Checkpoint(self.checkpoint),
            };
            let options = ReadOptions { until: Some(until.sequence), ..ReadOptions::default() };
            let mut reader = Reader::open(&self.log, from, options).await?;
            while let Some(entry) = reader.next().await? {
                self.batch(&entry, watch).await?;
            }
        }
        while let Some(waiting) = self.shard.waiting().into_iter().next() {
            self.backfill(waiting, watch).await?;
        }
        self.shard.settle();
        Ok(())
    }

    /// Folds a batch, or the part of it up to the position where the replay stops.
    async fn batch(&mut self, entry: &Entry, watch: &mut Watch<'_>) -> Result<(), ReplayError> {
        let batch = DecodedBatch::live(entry)?;
        while let Applied::Held(contest) = apply(&batch, &mut self.shard, &self.pages, self.until)? {
            let waiting = self.shard.waiting().into_iter().find(|waiting| waiting.id == contest);
            if let Some(waiting) = waiting {
                self.backfill(waiting, watch).await?;
            }
        }
        let records = entry.batch.records.len();
        // A reader continues after a whole batch, so a batch that was folded in part is read once more.
        if last_of(entry) <= self.until {
            self.checkpoint = entry.checkpoint();
        }
        self.put_away(records);
        self.tell(None, watch).await
    }

    /// Runs one backfill to its end, as `fold/backfill` does for the read model.
    async fn backfill(&mut self, waiting: PendingBackfill, watch: &mut Watch<'_>) -> Result<(), ReplayError> {
        let PendingBackfill { id: contest, generation, backfill, .. } = waiting;
        let options = ReadOptions { until: Some(backfill.until.sequence), ..ReadOptions::default() };
        let from = ReadFrom::After(backfill.next_sequence - 1);
        let mut reader = Reader::open(&self.log, from, options).await?;
        while let Some(entry) = reader.next().await? {
            let batch = BackfillBatch { contest: contest.clone(), generation, entry };
            apply(&DecodedBatch::backfill(&batch)?, &mut self.shard, &self.pages, self.until)?;
            self.put_away(batch.entry.batch.records.len());
            let ppm = self.shard.computing(&contest, generation).map_or(1_000_000, |it| it.progress_ppm());
            self.tell(Some((contest.clone(), ppm)), watch).await?;
        }
        Ok(())
    }

    fn put_away(&mut self, events: usize) {
        self.not_put_away += events;
        if self.not_put_away >= PUT_AWAY_EVENTS {
            self.pages.commit(self.shard.take_dirty());
            self.not_put_away = 0;
        }
    }

    /// Reports the progress, and yields to other work.
    async fn tell(&self, backfill: Option<(String, u32)>, watch: &mut Watch<'_>) -> Result<(), ReplayError> {
        let head = self.shard.head();
        let (position, events) = (head.position, head.counters.events);
        let is_wanted = watch(Progress { position, until: self.until, events, backfill });
        std::thread::yield_now();
        tokio::task::yield_now().await;
        if is_wanted { Ok(()) } else { Err(ReplayError::Unwanted) }
    }
}

/// The last position of a batch. A tick, which has no records, has one too.
pub fn last_of(entry: &Entry) -> Position {
    entry.position((entry.batch.records.len() as u32).saturating_sub(1))
}
