//! What a ranking key asks of a row.

use crate::types::ratio::Ratio;

/// A row that can be asked; each answer is worked out when it is asked for.
pub trait Asked {
    /// The score, in 1/10,000 of a point.
    fn score(&self) -> i128;
    /// The score of the period before, in 1/10,000 of a point; 0 where the contest has none.
    fn base_score(&self) -> i128;
    /// How many people it has on the last day.
    fn heads(&self) -> u32;
    /// The value of an indicator.
    fn value(&self, indicator: usize) -> Option<Ratio>;
    /// How much of its target an indicator reached.
    fn completion(&self, indicator: usize) -> Option<Ratio>;
}
