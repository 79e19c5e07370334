//! Who is meant, and where that one stood on a day.

mod hand_overs;
mod name_resolution;
mod names;
mod ways;
