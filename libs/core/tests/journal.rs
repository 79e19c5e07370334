//! Reversals, and the cases in which the order of the log matters.

mod order;
mod reversals;
