//! Who is meant by a name, and where people stand in the organisation on a day.

pub mod context;
pub mod holders;
pub mod moved;
pub mod name_resolution;
pub mod places;
pub mod roster;
