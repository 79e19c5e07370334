//! Who is meant by a name, and where people stand in the organisation on a day.
//!
//! In come names, roles, sources and days; out come participants' numbers and places: ways from a unit to the top, as one
//! number each. What holds: a number never changes its meaning, and what was worked out of the organisation is forgotten
//! when that changes.

pub mod context;
pub mod holders;
pub mod moved;
pub mod name_resolution;
pub mod places;
pub mod roster;
