//! What separates equal rows.

mod earliest;
mod indicator;
mod name;
