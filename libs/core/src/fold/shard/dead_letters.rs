//! Dead letters: entries that have no effect, each with the reason. The list is bounded and meant for
//! operations; the count is complete, and the entries themselves stay in the log.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::Position;
use crate::types::damage::Damage;
use crate::types::page_bounds::PageBounds;
use crate::types::pages::{DirtyPages, PageError, Pages, decode};
use crate::types::prefix::Prefix;

/// How many of the latest dead letters are listed.
pub const LISTED_MAX: usize = 1_000;

/// Why an entry has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// It is a reversal of itself.
    ReversalOfItself,
    /// It is a reversal of a reversal.
    ReversalOfReversal,
    /// It is a reversal that waited for its original, which turned out to be a reversal.
    WaitedForReversal,
    /// It closes a change set that is incomplete, seals a contest that was never defined, or is a seal inside
    /// a change set.
    NoEffect,
}

impl Reason {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Reason::ReversalOfItself => "SELF_REVERSAL",
            Reason::ReversalOfReversal => "REVERSAL_OF_REVERSAL",
            Reason::WaitedForReversal => "WAITED_FOR_REVERSAL",
            Reason::NoEffect => "DECISION_WITHOUT_EFFECT",
        }
    }
}

/// An entry that has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// Where it is.
    pub position: Position,
    /// Why.
    pub reason: Reason,
}

/// The latest dead letters.
#[derive(Clone, Debug, Default)]
pub struct DeadLetters {
    latest: VecDeque<DeadLetter>,
    is_dirty: bool,
}

impl DeadLetters {
    /// Adds one. The oldest is dropped when there are too many.
    pub(crate) fn add(&mut self, position: Position, reason: Reason) {
        if self.latest.len() == LISTED_MAX {
            self.latest.pop_front();
        }
        self.latest.push_back(DeadLetter { position, reason });
        self.is_dirty = true;
    }

    /// The latest [`LISTED_MAX`], oldest first.
    pub fn latest(&self) -> impl Iterator<Item = DeadLetter> + '_ {
        self.latest.iter().copied()
    }

    /// Stores the list if it changed.
    pub(crate) fn take_dirty(&mut self, pages: &mut DirtyPages) {
        if std::mem::take(&mut self.is_dirty) {
            pages.push((Prefix::DeadLetters.key(&[]), postcard::to_allocvec(&self.latest).ok()));
        }
    }

    /// Restores the list.
    pub(crate) fn restore(limits: &PageBounds, pages: &dyn Pages) -> Result<DeadLetters, PageError> {
        let key = Prefix::DeadLetters.key(&[]);
        let Some(page) = pages.load(&key)? else { return Ok(DeadLetters::default()) };
        let latest: VecDeque<DeadLetter> = decode(&key, &page)?;
        if latest.len() > LISTED_MAX {
            let (what, held, most) = ("dead letters", latest.len(), LISTED_MAX);
            return Err(PageError::damaged(&key, Damage::Overfull { what, held, most }));
        }
        let of_log = latest.iter().try_for_each(|letter| limits.position(letter.position));
        of_log.map_err(|damage| PageError::damaged(&key, damage))?;
        Ok(DeadLetters { latest, is_dirty: false })
    }
}
