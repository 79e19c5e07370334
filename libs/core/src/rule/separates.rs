//! What a tie-break compares.

/// What rows that are equal so far are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separates {
    /// When the score was reached: the earliest is first, and rows that never raised a score are last.
    Reach,
    /// The value of the indicator with this index: the highest is first, and rows without a value are last.
    Value(usize),
    /// The name, in ascending byte order.
    Name,
}
