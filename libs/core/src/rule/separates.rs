//! What a tie-break needs to know of rows to separate them.

/// By what rows that are equal so far are separated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separates {
    /// By when the score was reached: the earlier stands first, never last.
    Reach,
    /// By the value of the indicator of that index: the greater stands first, none last.
    Value(usize),
    /// By name, bytewise ascending.
    Name,
}
