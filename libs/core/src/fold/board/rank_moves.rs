//! The differences between the rows of two states of one board.

use crate::fold::board::table::Board;
use crate::types::ids::{HolderId, RowId, SourceId};
use crate::types::names::Names;
use crate::types::score::Score;

/// The rank and score of a row.
pub type Standing = (u64, Score);

/// A row whose rank or score changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowMove {
    /// The participant's number.
    pub participant: HolderId,
    /// Rank and score before; `None` if it was not listed.
    pub before: Option<Standing>,
    /// Rank and score after; `None` if it is not listed.
    pub after: Option<Standing>,
}

impl RowMove {
    /// By how many ranks it moved. A row that appears or disappears counts as having moved farthest.
    pub fn distance(&self) -> u64 {
        match (self.before, self.after) {
            (Some((before, _)), Some((after, _))) => before.abs_diff(after),
            _ => u64::MAX,
        }
    }
}

/// Every row whose rank or score changed: first those that are listed after the change, in their order, then
/// those that disappeared.
pub fn moves(before: &Board, after: &Board, sources: &Names<SourceId>) -> Vec<RowMove> {
    if before.digest() == after.digest() {
        return Vec::new();
    }
    let listed = after.from(0, sources).map(|(rank, row)| {
        let participant = after.participant(row);
        let after = Some((rank, after.score(row)));
        RowMove { participant, before: standing(before, participant, sources), after }
    });
    let gone = before.from(0, sources).filter_map(|(rank, row)| {
        let participant = before.participant(row);
        let is_gone = standing(after, participant, sources).is_none();
        let before = Some((rank, before.score(row)));
        is_gone.then_some(RowMove { participant, before, after: None })
    });
    listed.chain(gone).filter(|one| one.before != one.after).collect()
}

fn standing(board: &Board, participant: HolderId, sources: &Names<SourceId>) -> Option<Standing> {
    let row = Some(board.row_of(participant)).filter(|row| *row != RowId::NONE)?;
    Some((board.rank_of(row, sources)?, board.score(row)))
}
