//! What a ranking key needs to know of a row.

use crate::types::ratio::Ratio;

/// A row that answers questions; each answer is computed only when it is needed, since most keys need only one.
pub trait Asked {
    /// The score, in 1/10,000 of a point.
    fn score(&self) -> i128;
    /// The score of the earlier period that improvement compares with, in 1/10,000 of a point; 0 where the contest has none.
    fn base_score(&self) -> i128;
    /// How many employees it has on the contest's last day; an employee is one.
    fn heads(&self) -> u32;
    /// The value of an indicator; `None`: it has none, such as a rate without a denominator.
    fn value(&self, indicator: usize) -> Option<Ratio>;
    /// How much of its target an indicator reached; `None`: no target, or no value.
    fn completion(&self, indicator: usize) -> Option<Ratio>;
}
