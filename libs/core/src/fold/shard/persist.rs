//! What is stored of a shard at a checkpoint, and how it is restored.

use crate::fold::head::Head;
use crate::fold::journal::Journal;
use crate::fold::journal::pending_reversals::PendingReversals;
use crate::fold::placement::places::Places;
use crate::fold::shard::Shard;
use crate::fold::shard::dead_letters::DeadLetters;
use crate::fold::subscribers::Subscribers;
use crate::identity::Identities;
use crate::register::Register;
use crate::types::names::Names;
use crate::types::page_bounds::PageBounds;
use crate::types::pages::{DirtyPages, PageError, Pages, decode};
use crate::types::prefix::Prefix;

impl Shard {
    /// The pages that changed since the last call. Together with the position of [`Shard::head`] they are a checkpoint.
    pub fn take_dirty(&mut self) -> DirtyPages {
        let mut pages = DirtyPages::new();
        let bounds = self.bounds();
        self.journal.note_limits(bounds);
        self.register.take_dirty(&mut pages);
        self.participants.take_dirty(Prefix::Participants.bytes(), &mut pages);
        self.sources.take_dirty(Prefix::Sources.bytes(), &mut pages);
        self.keys.take_dirty(Prefix::Keys.bytes(), &mut pages);
        self.identities.take_dirty(&mut pages);
        self.journal.take_dirty(&mut pages);
        self.dossiers.take_dirty(&mut pages);
        self.pending_reversals.take_dirty(&mut pages);
        self.places.take_dirty(&mut pages);
        self.dead_letters.take_dirty(&mut pages);
        for subscriber in self.subscribers.all_mut() {
            subscriber.take_dirty(&bounds, &mut pages);
        }
        pages.push((Prefix::Head.key(&[]), postcard::to_allocvec(&self.head).ok()));
        pages
    }

    /// Restores a shard from the checkpoint that wrote `pages`; an empty shard if there is none.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn restore(pages: &dyn Pages) -> Result<Shard, PageError> {
        let mut shard = Shard::default();
        let key = Prefix::Head.key(&[]);
        if let Some(page) = pages.load(&key)? {
            shard.head = decode::<Head>(&key, &page)?;
            shard.head.check().map_err(|damage| PageError::damaged(&key, damage))?;
        }
        // The two are independent, and a restart waits for both.
        let (register, stored) = std::thread::scope(|scope| {
            let register = scope.spawn(|| Register::restore(pages));
            let stored = shard
                .restore_tables(pages)
                .and_then(|()| Subscribers::read(&shard.bounds(), &shard.head, pages));
            (register.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), stored)
        });
        let stored = stored?;
        shard.register = register?;
        let bounds = shard.bounds();
        shard.subscribers = Subscribers::restore(stored, &bounds, pages, shard.context(), &shard.places)?;
        shard.note_what_is_asked();
        Ok(shard)
    }

    /// Restores everything except decisions and subscribers.
    fn restore_tables(&mut self, pages: &dyn Pages) -> Result<(), PageError> {
        self.participants = Names::restore(Prefix::Participants.bytes(), pages)?;
        self.sources = Names::restore(Prefix::Sources.bytes(), pages)?;
        self.keys = Names::restore(Prefix::Keys.bytes(), pages)?;
        self.identities = Identities::restore_known(pages, self.sources.len())?;
        let bounds = self.bounds();
        self.journal = Journal::restore(&bounds, pages)?;
        self.pending_reversals = PendingReversals::restore(&bounds, pages)?;
        self.places = Places::restore(&bounds, pages)?;
        self.dead_letters = DeadLetters::restore(&bounds, pages)?;
        Ok(())
    }

    /// Upper bounds for the numbers in stored pages.
    fn bounds(&self) -> PageBounds {
        PageBounds {
            participants: self.participants.len(),
            sources: self.sources.len(),
            keys: self.keys.len(),
            places: self.places.len(),
            codes: self.journal.codes().len(),
            head: self.head.position,
            ..PageBounds::default()
        }
    }
}
