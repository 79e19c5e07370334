//! Pages: where the parts of the state are stored that are too large for memory, as values under keys. The
//! storage itself is provided by the caller.
//!
//! The core decides what a page contains and when it is needed; it never opens a file. After `take_dirty` has
//! returned a page, `load` must return it unchanged until a later page with the same key replaces it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::types::damage::Damage;

/// Why a page could not be read. The fold stops then; it never guesses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// The store failed.
    #[error("the store cannot read page {key:?}: {reason} (PAGE_UNREADABLE)")]
    Unreadable {
        /// The page's key.
        key: Vec<u8>,
        /// What the store said.
        reason: String,
    },
    /// The bytes are not a valid page.
    #[error("page {key:?} is damaged: {reason}; rebuild the read model from the log (PAGE_DAMAGED)")]
    Damaged {
        /// The page's key.
        key: Vec<u8>,
        /// What is wrong with it.
        reason: Damage,
    },
}

impl PageError {
    /// The error for a page that is damaged.
    pub(crate) fn damaged(key: &[u8], reason: impl Into<Damage>) -> PageError {
        PageError::Damaged { key: key.to_vec(), reason: reason.into() }
    }
}

/// Decodes the whole content of a page.
pub(crate) fn decode<'a, T: Deserialize<'a>>(key: &[u8], page: &'a [u8]) -> Result<T, PageError> {
    match postcard::take_from_bytes(page) {
        Ok((content, [])) => Ok(content),
        Ok((_, rest)) => Err(PageError::damaged(key, Damage::Longer(rest.len()))),
        Err(error) => Err(PageError::damaged(key, error)),
    }
}

/// Refuses a number that is not below `limit`.
#[inline]
pub(crate) fn check(number: u64, limit: usize, what: &'static str) -> Result<(), Damage> {
    if number < limit as u64 { Ok(()) } else { Err(Damage::NamesNothing { what, number, limit }) }
}

/// A list that is stored in pages and read in order.
pub(crate) struct PagedList<'a> {
    /// The prefix of the keys of its pages.
    pub prefix: &'a [u8],
    /// The most items in a page.
    pub page_max: usize,
}

impl PagedList<'_> {
    /// Refuses the `nth` page if it does not continue where the pages before it ended. They had `before`
    /// items together.
    pub fn check(&self, key: &[u8], nth: usize, before: usize, page: &[impl Sized]) -> Result<(), PageError> {
        let own = key.strip_prefix(self.prefix).and_then(|own| own.try_into().ok()).map(u32::from_be_bytes);
        if own.map(|own| own as usize) != Some(nth) || before != nth * self.page_max {
            return Err(PageError::damaged(key, "a page before it is missing or differs"));
        }
        match page.len() <= self.page_max {
            true => Ok(()),
            false => {
                let (what, held, most) = ("things", page.len(), self.page_max);
                Err(PageError::damaged(key, Damage::Overfull { what, held, most }))
            }
        }
    }
}

/// Pages to write. A page without a value is to be deleted.
pub type DirtyPages = Vec<DirtyPage>;
/// A page to write: its key and its new value, or `None` to delete it.
pub type DirtyPage = (Vec<u8>, Option<Vec<u8>>);

/// A page with its key.
pub type KeyedPage = (Vec<u8>, Vec<u8>);

/// Reads pages that were written at a checkpoint.
pub trait Pages: Sync {
    /// The page under `key`, if there is one.
    fn load(&self, key: &[u8]) -> Result<Option<Vec<u8>>, PageError>;
    /// Every page whose key begins with `prefix`, in key order.
    fn scan(&self, prefix: &[u8]) -> Result<Vec<KeyedPage>, PageError>;
}

/// Pages in memory, for tests and for states that do not need a disk.
#[derive(Clone, Debug, Default)]
pub struct MemoryPages(BTreeMap<Vec<u8>, Vec<u8>>);

impl MemoryPages {
    /// Applies what a checkpoint writes.
    pub fn commit(&mut self, dirty: DirtyPages) {
        for (key, value) in dirty {
            match value {
                Some(value) => self.0.insert(key, value),
                None => self.0.remove(&key),
            };
        }
    }
}

impl Pages for MemoryPages {
    fn load(&self, key: &[u8]) -> Result<Option<Vec<u8>>, PageError> {
        Ok(self.0.get(key).cloned())
    }

    fn scan(&self, prefix: &[u8]) -> Result<Vec<KeyedPage>, PageError> {
        let from = self.0.range(prefix.to_vec()..);
        Ok(from.take_while(|(key, _)| key.starts_with(prefix)).map(|(k, v)| (k.clone(), v.clone())).collect())
    }
}
