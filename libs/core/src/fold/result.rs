//! What a seal fixed, and the entries that came too late for it. Data only: sealing itself is done in
//! `contest`.
//!
//! Input: the rows of settled boards. Output: the same rows, kept for good, a hash of all of them, and the
//! list of late entries. Invariant: a result never changes.

pub(crate) mod canonical_hash;
pub mod late;
pub mod sealed;
