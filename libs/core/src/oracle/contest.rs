//! What the oracle reads of a contest's definition: its spans, its targets, which events it counts; and the
//! plain data that is passed between rules and rows.

pub(crate) mod admission;
pub(crate) mod amounts;
pub(crate) mod key;
pub(crate) mod refusal;
pub(crate) mod spans;
pub(crate) mod targets;
