//! Tests of the parts that every service has, as a caller sees them.

mod endings;
mod raw;
mod refusals;
