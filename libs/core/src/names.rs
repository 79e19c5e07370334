//! Interned texts: each id of an employee, unit or source is kept once and known by a dense number, in the order in
//! which it was first met. It forgets nothing and compares nothing.

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

use crate::pages::{DirtyPages, PageError, Pages};

/// Texts a page.
const PAGE: usize = 256;

/// Texts and their numbers.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// All texts, one after the other.
    bytes: String,
    /// Where each ends.
    ends: Vec<usize>,
    index: HashTable<u32>,
    /// Texts from here on are not yet written.
    written: usize,
}

impl Names {
    /// The number of a text, new if need be.
    pub fn intern(&mut self, text: &str) -> u32 {
        if let Some(number) = self.find(text) {
            return number;
        }
        let number = self.ends.len() as u32;
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
        let (bytes, ends) = (&self.bytes, &self.ends);
        self.index.insert_unique(hash(text), number, |other| hash(slice(bytes, ends, *other)));
        number
    }

    /// The number of a text that was met.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.index.find(hash(text), |number| self.text(*number) == text).copied()
    }

    /// The text of a number that this gave.
    #[inline]
    pub fn text(&self, number: u32) -> &str {
        slice(&self.bytes, &self.ends, number)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Writes what is new, under `prefix`.
    pub fn take_dirty(&mut self, prefix: &[u8], pages: &mut DirtyPages) {
        if self.written == self.len() {
            return;
        }
        for page in self.written / PAGE..self.len().div_ceil(PAGE) {
            let last = ((page + 1) * PAGE).min(self.len());
            let chunk: Vec<&str> = (page * PAGE..last).map(|number| self.text(number as u32)).collect();
            let key = [prefix, &(page as u32).to_be_bytes()].concat();
            pages.push((key, postcard::to_allocvec(&chunk).ok()));
        }
        self.written = self.len();
    }

    /// Reads what was written under `prefix`.
    pub fn restore(prefix: &[u8], pages: &dyn Pages) -> Result<Names, PageError> {
        let mut names = Names::default();
        for (key, page) in pages.scan(prefix)? {
            let chunk: Vec<&str> = postcard::from_bytes(&page)
                .map_err(|error| PageError::Damaged { key, reason: error.to_string() })?;
            for text in chunk {
                names.intern(text);
            }
        }
        names.written = names.len();
        Ok(names)
    }
}

fn slice<'a>(bytes: &'a str, ends: &[usize], number: u32) -> &'a str {
    let at = number as usize;
    let start = at.checked_sub(1).map_or(0, |before| ends[before]);
    &bytes[start..ends[at]]
}

fn hash(text: &str) -> u64 {
    FxBuildHasher.hash_one(text)
}
