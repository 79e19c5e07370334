//! The rules of a contest: what is counted, what it is worth, and what follows from the sums.

pub mod compiled;
pub mod figure;
pub mod targets;
pub mod worth;
