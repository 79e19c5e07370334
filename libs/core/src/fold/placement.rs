//! Whom a name means, and where people stand in the organisation on a day.
//!
//! Input: names, roles, sources and days. Output: participant numbers and places. A place is the path from a
//! unit to the top of the organisation, as one number. Invariants: a number never changes its meaning; what
//! was derived from the organisation is dropped when the organisation changes.

pub mod context;
pub mod holders;
pub mod moved;
pub mod name_resolution;
pub mod places;
pub mod roster;
