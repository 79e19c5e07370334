//! Texts of one kind and their numbers: ids of participants by [`HolderId`](crate::types::ids::HolderId), names of sources
//! by [`SourceId`](crate::types::ids::SourceId), and so on.

use std::marker::PhantomData;

use crate::types::ids::Id;
use crate::types::pages::{DirtyPages, PageError, Pages};
use crate::types::texts::Texts;

/// Texts of one kind, numbered in the order in which they were first met.
#[derive(Clone, Debug)]
pub struct Names<I> {
    texts: Texts,
    kind: PhantomData<I>,
}

impl<I> Default for Names<I> {
    fn default() -> Self {
        Names { texts: Texts::default(), kind: PhantomData }
    }
}

impl<I: Id> Names<I> {
    /// The number of a text, a new one if it was not met before.
    #[inline]
    pub fn intern(&mut self, text: &str) -> I {
        I::of_number(self.texts.intern(text))
    }

    /// The number of a text that was met.
    #[inline]
    pub fn find(&self, text: &str) -> Option<I> {
        self.texts.find(text).map(I::of_number)
    }

    /// The number of each of these texts, where it was met; faster than one after the other.
    pub fn find_each<'t>(&self, texts: impl Iterator<Item = &'t str> + Clone) -> Vec<Option<I>> {
        self.texts.find_each(texts).into_iter().map(|number| number.map(I::of_number)).collect()
    }

    /// The text of a number that this gave.
    #[inline]
    pub fn text(&self, id: I) -> &str {
        self.texts.text(id.number())
    }

    /// The bytes of the text of a number.
    #[inline]
    pub fn bytes(&self, id: I) -> &[u8] {
        self.texts.bytes(id.number())
    }

    /// How many there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Writes what is new, under `prefix`.
    pub fn take_dirty(&mut self, prefix: &[u8], pages: &mut DirtyPages) {
        self.texts.take_dirty(prefix, pages);
    }

    /// Reads what was written under `prefix`.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn restore(prefix: &[u8], pages: &dyn Pages) -> Result<Names<I>, PageError> {
        Ok(Names { texts: Texts::restore(prefix, pages)?, kind: PhantomData })
    }
}
