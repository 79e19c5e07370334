//! One line of a contest's example.

use crate::rule::phrase::Phrase;

/// What an indicator gives in the example.
#[derive(Clone, Debug)]
pub struct Example {
    /// The value, and how the points follow from it.
    pub text: Phrase,
    /// In 1/10,000 of a point.
    pub points_e4: i128,
}
