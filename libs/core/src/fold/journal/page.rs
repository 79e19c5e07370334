//! A page of the journal: the records of one batch, each with its index, in one byte buffer. It does not
//! decode records.

use crate::types::cache::Weigh;

/// The format of a page.
const VERSION: u8 = 1;
/// Bytes of index and length before each record.
const HEAD: usize = 8;

/// Records of one batch.
#[derive(Default)]
pub(crate) struct Page {
    bytes: Vec<u8>,
}

impl Page {
    /// The record with this index.
    pub(crate) fn get(&self, index: u32) -> Option<&[u8]> {
        self.bytes.get(self.find(index)?)
    }

    /// Writes a record. Replaces the one with the same index, if any.
    pub(crate) fn put(&mut self, index: u32, record: &[u8]) {
        if let Some(found) = self.find(index) {
            self.bytes.drain(found.start - HEAD..found.end);
        }
        self.push(index, record);
    }

    /// Writes a record whose index is not in the page yet.
    pub(crate) fn push(&mut self, index: u32, record: &[u8]) {
        self.bytes.extend_from_slice(&index.to_le_bytes());
        self.bytes.extend_from_slice(&(record.len() as u32).to_le_bytes());
        self.bytes.extend_from_slice(record);
    }

    /// Every record with its index.
    pub(crate) fn records(&self) -> impl Iterator<Item = (u32, &[u8])> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let (index, range) = self.next(at)?;
            at = range.end;
            Some((index, self.bytes.get(range)?))
        })
    }

    /// The bytes where the record with this index is.
    fn find(&self, index: u32) -> Option<std::ops::Range<usize>> {
        let mut at = 0;
        while let Some((found, range)) = self.next(at) {
            if found == index {
                return Some(range);
            }
            at = range.end;
        }
        None
    }

    /// The index and byte range of the record that begins at `at`.
    fn next(&self, at: usize) -> Option<(u32, std::ops::Range<usize>)> {
        let head = self.bytes.get(at..at + HEAD)?;
        let (index, length) = head.split_at(4);
        let index = u32::from_le_bytes(index.try_into().ok()?);
        let length = u32::from_le_bytes(length.try_into().ok()?) as usize;
        Some((index, at + HEAD..(at + HEAD).checked_add(length)?))
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(1 + self.bytes.len());
        out.push(VERSION);
        out.extend_from_slice(&self.bytes);
        out
    }

    /// Decodes a page; `None` if the bytes are not one.
    pub(crate) fn decode(mut bytes: Vec<u8>) -> Option<Page> {
        if *bytes.first()? != VERSION {
            return None;
        }
        bytes.remove(0);
        let page = Page { bytes };
        let mut at = 0;
        while at < page.bytes.len() {
            let (_, range) = page.next(at)?;
            at = range.end;
        }
        (at == page.bytes.len()).then_some(page)
    }
}

impl Weigh for Page {
    fn heap_bytes(&self) -> usize {
        self.bytes.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_found_and_replaced_and_survive_their_bytes() {
        let mut page = Page::default();
        page.put(5, b"five");
        page.put(1, b"");
        page.put(5, b"another five");
        let again = Page::decode(page.encode()).unwrap();
        assert_eq!(again.get(5), Some(&b"another five"[..]));
        assert_eq!(again.get(1), Some(&b""[..]));
        assert_eq!(again.get(2), None);
    }

    #[test]
    fn no_cut_or_flip_of_a_page_panics() {
        let mut page = Page::default();
        page.put(0, b"zero");
        page.put(9, b"nine");
        let bytes = page.encode();
        for at in 0..bytes.len() {
            if let Some(cut) = Page::decode(bytes[..at].to_vec()) {
                assert_eq!(cut.get(9), None);
            }
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x81;
            if let Some(page) = Page::decode(flipped) {
                page.get(0);
                page.get(9);
            }
        }
    }
}
