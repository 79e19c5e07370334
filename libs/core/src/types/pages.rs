//! Where parts of the state rest that are too large to stay in memory: values under keys, given from outside.
//!
//! The core decides what a page holds and when it is needed; it never opens a file itself. A page that was handed out
//! by `take_dirty` must come back from `load` unchanged until a later one of the same key replaces it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::types::damage::Damage;

/// Why a page could not be had. The fold stops there: it never guesses.
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
    /// The bytes are not a page.
    #[error("page {key:?} is damaged: {reason}; rebuild the read model from the log (PAGE_DAMAGED)")]
    Damaged {
        /// The page's key.
        key: Vec<u8>,
        /// What is wrong with it.
        reason: Damage,
    },
}

impl PageError {
    /// The page under `key` is not what was written.
    pub(crate) fn damaged(key: &[u8], reason: impl Into<Damage>) -> PageError {
        PageError::Damaged { key: key.to_vec(), reason: reason.into() }
    }
}

/// Reads a page's whole content.
pub(crate) fn decode<'a, T: Deserialize<'a>>(key: &[u8], page: &'a [u8]) -> Result<T, PageError> {
    match postcard::take_from_bytes(page) {
        Ok((content, [])) => Ok(content),
        Ok((_, rest)) => Err(PageError::damaged(key, Damage::Longer(rest.len()))),
        Err(error) => Err(PageError::damaged(key, error)),
    }
}

/// Refuses a number of a page that names none of what there are `limit` of.
#[inline]
pub(crate) fn check(number: u64, limit: usize, what: &'static str) -> Result<(), Damage> {
    if number < limit as u64 { Ok(()) } else { Err(Damage::NamesNothing { what, number, limit }) }
}

/// A list that is read page by page, in order.
pub(crate) struct PagedList<'a> {
    /// What the keys of its pages begin with.
    pub prefix: &'a [u8],
    /// The most things that a page has.
    pub page_max: usize,
}

impl PagedList<'_> {
    /// Refuses the `nth` page if it does not go on where the pages before it ended, which had `before` things together.
    pub fn check(&self, key: &[u8], nth: usize, before: usize, page: &[impl Sized]) -> Result<(), PageError> {
        let own = key.strip_prefix(self.prefix).and_then(|own| own.try_into().ok()).map(u32::from_be_bytes);
        if own.map(|own| own as usize) != Some(nth) || before != nth * self.page_max {
            return Err(PageError::damaged(key, "a page before it is missing or another one"));
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

/// Pages to write: a value, or nothing to delete it.
pub type DirtyPages = Vec<DirtyPage>;
/// One of them: its key, and what is under it from now on; nothing where it is removed.
pub type DirtyPage = (Vec<u8>, Option<Vec<u8>>);

/// A page under its key.
pub type KeyedPage = (Vec<u8>, Vec<u8>);

/// Reads pages that were written at a checkpoint.
pub trait Pages: Sync {
    /// The page under `key`, if there is one.
    fn load(&self, key: &[u8]) -> Result<Option<Vec<u8>>, PageError>;
    /// Every page whose key begins with `prefix`, in key order.
    fn scan(&self, prefix: &[u8]) -> Result<Vec<KeyedPage>, PageError>;
}

/// Pages in memory, for tests and for states that need no disk.
#[derive(Clone, Debug, Default)]
pub struct MemoryPages(BTreeMap<Vec<u8>, Vec<u8>>);

impl MemoryPages {
    /// Takes what a checkpoint would write.
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
