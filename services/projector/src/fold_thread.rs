//! The fold's own thread: the only writer of the shard. It folds what waits, a bounded number of events under the lock
//! at a time, publishes, and hands changed pages over for committing about once a second.

use std::sync::Arc;
use std::time::{Duration, Instant};

use longhu_core::Position;
use longhu_core::control::Decision;
use longhu_core::event::Event;
use longhu_core::fold::shard::Shard;
use longhu_core::pages::PageError;
use longhu_log::{Checkpoint, Entry, Kind};
use longhu_proto::{DecodeError, control, stored_event};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{Receiver, Sender};

use crate::cold::Cold;
use crate::feed::Work;
use crate::projection::{Projection, Published};

/// Events folded under one lock when the projector keeps up: about a millisecond.
const CHUNK_EVENTS: usize = 1_000;
/// Events folded under one lock when it lags: longer pauses, fewer settles.
const CATCH_UP_EVENTS: usize = 16_000;
/// A commit is due after so long, if anything changed.
const COMMIT_EVERY: Duration = Duration::from_secs(1);
/// A commit is due after so many events.
const COMMIT_EVENTS: usize = 100_000;

/// Why the fold stopped.
#[derive(Debug, thiserror::Error)]
pub enum FoldError {
    /// An entry cannot be read. It is never passed over.
    #[error("the entry at {position} cannot be folded")]
    Entry {
        /// Where it is.
        position: Position,
        /// Why.
        source: DecodeError,
    },
    /// A page of the read model cannot be read.
    #[error("the read model cannot be read; rebuild it from the log with `--rebuild`")]
    Page(#[from] PageError),
}

/// A checkpoint to commit, after its pages were handed over.
pub struct CommitOrder(pub Checkpoint);

/// The fold's thread.
pub struct FoldThread {
    pub projection: Arc<Projection>,
    /// The pages behind the shard, and the way to the store.
    pub cold: Arc<Cold>,
    pub work: Receiver<Work>,
    /// Orders for the committer, one at a time.
    pub commits: Sender<CommitOrder>,
    /// Where the last live batch left the log.
    pub checkpoint: Checkpoint,
    pub committed_at: Instant,
    pub uncommitted_events: usize,
    pub is_changed: bool,
}

impl FoldThread {
    /// Folds until the work ends, then hands a last checkpoint over.
    ///
    /// # Errors
    /// [`FoldError`]; the projector halts on it.
    pub fn run(mut self) -> Result<(), FoldError> {
        let mut waiting: Option<Work> = None;
        loop {
            let first = match waiting.take() {
                Some(work) => work,
                None => match self.next_work() {
                    Some(work) => work,
                    None => break,
                },
            };
            let mut chunk = vec![first];
            let limit = if self.work.len() > 4 { CATCH_UP_EVENTS } else { CHUNK_EVENTS };
            let mut events = size(&chunk[0]);
            while events < limit {
                match self.work.try_recv() {
                    Ok(work) if events + size(&work) > limit => {
                        waiting = Some(work);
                        break;
                    }
                    Ok(work) => {
                        events += size(&work);
                        chunk.push(work);
                    }
                    Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
                }
            }
            self.fold(chunk)?;
            self.commit_when_due();
        }
        self.commit_last();
        Ok(())
    }

    /// The next piece of work; commits meanwhile when the log is quiet.
    fn next_work(&mut self) -> Option<Work> {
        loop {
            match self.work.try_recv() {
                Ok(work) => return Some(work),
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) if !self.is_changed => return self.work.blocking_recv(),
                Err(TryRecvError::Empty) => {
                    self.commit_when_due();
                    std::thread::park_timeout(Duration::from_millis(1));
                }
            }
        }
    }

    fn fold(&mut self, chunk: Vec<Work>) -> Result<(), FoldError> {
        let mut prepared = Vec::with_capacity(chunk.len());
        for work in &chunk {
            prepared.push(Prepared::of(work)?);
        }
        let last_live = chunk.iter().rev().find_map(|work| match work {
            Work::Live(entry) => Some((entry.checkpoint(), entry.pending)),
            Work::Old { .. } => None,
        });
        let (checkpoint, before) = (last_live.map(|(checkpoint, _)| checkpoint), self.projection.published());
        let cold = self.cold.clone();
        let folded = self.projection.write(
            |shard| {
                let folded = prepared.iter().try_for_each(|prepared| prepared.fold(shard, &cold));
                shard.settle();
                folded
            },
            |shard| Published {
                position: shard.head().position,
                running_hash: checkpoint.map_or(before.running_hash, |checkpoint| checkpoint.running_hash),
                lag_batches: last_live.map_or(before.lag_batches, |(_, pending)| pending),
            },
        );
        folded?;
        self.uncommitted_events += chunk.iter().map(size).sum::<usize>();
        self.checkpoint = checkpoint.unwrap_or(self.checkpoint);
        self.is_changed = true;
        Ok(())
    }

    fn commit_when_due(&mut self) {
        let is_due = self.committed_at.elapsed() >= COMMIT_EVERY || self.uncommitted_events >= COMMIT_EVENTS;
        if self.is_changed && is_due {
            self.commit();
        }
    }

    /// Hands changed pages over, unless the commit before is still under way.
    fn commit(&mut self) {
        if !self.cold.is_idle() {
            return;
        }
        let published = self.projection.published();
        self.projection.write(|shard| self.cold.hand_over(shard.take_dirty()), |_| published);
        if self.commits.blocking_send(CommitOrder(self.checkpoint)).is_ok() {
            self.committed_at = Instant::now();
            self.uncommitted_events = 0;
            self.is_changed = false;
        }
    }

    /// Commits what is left, after the commit before has ended; gives up when the committer has.
    fn commit_last(&mut self) {
        while self.is_changed && !self.commits.is_closed() {
            self.commit();
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

fn size(work: &Work) -> usize {
    match work {
        Work::Live(entry) | Work::Old { entry, .. } => entry.batch.records.len().max(1),
    }
}

/// A batch whose records are decoded, so that the lock is held for folding only.
enum Prepared<'a> {
    Events { entry: &'a Entry, events: Vec<Event<'a>>, again: Option<(&'a str, u64)> },
    Decisions { entry: &'a Entry, decisions: Vec<Decision> },
    Nothing { entry: &'a Entry, again: Option<(&'a str, u64)> },
}

impl<'a> Prepared<'a> {
    fn of(work: &'a Work) -> Result<Prepared<'a>, FoldError> {
        let (entry, again) = match work {
            Work::Live(entry) => (entry, None),
            Work::Old { contest, generation, entry } => (entry, Some((contest.as_str(), *generation))),
        };
        let at = |index: usize| Position::new(entry.sequence, index as u32);
        let records = entry.batch.records.iter().enumerate();
        match entry.batch.header.kind {
            Kind::Events => {
                let decode = |(index, record): (usize, &'a _)| {
                    let record: &'a [u8] = AsRef::<[u8]>::as_ref(record);
                    stored_event::decode(record)
                        .map_err(|source| FoldError::Entry { position: at(index), source })
                };
                Ok(Prepared::Events { entry, events: records.map(decode).collect::<Result<_, _>>()?, again })
            }
            Kind::Control if again.is_none() => {
                let decode = |(index, record): (usize, &'a _)| {
                    let record: &'a [u8] = AsRef::<[u8]>::as_ref(record);
                    control::decode(record).map_err(|source| FoldError::Entry { position: at(index), source })
                };
                Ok(Prepared::Decisions { entry, decisions: records.map(decode).collect::<Result<_, _>>()? })
            }
            Kind::Control | Kind::Tick => Ok(Prepared::Nothing { entry, again }),
        }
    }

    fn fold(&self, shard: &mut Shard, cold: &Cold) -> Result<(), FoldError> {
        match self {
            Prepared::Events { entry, events, again } => {
                let recorded = entry.batch.header.recorded_time;
                for (index, event) in events.iter().enumerate() {
                    let position = Position::new(entry.sequence, index as u32);
                    match again {
                        None => shard.event(cold, position, recorded, event)?,
                        Some((contest, _)) => shard.refold_event(cold, contest, position, recorded, event)?,
                    }
                }
                if let Some((contest, generation)) = again {
                    shard.refolded_through(contest, *generation, entry.sequence);
                }
            }
            Prepared::Decisions { entry, decisions } => {
                for (index, decision) in decisions.iter().enumerate() {
                    let position = Position::new(entry.sequence, index as u32);
                    shard.decision(position, entry.batch.header.recorded_time, decision.clone());
                }
            }
            Prepared::Nothing { entry, again: None } => {
                shard.advance(Position::new(entry.sequence, 0), entry.batch.header.recorded_time);
            }
            Prepared::Nothing { entry, again: Some((contest, generation)) } => {
                shard.refolded_through(contest, *generation, entry.sequence);
            }
        }
        Ok(())
    }
}
