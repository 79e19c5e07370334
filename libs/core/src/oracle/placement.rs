//! Who is meant by a name, and where that one stood on a day.

pub(crate) mod name_resolution;
pub(crate) mod way;
