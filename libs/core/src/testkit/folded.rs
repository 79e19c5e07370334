//! A shard with its pages, which folds a log as a projector does: contests that wait are read again from the
//! log, and a restart writes the pages and continues from them.

use crate::control::Decision;
use crate::fold::shard::Shard;
use crate::oracle::{Entry, Logged};
use crate::types::pages::{MemoryPages, PageError};

/// A shard and the pages it wrote.
#[derive(Default)]
pub struct Folded {
    /// The shard after what was folded so far.
    pub shard: Shard,
    /// The pages of its last restart.
    pub pages: MemoryPages,
}

impl Folded {
    /// Folds one more entry. `log` is everything up to and including it; if a seal must wait, contests are
    /// read again from `log`.
    ///
    /// # Errors
    ///
    /// A page that cannot be read.
    pub fn fold(&mut self, log: &[Logged]) -> Result<(), PageError> {
        let Some((logged, before)) = log.split_last() else { return Ok(()) };
        match &logged.entry {
            Entry::Event(event) => self.shard.event(&self.pages, logged.position, logged.recorded, event),
            Entry::Decision(decision) => self.decide(decision, logged, before),
            Entry::Tick => {
                self.shard.advance(logged.position, logged.recorded);
                Ok(())
            }
        }
    }

    fn decide(&mut self, decision: &Decision, logged: &Logged, before: &[Logged]) -> Result<(), PageError> {
        if self.shard.must_wait_for(decision).is_some() {
            self.read_again(before)?;
        }
        self.shard.decision(&self.pages, logged.position, logged.recorded, decision.clone())
    }

    /// Reads every waiting contest from the log, and settles.
    ///
    /// # Errors
    ///
    /// A page that cannot be read.
    pub fn settle(&mut self, log: &[Logged]) -> Result<(), PageError> {
        self.read_again(log)?;
        self.shard.settle();
        Ok(())
    }

    fn read_again(&mut self, log: &[Logged]) -> Result<(), PageError> {
        for waiting in self.shard.waiting() {
            for logged in log {
                if let Entry::Event(event) = &logged.entry {
                    let (position, recorded) = (logged.position, logged.recorded);
                    self.shard.backfill_event(&self.pages, &waiting.id, position, recorded, event)?;
                }
            }
            let until = waiting.backfill.until.sequence;
            self.shard.backfilled_through(&waiting.id, waiting.generation, until);
        }
        Ok(())
    }

    /// Ends the process and continues from its pages in another.
    ///
    /// # Errors
    ///
    /// A page that cannot be read.
    pub fn restart(&mut self) -> Result<(), PageError> {
        let dirty = self.shard.take_dirty();
        self.pages.commit(dirty);
        self.shard = Shard::restore(&self.pages)?;
        Ok(())
    }
}
