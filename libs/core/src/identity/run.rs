//! Sorted runs of un-numbered identities of one business date. A run's pages are cut by the leading bits of the hash,
//! so that a search needs no index: the hash itself names the page.

use super::bytes::{Reader, put_varint};
use super::cache::Weigh;
use super::cells::Kept;
use super::packed::Packed;

/// The mean of a page's entries is between half of this and this.
pub(super) const PAGE_ENTRIES: usize = 512;
const ENTRY_BYTES: usize = 28;
const VERSION: u8 = 1;

/// One counted identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) hash: u128,
    pub(super) kept: Kept,
}

/// What is known of a run without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) id: u32,
    pub(super) entries: u64,
}

impl Run {
    /// Leading bits of the hash that choose the page.
    fn bits(&self) -> u32 {
        self.entries.div_ceil(PAGE_ENTRIES as u64).next_power_of_two().trailing_zeros()
    }

    pub(super) fn pages(&self) -> u32 {
        1 << self.bits().min(31)
    }

    /// The page where a hash is, if it is in the run.
    pub(super) fn page_of(&self, hash: u128) -> u32 {
        match self.bits().min(31) {
            0 => 0,
            bits => (hash >> (128 - bits)) as u32,
        }
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

/// A page of a run, as it is stored: searched without being unpacked.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RunPage(Vec<u8>);

impl RunPage {
    /// From entries that are sorted by hash.
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

    /// Takes a stored page; nothing if it is not one.
    pub(super) fn decode(bytes: Vec<u8>) -> Option<RunPage> {
        let (version, entries) = bytes.split_first()?;
        let (entries, rest) = entries.as_chunks::<ENTRY_BYTES>();
        let is_sorted = entries.is_sorted_by(|a, b| a[..16] < b[..16]);
        let is_page = *version == VERSION && rest.is_empty() && is_sorted;
        is_page.then_some(RunPage(bytes))
    }

    fn entries(&self) -> &[[u8; ENTRY_BYTES]] {
        self.0.get(1..).unwrap_or_default().as_chunks().0
    }

    pub(super) fn get(&self, hash: u128) -> Option<Kept> {
        let wanted = hash.to_be_bytes();
        let entries = self.entries();
        let at = entries.binary_search_by(|entry| entry[..16].cmp(&wanted)).ok()?;
        entries.get(at).map(|entry| unpack(entry).kept)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Entry> {
        self.entries().iter().map(unpack)
    }
}

fn unpack(entry: &[u8; ENTRY_BYTES]) -> Entry {
    let mut hash = [0; 16];
    let mut print = [0; 4];
    let mut position = [0; 8];
    hash.copy_from_slice(&entry[..16]);
    print.copy_from_slice(&entry[16..20]);
    position.copy_from_slice(&entry[20..]);
    let kept = Kept { print: u32::from_le_bytes(print), position: Packed(u64::from_le_bytes(position)) };
    Entry { hash: u128::from_be_bytes(hash), kept }
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
            hash: u128::from(i) << 96 | 5,
            kept: Kept { print: i as u32, position: Packed(i + 1) },
        };
        let entries: Vec<_> = (0..500).map(entry).collect();
        let bytes = RunPage::encode(&entries);
        let page = RunPage::decode(bytes.clone()).unwrap();
        assert_eq!(page.get(entries[77].hash), Some(entries[77].kept));
        assert_eq!(page.get(6), None);
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
