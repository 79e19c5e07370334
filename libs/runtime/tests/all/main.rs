//! Tests of the parts that every service has, as a caller sees them.

mod audit;
mod certificates;
mod endings;
mod grants;
mod raw;
mod refusals;
mod server;
mod tls;
