//! Sealing: turns the boards of a contest into its result.

use crate::fold::board::board_set::Round;
use crate::fold::board::result_board::board_of;
use crate::fold::board::result_row::ResultRow;
use crate::fold::board::table::Board;
use crate::fold::contest::state::ContestState;
use crate::fold::placement::context::Context;
use crate::fold::result::canonical_hash::canonical_hash;
use crate::fold::result::sealed::{Sealed, SealedResult};
use crate::types::ids::RowId;
use crate::{Position, Time};

/// The result of a contest, from its boards, which must be settled.
pub(crate) fn seal(state: &ContestState, position: Position, as_of: Time, context: Context) -> Sealed {
    let of_table = |(round, board): (Round, &Board)| result_rows(state, round, board, context);
    let rows: Vec<Vec<ResultRow>> = state.tables().map(of_table).collect();
    let (participants, sources) = (context.participants, context.sources);
    let tables = state.tables().zip(&rows).map(|((round, board), rows)| {
        (round, board_of(&board.kind, &state.contest, rows, participants, sources))
    });
    let tables: Vec<(Round, Board)> = tables.collect();
    let hash = canonical_hash(&state.contest, state.revision, &tables, context);
    let (held, late) = (state.held(), state.late());
    let (revision, late_entries) = (state.revision, 0);
    let result = SealedResult { position, as_of, revision, held, late, hash, late_entries };
    Sealed::new(state.contest.clone(), result, tables, rows)
}

fn result_rows(state: &ContestState, round: Round, board: &Board, context: Context) -> Vec<ResultRow> {
    let mut rows: Vec<RowId> = board.from(0, context.sources).map(|(_, row)| row).collect();
    rows.sort_unstable();
    let kept = |row: RowId| {
        let id = context.participants.text(board.participant(row));
        let name = context.organisation.name(id, state.contest.end).unwrap_or_default();
        let live = state.live(&board.kind, round, row);
        ResultRow::of_board(board, row, name, live, &state.figures(&board.kind, round, row))
    };
    rows.into_iter().map(kept).collect()
}
