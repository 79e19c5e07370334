//! Texts of one kind and their numbers: ids of participants by [`HolderId`](crate::types::ids::HolderId), names of sources
//! by [`SourceId`](crate::types::ids::SourceId), and so on.

use std::marker::PhantomData;

use crate::types::ids::Id;
use crate::types::pages::{DirtyPages, PageError, Pages};
use crate::types::texts::Texts;

/// Texts of one kind, numbered in the order in which they were first seen.
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
    /// The number of a text. A new text gets a new number.
    #[inline]
    pub fn intern(&mut self, text: &str) -> I {
        I::of_number(self.texts.intern(text))
    }

    /// The number of a text, if it has one.
    #[inline]
    pub fn find(&self, text: &str) -> Option<I> {
        self.texts.find(text).map(I::of_number)
    }

    /// The numbers of several texts, if they have one. Faster than looking them up one by one.
    pub fn find_each<'t>(&self, texts: impl Iterator<Item = &'t str> + Clone) -> Vec<Option<I>> {
        self.texts.find_each(texts).into_iter().map(|number| number.map(I::of_number)).collect()
    }

    /// The text with this number, which must have been given by this table.
    #[inline]
    pub fn text(&self, id: I) -> &str {
        self.texts.text(id.number())
    }

    /// The bytes of the text with this number.
    #[inline]
    pub fn bytes(&self, id: I) -> &[u8] {
        self.texts.bytes(id.number())
    }

    /// The number of texts.
    #[inline]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Stores new texts, under `prefix`.
    pub fn take_dirty(&mut self, prefix: &[u8], pages: &mut DirtyPages) {
        self.texts.take_dirty(prefix, pages);
    }

    /// Restores the texts under `prefix`.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn restore(prefix: &[u8], pages: &dyn Pages) -> Result<Names<I>, PageError> {
        Ok(Names { texts: Texts::restore(prefix, pages)?, kind: PhantomData })
    }
}
