//! What can be asked beside boards: previews and searches.

mod preview;
mod searches;
