//! Whom a name means, and where that person or unit stood on a day.

mod hand_overs;
mod name_resolution;
mod names;
mod ways;
