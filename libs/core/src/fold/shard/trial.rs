//! Trying decisions on a copy of what is running.

use crate::fold::shard::Shard;

impl Shard {
    /// A shard with copies of what is running, for trying decisions. It borrows the journal and the
    /// dossiers of this shard until [`Shard::end_trial`]; reading them changes only which pages are in
    /// memory.
    pub(in crate::fold) fn trial(&mut self) -> Shard {
        Shard {
            subscribers: self.subscribers.running_copies(),
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
