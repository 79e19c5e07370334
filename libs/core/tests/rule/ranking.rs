//! By what rows are ranked.

mod completion;
mod improvement;
mod indicator;
mod per_head;
mod score;
