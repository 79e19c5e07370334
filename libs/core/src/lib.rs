//! The pure core: standings are a function of a prefix of the log, and this crate is that function.
//!
//! It never reads a clock, a random number, a file, a socket or a time-zone database, and no score is ever a float.

pub mod types;

pub mod catalogue;
pub mod contest;
pub mod control;
pub mod event;
pub mod fold;
pub mod identity;
#[cfg(any(test, feature = "oracle"))]
pub mod oracle;
pub mod organisation;
pub mod pace;
pub mod plan;
pub mod register;
pub mod rule;
#[cfg(any(test, feature = "testkit"))]
pub mod testkit;

pub use types::position::Position;
pub use types::time::Time;
