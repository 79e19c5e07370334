//! The keys of identity pages: a prefix, and numbers with the highest byte first, so that consecutive numbers
//! are neighbours.

use crate::types::ids::SourceId;
use crate::types::prefix::Prefix;

/// A key with these numbers.
pub(super) fn of<const N: usize>(prefix: Prefix, numbers: [u32; N]) -> Vec<u8> {
    [prefix.bytes(), numbers.map(u32::to_be_bytes).as_flattened()].concat()
}

/// A key with a source and a large number.
pub(super) fn numbered(prefix: Prefix, source: SourceId, number: u64) -> Vec<u8> {
    [prefix.bytes(), &source.get().to_be_bytes(), &number.to_be_bytes()].concat()
}

/// The number in a key that [`of`] made from one number.
pub(super) fn read_one(key: &[u8]) -> Option<u32> {
    key.get(2..)?.try_into().ok().map(u32::from_be_bytes)
}

/// The source and number in a key that [`numbered`] made.
pub(super) fn read_numbered(key: &[u8]) -> Option<(SourceId, u64)> {
    let (source, number) = key.get(2..)?.split_first_chunk::<4>()?;
    Some((SourceId::new(u32::from_be_bytes(*source)), u64::from_be_bytes(number.try_into().ok()?)))
}
