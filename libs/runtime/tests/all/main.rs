//! What every service needs around its work, as a caller meets it.

mod raw;
mod refusals;
