//! Decisions: the register tells what a decision changes, the shard updates placements, and the subscribers
//! do the rest.

use crate::control::Decision;
use crate::fold::shard::Shard;
use crate::fold::shard::dead_letters::Reason;
use crate::register::Effect;
use crate::types::entry::Entry;
use crate::types::pages::{PageError, Pages};
use crate::{Position, Time};

impl Shard {
    /// The id of the backfill that must finish before this decision may be folded.
    pub fn must_wait_for<'a>(&self, decision: &'a Decision) -> Option<&'a str> {
        let mut all = self.subscribers.all().into_iter();
        all.find_map(|subscriber| subscriber.must_wait_for(decision, &self.register))
    }

    /// Folds one decision; see [`Shard::must_wait_for`].
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn decision(
        &mut self,
        pages: &dyn Pages,
        position: Position,
        recorded: Time,
        decision: Decision,
    ) -> Result<(), PageError> {
        let entry = Entry::new(position, recorded);
        self.head.advance(entry);
        for effect in self.register.apply(position, decision) {
            match &effect {
                Effect::Organisation(changes) => self.reorganise(pages, entry, changes)?,
                Effect::Abandoned => self.bury(position, Reason::NoEffect),
                Effect::None | Effect::Bank | Effect::Source(_) | Effect::EventType => {}
                // Only subscribers depend on these; they are told below.
                Effect::Contest(_) | Effect::Targets(_) | Effect::Calendar | Effect::Seal(_) => {}
                // It tells what to send again, and counts nothing.
                Effect::Adoption => {}
            }
            let (mut parts, subscribers) = self.split();
            let mut asks_otherwise = false;
            for subscriber in subscribers.all_mut() {
                asks_otherwise |= subscriber.decided(&effect, entry, &mut parts);
            }
            if asks_otherwise {
                self.note_what_is_asked();
            }
        }
        Ok(())
    }
}
