//! What the oracle reads of a contest's definition: its spans, its targets, which events it asks for, and the plain data
//! in which rules and rows speak of what was counted.

pub(crate) mod admission;
pub(crate) mod amounts;
pub(crate) mod key;
pub(crate) mod refusal;
pub(crate) mod spans;
pub(crate) mod targets;
