//! A page of a numbered source: for each of 1,024 consecutive numbers, the fingerprint and position of its
//! first copy. A page with few numbers takes only a few bytes, so that scattered numbers cost little.

use super::bytes::{Reader, put_varint, unzigzag, zigzag};
use super::packed::Packed;
use crate::types::cache::Weigh;

/// Numbers in a page.
pub(super) const NUMBERS: usize = 1024;
const FEW_MAX: usize = 64;
const VERSION: u8 = 1;

/// What is kept of the counted copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    /// The fingerprint of its content.
    pub(super) print: u32,
    /// Its position.
    pub(super) position: Packed,
}

/// A page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cells {
    /// Sorted by offset.
    Few(Vec<(u16, Kept)>),
    /// Indexed by offset; position 0 means absent.
    Many { count: usize, prints: Box<[u32]>, positions: Box<[u64]> },
}

impl Cells {
    pub(super) fn new() -> Cells {
        Cells::Few(Vec::new())
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Cells::Few(few) => few.len(),
            Cells::Many { count, .. } => *count,
        }
    }

    pub(super) fn get(&self, offset: u16) -> Option<Kept> {
        match self {
            Cells::Few(few) => {
                let at = few.binary_search_by_key(&offset, |(o, _)| *o).ok()?;
                few.get(at).map(|(_, kept)| *kept)
            }
            Cells::Many { prints, positions, .. } => {
                let (print, position) =
                    (*prints.get(usize::from(offset))?, *positions.get(usize::from(offset))?);
                (position != 0).then_some(Kept { print, position: Packed(position) })
            }
        }
    }

    /// Adds a number that is not in the page.
    pub(super) fn insert(&mut self, offset: u16, kept: Kept) {
        match self {
            Cells::Few(few) if few.len() < FEW_MAX => {
                let at = few.partition_point(|(o, _)| *o < offset);
                few.insert(at, (offset, kept));
            }
            Cells::Few(few) => {
                let mut prints = vec![0; NUMBERS].into_boxed_slice();
                let mut positions = vec![0; NUMBERS].into_boxed_slice();
                let count = few.len() + 1;
                for (offset, kept) in few.iter().copied().chain([(offset, kept)]) {
                    prints[usize::from(offset)] = kept.print;
                    positions[usize::from(offset)] = kept.position.0;
                }
                *self = Cells::Many { count, prints, positions };
            }
            Cells::Many { count, prints, positions } => {
                prints[usize::from(offset)] = kept.print;
                positions[usize::from(offset)] = kept.position.0;
                *count += 1;
            }
        }
    }

    /// All numbers in the page, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u16, Kept)> {
        (0..NUMBERS as u16).filter_map(|offset| Some((offset, self.get(offset)?)))
    }

    /// Takes about 5 bytes per number: the fingerprint, and the distance from the previous position.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(16 + self.len() * 6);
        out.push(VERSION);
        put_varint(&mut out, self.len() as u64);
        let is_full = self.len() == NUMBERS;
        let (mut next, mut before) = (0u16, 0u64);
        for (offset, kept) in self.iter() {
            if !is_full {
                put_varint(&mut out, u64::from(offset - next));
                next = offset + 1;
            }
            out.extend_from_slice(&kept.print.to_le_bytes());
            put_varint(&mut out, zigzag(kept.position.0.wrapping_sub(before).cast_signed()));
            before = kept.position.0;
        }
        out
    }

    /// Decodes a page; `None` if the bytes are not one.
    pub(super) fn decode(bytes: &[u8]) -> Option<Cells> {
        let mut reader = Reader::new(bytes);
        if reader.u8()? != VERSION {
            return None;
        }
        let count = reader.count().filter(|count| *count <= NUMBERS)?;
        let mut cells = Cells::new();
        let (mut next, mut before) = (0usize, 0u64);
        for _ in 0..count {
            if count < NUMBERS {
                next = next.checked_add(usize::try_from(reader.varint()?).ok()?)?;
            }
            let print = reader.u32()?;
            before = before.wrapping_add(unzigzag(reader.varint()?).cast_unsigned());
            if before == 0 || next >= NUMBERS {
                return None;
            }
            cells.insert(next as u16, Kept { print, position: Packed(before) });
            next += 1;
        }
        reader.is_empty().then_some(cells)
    }
}

impl Weigh for Cells {
    fn heap_bytes(&self) -> usize {
        match self {
            Cells::Few(few) => few.capacity() * size_of::<(u16, Kept)>(),
            Cells::Many { .. } => NUMBERS * 12,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(offsets: impl Iterator<Item = u16>) -> Cells {
        let mut cells = Cells::new();
        for offset in offsets {
            let position = Packed((1 << 16) | ((u64::from(offset) * 7919) % 5000 + 1));
            cells.insert(offset, Kept { print: u32::from(offset) * 77, position });
        }
        cells
    }

    #[test]
    fn a_page_survives_its_bytes_and_no_cut_or_flip_panics() {
        for cells in [with(0..0), with([1023, 5].into_iter()), with((0..600).rev()), with(0..1024)] {
            let bytes = cells.encode();
            assert_eq!(Cells::decode(&bytes), Some(cells));
            for at in 0..bytes.len() {
                assert_eq!(Cells::decode(&bytes[..at]), None);
                let mut flipped = bytes.clone();
                flipped[at] ^= 0x41;
                Cells::decode(&flipped);
            }
        }
    }

    #[test]
    fn a_full_page_in_log_order_takes_about_five_bytes_a_number() {
        let mut cells = Cells::new();
        for offset in 0..NUMBERS as u16 {
            let position = Packed(((1000 + u64::from(offset) / 100) << 16) | (u64::from(offset) % 100));
            cells.insert(offset, Kept { print: u32::MAX, position });
        }
        assert!(cells.encode().len() < NUMBERS * 5 + 100, "{}", cells.encode().len());
    }
}
