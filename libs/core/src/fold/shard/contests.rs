//! Access to the contests of a shard, and trying decisions on copies of them.

use crate::fold::contest::contests::Contests;
use crate::fold::contest::slot::Slot;
use crate::fold::shard::Shard;
use crate::fold::shard::subscribers::Subscribers;

impl Shard {
    /// All contests.
    pub fn contests(&self) -> &Contests {
        &self.subscribers.contests
    }

    /// The contest of that id, if it was ever defined.
    pub fn contest(&self, id: &str) -> Option<&Slot> {
        self.subscribers.contests.get(id)
    }

    /// Credits of every contest that wait for an unknown unit or employee.
    pub fn held(&self) -> u64 {
        self.subscribers.contests.held()
    }

    /// A shard with copies of the running contests, for trying decisions. It borrows the journal and the
    /// dossiers of this shard until [`Shard::end_trial`]; reading them changes only which pages are in
    /// memory.
    pub(in crate::fold) fn trial(&mut self) -> Shard {
        Shard {
            subscribers: Subscribers { contests: self.subscribers.contests.running_copies() },
            register: self.register.clone(),
            participants: self.participants.clone(),
            sources: self.sources.clone(),
            keys: self.keys.clone(),
            places: self.places.clone(),
            journal: std::mem::take(&mut self.journal),
            dossiers: std::mem::take(&mut self.dossiers),
            asked: self.asked.clone(),
            ..Shard::default()
        }
    }

    /// Takes back the journal and dossiers that [`Shard::trial`] lent.
    pub(in crate::fold) fn end_trial(&mut self, trial: &mut Shard) {
        self.journal = std::mem::take(&mut trial.journal);
        self.dossiers = std::mem::take(&mut trial.dossiers);
    }
}
