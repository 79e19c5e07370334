//! Which ranks equal rows have.

mod dense;
mod ordinal;
mod standard;
