//! A position in the log. It tells which of two entries comes first, and nothing about time.

use std::fmt;
use std::str::FromStr;

/// The stream sequence of a record batch and the entry's index in it. Displayed as `sequence.index` and
/// compared numerically; `0.0` is before the first entry.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct Position {
    /// The stream's sequence, from 1; 0 before the first batch.
    pub sequence: u64,
    /// The index in the batch, from 0.
    pub index: u32,
}

impl Position {
    /// Before the first entry.
    pub const START: Position = Position { sequence: 0, index: 0 };

    /// The entry at `index` of the batch at `sequence`.
    pub const fn new(sequence: u64, index: u32) -> Self {
        Position { sequence, index }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.sequence, self.index)
    }
}

/// Why a text is not a position.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a position; write `sequence.index`, such as `42.0`")]
pub struct ParsePositionError(String);

impl FromStr for Position {
    type Err = ParsePositionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ParsePositionError(text.to_owned());
        let (sequence, index) = text.split_once('.').unwrap_or((text, "0"));
        Ok(Position {
            sequence: sequence.parse().map_err(|_| wrong())?,
            index: index.parse().map_err(|_| wrong())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_compare_numerically_and_survive_their_text() {
        let low: Position = "9.10".parse().unwrap();
        let high: Position = "10.2".parse().unwrap();
        assert!(low < high);
        assert_eq!(low.to_string(), "9.10");
        assert!("9.".parse::<Position>().is_err());
        assert!("-1.0".parse::<Position>().is_err());
    }
}
