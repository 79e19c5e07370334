//! The oracle's registry of tie rules: which ranks equal rows have.

use crate::contest::TieRule;
use crate::oracle::contest::key::Key;

pub(crate) mod dense;
pub(crate) mod ordinal;
pub(crate) mod standard;

/// The rank of the row at a place; `keys` are those of all rows, in order.
pub(crate) fn rank(rule: TieRule, keys: &[Vec<Key>], place: usize) -> u64 {
    match rule {
        TieRule::Standard1224 => standard::rank(keys, place),
        TieRule::Dense1223 => dense::rank(keys, place),
        TieRule::Ordinal1234 => ordinal::rank(place),
    }
}
