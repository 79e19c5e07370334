//! Results that a seal fixed, and what came after it.

pub(crate) mod late;
pub(crate) mod sealed;
