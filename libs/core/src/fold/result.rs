//! What a seal fixed, and the entries that came too late for it.

pub mod late;
pub mod sealed;
