//! A cap of an indicator.

use serde::{Deserialize, Serialize};

use crate::rule::limit::Limit;
use crate::rule::phrase::{Phrase, points, say};
use crate::rule::words;

/// The most points that an indicator may give. A sum below the negative of the cap counts as that negative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cap {
    /// Which sum is clamped.
    pub per: Limit,
    /// In 1/10,000 of a point, from 0.
    pub points_e4: i64,
    /// The boards on which it holds; empty: all. Always empty for caps per event.
    pub boards: Vec<String>,
}

impl Cap {
    /// Whether it holds on a board.
    pub fn holds_on(&self, board: &str) -> bool {
        self.boards.is_empty() || self.boards.iter().any(|own| own == board)
    }

    /// The cap in words. `takes_off` says that the indicator takes points away, so that the cap limits a loss.
    pub fn sentence(&self, takes_off: bool) -> Phrase {
        let points = points(self.points_e4.into());
        let most = self.per.sentence(&match takes_off {
            true => say!("at most {points} off", "最多扣 {points}", points),
            false => say!("at most {points}", "最多 {points}", points),
        });
        let boards = words::boards(&self.boards);
        match self.boards.len() {
            0 => most,
            1 => say!("{most} ({boards} board only)", "{most}（仅{boards}榜）", most, boards),
            _ => say!("{most} ({boards} boards only)", "{most}（仅{boards}榜）", most, boards),
        }
    }
}

/// Clamps a sum to a cap and its negative.
pub fn clamp(points: i128, cap: Option<i128>) -> i128 {
    cap.map_or(points, |cap| points.clamp(-cap, cap))
}
