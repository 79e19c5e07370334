//! How a page becomes stored values: with a checksum of key and content, and in parts if it is large. No
//! value is trusted without its checksum.
//!
//! sled 0.34.7 keeps up to about 20 entries in a leaf. If a leaf outgrows a quarter of a segment, sled writes
//! it to a separate file, which it never syncs and which a power failure can separate from the log. With
//! values of at most [`PART_BYTES_MAX`] no leaf gets that large, so larger pages are divided into parts,
//! which are stored in the same atomic batch.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// The longest value that is stored as a whole, and the length of each part of a longer one.
pub(crate) const PART_BYTES_MAX: usize = 24 * 1024;

const WHOLE: u8 = 0;
const SPLIT: u8 = 1;
const HEAD_BYTES: usize = 9;

/// A stored value that was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// The page itself, or one part of it.
    Whole(&'a [u8]),
    /// The value only says that the page is in parts.
    Split {
        /// The number of parts.
        parts: u32,
        /// The length of the page.
        bytes: u64,
    },
}

fn checksum(key: &[u8], body: &[u8]) -> u64 {
    // The checksum covers the key, so that a value that ended up under another key is not accepted.
    xxh3_64_with_seed(body, xxh3_64(key))
}

fn seal(key: &[u8], tag: u8, content: &[&[u8]]) -> Vec<u8> {
    let length = content.iter().map(|c| c.len()).sum::<usize>();
    let mut value = Vec::with_capacity(HEAD_BYTES + length);
    value.extend_from_slice(&[0; 8]);
    value.push(tag);
    for part in content {
        value.extend_from_slice(part);
    }
    let sum = checksum(key, &value[8..]).to_le_bytes();
    value[..8].copy_from_slice(&sum);
    value
}

/// The stored form of a page that fits in one value.
pub(crate) fn whole(key: &[u8], content: &[u8]) -> Vec<u8> {
    seal(key, WHOLE, &[content])
}

/// The value stored under the key of a page in parts.
pub(crate) fn split(key: &[u8], parts: u32, bytes: u64) -> Vec<u8> {
    seal(key, SPLIT, &[&parts.to_le_bytes(), &bytes.to_le_bytes()])
}

/// What is wrong with a stored value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Short,
    Checksum,
    Parts,
    Kind,
}

impl Fault {
    /// In words.
    pub(crate) fn says(self) -> &'static str {
        match self {
            Fault::Short => "it is shorter than a checksum",
            Fault::Checksum => "its checksum does not match",
            Fault::Parts => "its list of parts has a wrong length",
            Fault::Kind => "its kind is unknown",
        }
    }
}

/// Reads a stored value.
pub(crate) fn read<'a>(key: &[u8], value: &'a [u8]) -> Result<Value<'a>, Fault> {
    let (Some(sum), Some(body)) = (value.first_chunk::<8>(), value.get(8..)) else {
        return Err(Fault::Short);
    };
    if u64::from_le_bytes(*sum) != checksum(key, body) {
        return Err(Fault::Checksum);
    }
    match body.split_first() {
        Some((&WHOLE, content)) => Ok(Value::Whole(content)),
        Some((&SPLIT, content)) => match (content.first_chunk::<4>(), content.last_chunk::<8>()) {
            (Some(parts), Some(bytes)) if content.len() == 12 => {
                Ok(Value::Split { parts: u32::from_le_bytes(*parts), bytes: u64::from_le_bytes(*bytes) })
            }
            _ => Err(Fault::Parts),
        },
        _ => Err(Fault::Kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_back_and_only_under_its_own_key() {
        let stored = whole(b"key", b"content");
        assert_eq!(read(b"key", &stored), Ok(Value::Whole(b"content")));
        assert!(read(b"yek", &stored).is_err());
        let stored = split(b"key", 3, 70_000);
        assert_eq!(read(b"key", &stored), Ok(Value::Split { parts: 3, bytes: 70_000 }));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_recognised() {
        let stored = whole(b"key", b"content of a page");
        for bit in 0..stored.len() * 8 {
            let mut flipped = stored.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(read(b"key", &flipped).is_err(), "bit {bit}");
        }
        for length in 0..stored.len() {
            assert!(read(b"key", &stored[..length]).is_err(), "length {length}");
        }
    }
}
