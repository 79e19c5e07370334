//! What a seal fixed, and the entries that came too late for it.

pub(crate) mod canonical_hash;
pub mod late;
pub mod sealed;
