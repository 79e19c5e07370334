//! Times in which an event is worth more: the registry of `windows`. There is one rule. It is stored without saying which
//! rule it is; a second one has to be stored in a list of its own.

mod times;

pub use times::{Times as Window, times_on};
