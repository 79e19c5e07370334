//! The log folded once more, apart from everything that is served: a shard of its own, from the first entry, with its
//! pages in memory. It shares no state with the read model, and stops exactly at any position that it is asked for, also
//! within a batch.

use longhu_core::Position;
use longhu_core::fold::backfill::PendingBackfill;
use longhu_core::fold::query::statement::{StatementLine, statement};
use longhu_core::fold::shard::Shard;
use longhu_core::types::pages::{MemoryPages, PageError};
use longhu_log::{Checkpoint, Entry, Log, ReadError, ReadFrom, ReadOptions, Reader};

use crate::feed::Old;
use crate::prepared::{FoldError, Folded, Prepared};

/// Changed pages are put away after so many events, which bounds the caches.
const PUT_AWAY_EVENTS: usize = 50_000;

/// Why it ended early.
#[derive(Debug, thiserror::Error)]
pub enum RefoldError {
    /// The log cannot be read.
    #[error("the log cannot be read")]
    Read(#[from] ReadError),
    /// An entry cannot be folded.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// Whoever asked for it has gone.
    #[error("nobody waits for it any more")]
    Unwanted,
}

/// How far it is.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// Where it stands.
    pub position: Position,
    /// Where it will stop.
    pub until: Position,
    /// Events folded, copies included.
    pub events: u64,
    /// The contest that the log is read again for, and how far, in parts per million.
    pub reading_again: Option<(String, u32)>,
}

/// Is told how far it is after each batch; an answer of false ends it.
pub type Watch<'a> = dyn FnMut(Progress) -> bool + Send + 'a;

/// A second fold of the log.
pub struct Refold {
    log: Log,
    shard: Shard,
    pages: MemoryPages,
    /// After the last batch that is folded whole.
    checkpoint: Checkpoint,
    until: Position,
    not_put_away: usize,
}

impl Refold {
    /// Nothing folded yet.
    pub fn new(log: &Log) -> Refold {
        Refold {
            log: log.clone(),
            shard: Shard::default(),
            pages: MemoryPages::default(),
            checkpoint: Checkpoint::START,
            until: Position::default(),
            not_put_away: 0,
        }
    }

    /// What it has folded.
    pub fn shard(&self) -> &Shard {
        &self.shard
    }

    /// A participant's account in a contest.
    ///
    /// # Errors
    /// A page that cannot be read.
    pub fn account(&mut self, contest: &str, participant: &str) -> Result<Vec<StatementLine>, PageError> {
        statement(&mut self.shard, &self.pages, contest, participant)
    }

    /// Folds on through a position that is in the log, and ends what must be read again for it.
    ///
    /// # Errors
    /// [`RefoldError`].
    pub async fn through(&mut self, until: Position, watch: &mut Watch<'_>) -> Result<(), RefoldError> {
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
            self.read_again(waiting, watch).await?;
        }
        self.shard.settle();
        Ok(())
    }

    /// Folds a batch, or the part of it up to where it is to stop.
    async fn batch(&mut self, entry: &Entry, watch: &mut Watch<'_>) -> Result<(), RefoldError> {
        let prepared = Prepared::live(entry)?;
        while let Folded::Held(contest) = prepared.fold(&mut self.shard, &self.pages, self.until)? {
            let waiting = self.shard.waiting().into_iter().find(|waiting| waiting.id == contest);
            if let Some(waiting) = waiting {
                self.read_again(waiting, watch).await?;
            }
        }
        let records = entry.batch.records.len();
        // A reader goes on after a whole batch: one that was folded in part is read again.
        if last_of(entry) <= self.until {
            self.checkpoint = entry.checkpoint();
        }
        self.put_away(records);
        self.tell(None, watch).await
    }

    /// Ends one computation, as the projector's reading again does.
    async fn read_again(
        &mut self,
        waiting: PendingBackfill,
        watch: &mut Watch<'_>,
    ) -> Result<(), RefoldError> {
        let PendingBackfill { id: contest, generation, backfill, .. } = waiting;
        let options = ReadOptions { until: Some(backfill.until.sequence), ..ReadOptions::default() };
        let from = ReadFrom::After(backfill.next_sequence - 1);
        let mut reader = Reader::open(&self.log, from, options).await?;
        while let Some(entry) = reader.next().await? {
            let old = Old { contest: contest.clone(), generation, entry };
            Prepared::old(&old)?.fold(&mut self.shard, &self.pages, self.until)?;
            self.put_away(old.entry.batch.records.len());
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

    /// Tells how far it is, and lets everybody else go first.
    async fn tell(
        &self,
        reading_again: Option<(String, u32)>,
        watch: &mut Watch<'_>,
    ) -> Result<(), RefoldError> {
        let head = self.shard.head();
        let (position, events) = (head.position, head.counters.events);
        let is_wanted = watch(Progress { position, until: self.until, events, reading_again });
        std::thread::yield_now();
        tokio::task::yield_now().await;
        if is_wanted { Ok(()) } else { Err(RefoldError::Unwanted) }
    }
}

/// The last position of a batch; a tick, which has no records, has one too.
pub fn last_of(entry: &Entry) -> Position {
    entry.position((entry.batch.records.len() as u32).saturating_sub(1))
}
