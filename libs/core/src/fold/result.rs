//! What a seal fixed, and the entries that came too late for it. Data only: sealing is the contest's.
//!
//! In come the rows of settled boards; out come the same rows for ever, a hash of all of them, and the list of late entries.
//! What holds: a result never changes.

pub(crate) mod canonical_hash;
pub mod late;
pub mod sealed;
