//! The oracle's registry of tie rules: which ranks equal rows have.

use crate::contest::TieRule;
use crate::oracle::contest::key::Key;
use crate::rule::tie_rule;

pub(crate) mod dense;
pub(crate) mod ordinal;
pub(crate) mod standard;

/// The rank of the row at a place; `keys` are those of all rows, in order.
pub(crate) fn rank(rule: TieRule, keys: &[Vec<Key>], place: usize) -> u64 {
    match rule {
        TieRule::Standard(tie_rule::Standard) => standard::rank(keys, place),
        TieRule::Dense(tie_rule::Dense) => dense::rank(keys, place),
        TieRule::Ordinal(tie_rule::Ordinal) => ordinal::rank(place),
    }
}
