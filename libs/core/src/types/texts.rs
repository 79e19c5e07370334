//! Interned texts: each is stored once and has a number. Numbers are dense and given in the order in which
//! texts were first seen. Texts are never removed. [`Names`](crate::types::names::Names) gives the numbers
//! their types.
//!
//! A text is stored in the slot of its number; slots fit evenly into cache lines. Only a text that is too
//! long for a slot is stored elsewhere. So a lookup waits for memory twice: for the index and for the slot.

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;
use std::hint::black_box;

use crate::types::damage::Damage;
use crate::types::pages::{DirtyPages, PageError, PagedList, Pages, decode};

/// Texts in a page.
const PAGE: usize = 256;

/// The longest text that fits into a slot, in bytes. Ids of a bank and pseudonyms fit.
const ROOM: usize = 31;
/// Stands for the length if the text is stored elsewhere.
const LONG: u8 = u8::MAX;

/// A text of at most [`ROOM`] bytes; or the number of a longer one, little-endian.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
struct Slot {
    bytes: [u8; ROOM],
    len: u8,
}

/// Texts and their numbers.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    slots: Vec<Slot>,
    /// Texts that are too long for a slot.
    long: Vec<Box<str>>,
    /// The numbers, each with the hash of its text, so that growing the index does not read the texts.
    index: HashTable<(u32, u32)>,
    /// Texts from this number on have not been stored yet.
    written: usize,
}

impl Texts {
    /// The number of a text. A new text gets a new number.
    pub fn intern(&mut self, text: &str) -> u32 {
        let hash = hash(text.as_bytes());
        if let Some(number) = self.find_hashed(hash, text.as_bytes()) {
            return number;
        }
        let number = self.slots.len() as u32;
        let mut slot = Slot { bytes: [0; ROOM], len: LONG };
        match slot.bytes.get_mut(..text.len()) {
            Some(room) => {
                room.copy_from_slice(text.as_bytes());
                slot.len = text.len() as u8;
            }
            None => {
                slot.bytes[..4].copy_from_slice(&(self.long.len() as u32).to_le_bytes());
                self.long.push(text.into());
            }
        }
        self.slots.push(slot);
        self.index.insert_unique(spread(hash), (hash, number), |(hash, _)| spread(*hash));
        number
    }

    /// The number of a text, if it has one.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.find_hashed(hash(text.as_bytes()), text.as_bytes())
    }

    /// The numbers of several texts, if they have one. The lookups do not wait for each other: with many
    /// names, nearly every access misses all caches.
    pub fn find_each<'t>(&self, texts: impl Iterator<Item = &'t str> + Clone) -> Vec<Option<u32>> {
        let hashes: Vec<u32> = texts.clone().map(|text| hash(text.as_bytes())).collect();
        let likely = |hash: &u32| self.index.find(spread(*hash), |other| other.0 == *hash);
        let numbers = hashes.iter().map(|hash| likely(hash).map(|(_, number)| *number));
        let numbers: Vec<Option<u32>> = numbers.collect();
        numbers.iter().flatten().for_each(|number| _ = black_box(self.slots[*number as usize].len));
        let certain = |((text, hash), likely): ((&str, u32), Option<u32>)| {
            // A different text can have the same 32-bit hash.
            let is_it = |number: &u32| self.bytes(*number) == text.as_bytes();
            likely.and_then(|number| {
                Some(number).filter(is_it).or_else(|| self.find_hashed(hash, text.as_bytes()))
            })
        };
        texts.zip(hashes).zip(numbers).map(certain).collect()
    }

    fn find_hashed(&self, hash: u32, text: &[u8]) -> Option<u32> {
        let is_same = |other: &(u32, u32)| other.0 == hash && self.bytes(other.1) == text;
        self.index.find(spread(hash), is_same).map(|(_, number)| *number)
    }

    /// The text with this number, which must have been given by this table.
    #[inline]
    pub fn text(&self, number: u32) -> &str {
        // Only valid texts were put in.
        str::from_utf8(self.bytes(number)).unwrap_or_default()
    }

    /// The bytes of the text with this number.
    #[inline]
    pub fn bytes(&self, number: u32) -> &[u8] {
        bytes(&self.slots, &self.long, number)
    }

    /// The number of texts.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Stores new texts, under `prefix`.
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

    /// Restores the texts under `prefix`.
    pub fn restore(prefix: &[u8], pages: &dyn Pages) -> Result<Texts, PageError> {
        let mut names = Texts::default();
        let list = PagedList { prefix, page_max: PAGE };
        for (number, (key, page)) in pages.scan(prefix)?.into_iter().enumerate() {
            let chunk: Vec<&str> = decode(&key, &page)?;
            list.check(&key, number, names.len(), &chunk)?;
            for text in chunk {
                // A text that occurs twice would shift the numbers of all texts after it.
                let next = names.len();
                if names.intern(text) as usize != next {
                    return Err(PageError::damaged(&key, Damage::TextTwice(text.to_owned())));
                }
            }
        }
        names.written = names.len();
        Ok(names)
    }
}

#[inline]
fn bytes<'a>(slots: &'a [Slot], long: &'a [Box<str>], number: u32) -> &'a [u8] {
    let Slot { bytes, len } = &slots[number as usize];
    match *len {
        LONG => {
            let number = bytes.first_chunk().map_or(0, |number| u32::from_le_bytes(*number));
            long[number as usize].as_bytes()
        }
        len => &bytes[..usize::from(len)],
    }
}

fn hash(text: &[u8]) -> u32 {
    FxBuildHasher.hash_one(text) as u32
}

/// Spreads a 32-bit hash over 64 bits. The index uses the lowest and the highest bits, and the highest bits
/// of the product depend on all bits of the hash.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::pages::MemoryPages;

    #[test]
    fn texts_of_every_length_are_found_and_read_back() {
        let texts: Vec<String> =
            (0..200).map(|len| "网点".repeat(len / 6) + &"x".repeat(len % 6) + &len.to_string()).collect();
        let mut names = Texts::default();
        for (number, text) in (0..).zip(&texts) {
            assert_eq!(names.find(text), None);
            assert_eq!(names.intern(text), number);
            assert_eq!(names.intern(text), number);
        }
        let (mut store, mut dirty) = (MemoryPages::default(), DirtyPages::new());
        names.take_dirty(b"n", &mut dirty);
        store.commit(dirty);
        let again = Texts::restore(b"n", &store).unwrap();
        assert!(
            texts.iter().any(|text| text.len() == ROOM) && texts.iter().any(|text| text.len() == ROOM + 1)
        );
        for (number, text) in (0..).zip(&texts) {
            assert_eq!((again.find(text), again.text(number)), (Some(number), text.as_str()));
        }
        let asked = texts.iter().map(String::as_str).chain(["nobody", ""]);
        let expected: Vec<Option<u32>> = (0..texts.len() as u32).map(Some).chain([None, None]).collect();
        assert_eq!(again.find_each(asked), expected);
    }
}
