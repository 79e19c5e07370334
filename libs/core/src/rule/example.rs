//! One line of the worked example that ends a contest's explanation.

use crate::rule::phrase::Phrase;

/// An indicator in the worked example.
#[derive(Clone, Debug)]
pub struct Example {
    /// The sample value, and how its points are computed.
    pub text: Phrase,
    /// In 1/10,000 of a point.
    pub points_e4: i128,
}
