//! Queries other than boards: previews and searches.

mod preview;
mod searches;
