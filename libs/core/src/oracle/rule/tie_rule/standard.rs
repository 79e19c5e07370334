//! Twin of the tie rule `standard` (1224): equal rows share a rank, and ranks are skipped after it.

use crate::oracle::contest::key::Key;

/// One more than the number of better rows.
pub(crate) fn rank(keys: &[Vec<Key>], place: usize) -> u64 {
    let better = keys.iter().filter(|other| **other < keys[place]);
    better.count() as u64 + 1
}
