//! Times in which events are worth more.

mod times;
