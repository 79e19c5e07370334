//! The keys of identity pages: the space, a kind, and numbers with the highest byte first, so that neighbours lie side
//! by side. A kind's letter is never given to another.

use crate::types::ids::SourceId;
use crate::types::pages::Space;

/// What is under a key, its second byte.
pub(super) type Kind = u8;

/// Numbers and dates of everything.
pub(super) const META: Kind = b'm';
/// Counters of a source.
pub(super) const COUNTERS: Kind = b's';
/// A listed conflict of a source.
pub(super) const CONFLICT: Kind = b'c';
/// A page of a numbered source.
pub(super) const CELLS: Kind = b'n';
/// A chunk of a numbered source's directory.
pub(super) const DIRECTORY: Kind = b'd';
/// The runs of a business date.
pub(super) const RUNS: Kind = b'r';
/// A page of a run.
pub(super) const RUN_PAGE: Kind = b'p';
/// A chunk of a sealed filter segment.
pub(super) const FILTER: Kind = b'f';
/// A page of the open filter segment's journal.
pub(super) const JOURNAL: Kind = b'j';

/// Every key of a kind begins so.
pub(super) fn prefix(kind: Kind) -> Vec<u8> {
    vec![Space::Identity as u8, kind]
}

/// A key of the kind and one number.
pub(super) fn one(kind: Kind, a: u32) -> Vec<u8> {
    [&prefix(kind)[..], &a.to_be_bytes()].concat()
}

/// A key of the kind and two numbers.
pub(super) fn two(kind: Kind, a: u32, b: u32) -> Vec<u8> {
    [&prefix(kind)[..], &a.to_be_bytes(), &b.to_be_bytes()].concat()
}

/// A key of the kind and three numbers.
pub(super) fn three(kind: Kind, a: u32, b: u32, c: u32) -> Vec<u8> {
    [&prefix(kind)[..], &a.to_be_bytes(), &b.to_be_bytes(), &c.to_be_bytes()].concat()
}

/// A key of the kind, a source and a large number.
pub(super) fn numbered(kind: Kind, source: SourceId, number: u64) -> Vec<u8> {
    [&prefix(kind)[..], &source.get().to_be_bytes(), &number.to_be_bytes()].concat()
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
