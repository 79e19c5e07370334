//! Sorted runs of un-numbered identities of one business date. A run is split into pages by the leading bits
//! of the hash, so a search needs no index: the hash itself gives the page.

use super::bytes::{Reader, put_varint};
use super::cells::Kept;
use super::packed::Packed;
use crate::types::cache::Weigh;

/// The mean number of entries in a page is between half of this and this.
pub(super) const PAGE_ENTRIES: usize = 512;
const ENTRY_BYTES: usize = 28;
/// In a page of 512 random hashes, few are further than this from where an even distribution would put them.
const WINDOW: usize = 32;
const VERSION: u8 = 1;

/// One counted identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) hash: u128,
    pub(super) kept: Kept,
}

/// What is known of a run without reading its pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) id: u32,
    pub(super) entries: u64,
}

impl Run {
    /// How many leading bits of the hash select the page.
    pub(super) fn bits(&self) -> u32 {
        self.entries.div_ceil(PAGE_ENTRIES as u64).next_power_of_two().trailing_zeros().min(31)
    }

    pub(super) fn pages(&self) -> u32 {
        1 << self.bits()
    }

    /// The page in which a hash is, if the run contains it.
    pub(super) fn page_of(&self, hash: u128) -> u32 {
        hash.unbounded_shr(128 - self.bits()) as u32
    }

    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        put_varint(out, u64::from(self.id));
        put_varint(out, self.entries);
    }

    pub(super) fn decode(reader: &mut Reader) -> Option<Run> {
        let id = u32::try_from(reader.varint()?).ok()?;
        let entries = reader.varint().filter(|entries| *entries <= 1 << 40)?;
        Some(Run { id, entries })
    }
}

/// A page of a run, in its stored form, which is searched without decoding.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RunPage(Vec<u8>);

impl RunPage {
    /// Encodes entries, which must be sorted by hash.
    pub(super) fn encode(entries: &[Entry]) -> Vec<u8> {
        let mut out = Vec::with_capacity(1 + entries.len() * ENTRY_BYTES);
        out.push(VERSION);
        for entry in entries {
            out.extend_from_slice(&entry.hash.to_be_bytes());
            out.extend_from_slice(&entry.kept.print.to_le_bytes());
            out.extend_from_slice(&entry.kept.position.0.to_le_bytes());
        }
        out
    }

    /// Checks a stored page; `None` if the bytes are not one.
    pub(super) fn decode(bytes: Vec<u8>) -> Option<RunPage> {
        let (version, entries) = bytes.split_first()?;
        let (entries, rest) = entries.as_chunks::<ENTRY_BYTES>();
        let is_sorted = entries.is_sorted_by(|a, b| hash_of(a) < hash_of(b));
        let is_page = *version == VERSION && rest.is_empty() && is_sorted;
        is_page.then_some(RunPage(bytes))
    }

    fn entries(&self) -> &[[u8; ENTRY_BYTES]] {
        self.0.get(1..).unwrap_or_default().as_chunks().0
    }

    /// The entry of a hash. The first `bits` bits are the same in the whole page, and the bits after them are
    /// evenly distributed, so the search starts where the hash should be and touches little of the page.
    pub(super) fn get(&self, hash: u128, bits: u32) -> Option<Kept> {
        let entries = self.entries();
        let fraction = (hash.unbounded_shl(bits) >> 64) * entries.len() as u128;
        let guess = (fraction >> 64) as usize;
        let (from, to) = (guess.saturating_sub(WINDOW), entries.len().min(guess + WINDOW));
        let is_within = entries.get(from).is_none_or(|entry| hash_of(entry) <= hash)
            && entries.get(to).is_none_or(|entry| hash < hash_of(entry));
        let window = if is_within { entries.get(from..to)? } else { entries };
        let at = window.binary_search_by_key(&hash, hash_of).ok()?;
        window.get(at).map(|entry| unpack(entry).kept)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Entry> {
        self.entries().iter().map(unpack)
    }
}

fn hash_of(entry: &[u8; ENTRY_BYTES]) -> u128 {
    entry.first_chunk().map_or(0, |hash| u128::from_be_bytes(*hash))
}

fn unpack(entry: &[u8; ENTRY_BYTES]) -> Entry {
    let mut print = [0; 4];
    let mut position = [0; 8];
    print.copy_from_slice(&entry[16..20]);
    position.copy_from_slice(&entry[20..]);
    let kept = Kept { print: u32::from_le_bytes(print), position: Packed(u64::from_le_bytes(position)) };
    Entry { hash: hash_of(entry), kept }
}

impl Weigh for RunPage {
    fn heap_bytes(&self) -> usize {
        self.0.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_finds_what_it_holds_and_refuses_other_bytes() {
        let entry = |i: u64| Entry {
            hash: u128::from(i * i) << 96 | 5,
            kept: Kept { print: i as u32, position: Packed(i + 1) },
        };
        let entries: Vec<_> = (0..500).map(entry).collect();
        let bytes = RunPage::encode(&entries);
        let page = RunPage::decode(bytes.clone()).unwrap();
        for entry in &entries {
            assert_eq!(page.get(entry.hash, 0), Some(entry.kept), "however unevenly they are spread");
        }
        assert_eq!(page.get(6, 0), None);
        assert_eq!(page.iter().collect::<Vec<_>>(), entries);
        assert_eq!(RunPage::decode(bytes[..bytes.len() - 1].to_vec()), None);
        let mut unsorted = bytes;
        unsorted[1] = 0xff;
        assert_eq!(RunPage::decode(unsorted), None);
    }

    #[test]
    fn the_hash_names_the_page() {
        let run = Run { id: 1, entries: 513 };
        assert_eq!((run.pages(), run.page_of(1), run.page_of(u128::MAX)), (2, 0, 1));
        let small = Run { id: 1, entries: 512 };
        assert_eq!((small.pages(), small.page_of(u128::MAX)), (1, 0));
    }
}
