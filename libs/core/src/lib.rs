//! The pure core: standings are a function of a prefix of the log, and this crate is that function.
//!
//! It never reads a clock, a random number, a file, a socket or a time-zone database, and no score is ever a float.

mod cache;
pub mod catalogue;
pub mod contest;
pub mod control;
pub mod date;
pub mod event;
pub mod fold;
pub mod identity;
pub mod marks;
pub mod money;
pub mod names;
#[cfg(any(test, feature = "oracle"))]
pub mod oracle;
pub mod organisation;
pub mod pace;
pub mod pages;
pub mod plan;
pub mod position;
pub mod ratio;
pub mod register;
pub mod score;
pub mod share;
pub mod time;
pub mod violation;

pub use position::Position;
pub use time::Time;
