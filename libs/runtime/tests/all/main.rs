//! Tests of the parts that every service has, as a caller sees them.

mod raw;
mod refusals;
