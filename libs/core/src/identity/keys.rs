//! The keys of identity pages: a prefix, and numbers with the highest byte first, so that neighbours lie side by side.

use crate::types::ids::SourceId;
use crate::types::prefix::Prefix;

/// A key with one number.
pub(super) fn one(prefix: Prefix, a: u32) -> Vec<u8> {
    [prefix.bytes(), &a.to_be_bytes()].concat()
}

/// A key with two numbers.
pub(super) fn two(prefix: Prefix, a: u32, b: u32) -> Vec<u8> {
    [prefix.bytes(), &a.to_be_bytes(), &b.to_be_bytes()].concat()
}

/// A key with three numbers.
pub(super) fn three(prefix: Prefix, a: u32, b: u32, c: u32) -> Vec<u8> {
    [prefix.bytes(), &a.to_be_bytes(), &b.to_be_bytes(), &c.to_be_bytes()].concat()
}

/// A key with a source and a large number.
pub(super) fn numbered(prefix: Prefix, source: SourceId, number: u64) -> Vec<u8> {
    [prefix.bytes(), &source.get().to_be_bytes(), &number.to_be_bytes()].concat()
}

/// The number of a key that [`one`] made.
pub(super) fn read_one(key: &[u8]) -> Option<u32> {
    key.get(2..)?.try_into().ok().map(u32::from_be_bytes)
}

/// The source and number of a key that [`numbered`] made.
pub(super) fn read_numbered(key: &[u8]) -> Option<(SourceId, u64)> {
    let (source, number) = key.get(2..)?.split_first_chunk::<4>()?;
    Some((SourceId::new(u32::from_be_bytes(*source)), u64::from_be_bytes(number.try_into().ok()?)))
}
