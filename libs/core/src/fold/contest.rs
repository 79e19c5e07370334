//! Contests: the state that is served, the one that is computed beside it, the sealed result.
//!
//! In come groups, dossiers and decisions, through [`contests`]; each goes to the [`state`]s that have it already. Out come
//! boards, results, and lists of what came too late for a result. What holds: a state's leaves are always those that its
//! rules make of the originals that it has, whatever the order in which they came.

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
