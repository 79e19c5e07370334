//! The registry of `windows`: days on which events are worth more. There is only one rule, so it is stored without a tag;
//! a second rule has to be stored in a list of its own.

mod times;

pub use times::{KEYS, Times as Window, times_on};
