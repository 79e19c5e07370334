//! A row of a board as a sealed result keeps it, and the board that such rows make again. The name is as it was.

use serde::{Deserialize, Serialize};

use crate::contest::Contest;
use crate::fold::board::{Board, Participant};
use crate::fold::reach::Reach;
use crate::names::Names;

/// A listed row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultRow {
    /// The participant's number.
    pub participant: u32,
    /// The participant's name then.
    pub name: String,
    /// In 1/10,000 of a point.
    pub score: i128,
    /// Live credits.
    pub live: i64,
    /// Measures of the indicators that break ties, in the order of the chain.
    pub tie_measures: Vec<i128>,
    /// When the score was reached, where that breaks ties.
    pub reach: Option<Reach>,
}

impl Board {
    /// The board of a result; `rows` are in order of participant id.
    pub fn of_result(
        kind: &str,
        contest: &Contest,
        rows: &[ResultRow],
        participants: &Names,
        sources: &Names,
    ) -> Board {
        let listed = rows.iter();
        let listed =
            listed.map(|row| Participant { number: row.participant, name: &row.name, takes_part: true });
        let named: Vec<Participant> = listed.collect();
        let numbers = rows.iter().map(|row| row.participant as usize + 1).max().unwrap_or(0);
        let mut board = Board::new(kind, contest, &named, numbers);
        for (at, row) in (0..).zip(rows) {
            board.set(at, row);
        }
        board.touch_all();
        board.settle(participants, sources);
        board
    }
}
