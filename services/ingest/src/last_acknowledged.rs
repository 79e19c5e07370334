//! Notes what this process acknowledges, before it answers: the writers of the slot and of decisions share it.

use std::sync::Arc;

use longhu_core::{Position, Time};
use longhu_log::Hash;

use crate::decisions::Decisions;
use crate::memory::{Acknowledged, Memory};

/// What this process acknowledged last.
pub(crate) struct LastAcknowledged {
    /// `None` if the process was given no folder.
    pub(crate) memory: Option<Memory>,
    pub(crate) decisions: Arc<Decisions>,
}

impl LastAcknowledged {
    /// The batch at `sequence`, with this many entries, is on the broker's disk.
    pub(crate) fn note(&self, sequence: u64, hash: Hash, entries: usize, recorded: Time) {
        let Some(memory) = &self.memory else { return };
        let position = Position::new(sequence, entries.saturating_sub(1) as u32);
        let adoptions = self.decisions.read().register.adoption_count();
        memory.remember(Acknowledged { position, hash, recorded, adoptions });
    }
}
