//! Plain values that the rest of the core is built from. They depend on nothing else in the core.

pub mod cache;
pub mod damage;
pub mod date;
pub mod entry;
pub mod ids;
pub mod localized;
pub mod marks;
pub mod money;
pub mod names;
pub mod page_bounds;
pub mod pages;
pub mod period;
pub mod position;
pub mod prefix;
pub mod ratio;
pub mod score;
mod texts;
pub mod time;
pub mod violation;
