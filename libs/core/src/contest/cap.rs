//! A cap of an indicator.

use serde::{Deserialize, Serialize};

use crate::rule::limit::Limit;
use crate::rule::phrase::{Phrase, points, say};

/// The most that an indicator may be worth. What is less than the cap's negative counts as that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cap {
    /// Of what the sum is clamped.
    pub per: Limit,
    /// In 1/10,000 of a point, from 0.
    pub points_e4: i64,
    /// The boards that it holds on; empty: all. Never given for events.
    pub boards: Vec<String>,
}

impl Cap {
    /// Whether it holds on a board.
    pub fn holds_on(&self, board: &str) -> bool {
        self.boards.is_empty() || self.boards.iter().any(|own| own == board)
    }

    /// What it says.
    pub fn sentence(&self) -> Phrase {
        let most = self.per.sentence(&points(self.points_e4.into()));
        if self.boards.is_empty() {
            return most;
        }
        let boards = Phrase::list_of(&self.boards);
        say!("{most} on the boards {boards}", "{most}（仅 {boards} 榜）", most, boards)
    }
}

/// Clamps a sum to a cap and its negative.
pub fn clamp(points: i128, cap: Option<i128>) -> i128 {
    cap.map_or(points, |cap| points.clamp(-cap, cap))
}
