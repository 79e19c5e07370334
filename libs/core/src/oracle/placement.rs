//! Whom a name means, and where that person or unit stood on a day.

pub(crate) mod name_resolution;
pub(crate) mod way;
