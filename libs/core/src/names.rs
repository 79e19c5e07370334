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
    texts: Vec<Box<str>>,
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
        let number = self.texts.len() as u32;
        self.texts.push(text.into());
        let texts = &self.texts;
        self.index.insert_unique(hash(text), number, |other| hash(&texts[*other as usize]));
        number
    }

    /// The number of a text that was met.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.index.find(hash(text), |number| &*self.texts[*number as usize] == text).copied()
    }

    /// The text of a number that this gave.
    pub fn text(&self, number: u32) -> &str {
        &self.texts[number as usize]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Writes what is new, under `prefix`.
    pub fn take_dirty(&mut self, prefix: &[u8], pages: &mut DirtyPages) {
        if self.written == self.texts.len() {
            return;
        }
        for (page, chunk) in self.texts.chunks(PAGE).enumerate().skip(self.written / PAGE) {
            let mut key = prefix.to_vec();
            key.extend_from_slice(&(page as u32).to_be_bytes());
            pages.push((key, postcard::to_allocvec(chunk).ok()));
        }
        self.written = self.texts.len();
    }

    /// Reads what was written under `prefix`.
    pub fn restore(prefix: &[u8], pages: &dyn Pages) -> Result<Names, PageError> {
        let mut names = Names::default();
        for (key, page) in pages.scan(prefix)? {
            let chunk: Vec<Box<str>> = postcard::from_bytes(&page)
                .map_err(|error| PageError::Damaged { key, reason: error.to_string() })?;
            for text in chunk {
                names.intern(&text);
            }
        }
        names.written = names.texts.len();
        Ok(names)
    }
}

fn hash(text: &str) -> u64 {
    FxBuildHasher.hash_one(text)
}
