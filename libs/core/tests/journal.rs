//! ReversalPart back, and where the order of the log matters.

mod order;
mod reversals;
