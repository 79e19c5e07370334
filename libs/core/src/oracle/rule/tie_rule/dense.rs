//! Twin of the tie rule `dense` (1223): equal rows share a rank, and the next rank follows it.

use crate::oracle::contest::key::Key;

/// One more than the number of different better keys; `keys` are in order.
pub(crate) fn rank(keys: &[Vec<Key>], place: usize) -> u64 {
    let mut better: Vec<&Vec<Key>> = keys.iter().filter(|other| **other < keys[place]).collect();
    better.dedup();
    better.len() as u64 + 1
}
