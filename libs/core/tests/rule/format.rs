//! How rounds make the whole.

mod places;
mod sum;
