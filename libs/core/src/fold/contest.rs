//! One contest as far as it is folded: the state that is served, the one that is computed beside it, the sealed result.

pub mod backfill;
pub mod gather;
pub mod posting;
pub mod recredit;
pub mod slot;
pub mod state;
