//! Sealed results, and the entries after them.

pub(crate) mod late;
pub(crate) mod sealed;
