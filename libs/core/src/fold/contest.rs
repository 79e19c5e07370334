//! Contests: the state that is served, the one that is computed beside it, and the sealed result.
//!
//! Input: groups, dossiers and decisions, through [`contests`]; each is applied to every [`state`] that
//! already contains its event. Output: boards, results, and lists of what came too late for a result.
//! Invariant: the leaves of a state are exactly what its rules give for the originals it contains, in
//! whatever order those arrived.

pub mod contests;
mod definition;
pub(crate) mod late_difference;
pub(crate) mod persist;
mod placement_change;
pub mod posting;
pub mod reach_renewal;
pub mod recredit;
mod seal;
pub mod slot;
pub mod state;
