//! Conversion between a board and the rows that a sealed result keeps of it.

use std::sync::Arc;

use crate::contest::Contest;
use crate::fold::board::result_row::{ResultFigure, ResultRow};
use crate::fold::board::row::Figures;
use crate::fold::board::table::{Board, Standing};
use crate::fold::placement::roster::{Participant, Roster};
use crate::types::ids::{HolderId, RowId, SourceId};
use crate::types::names::Names;
use crate::types::ratio::Ratio;

impl ResultRow {
    /// Converts a row of a board into a row of a result.
    pub(crate) fn of_board(board: &Board, row: RowId, name: &str, live: i64, figures: &Figures) -> ResultRow {
        ResultRow {
            participant: board.participant(row),
            name: name.to_owned(),
            score: board.score(row).0,
            live,
            rates: board.rates_of(row).iter().map(|rate| rate.map(Ratio::lowest_terms)).collect(),
            reach: board.reach_of(row).cloned(),
            figures: figures_of(figures),
        }
    }
}

fn figures_of(figures: &Figures) -> Vec<ResultFigure> {
    let terms = |ratio: Option<Ratio>| ratio.map(Ratio::lowest_terms);
    let each = 0..figures.values.len();
    each.map(|at| ResultFigure {
        value: terms(figures.values[at]),
        points: figures.points[at],
        target: figures.targets[at],
        completion: terms(figures.completions[at]),
    })
    .collect()
}

/// Converts the rows of a result back into a board. `rows` are ordered by participant id.
pub(crate) fn board_of(
    kind: &str,
    contest: &Contest,
    rows: &[ResultRow],
    participants: &Names<HolderId>,
    sources: &Names<SourceId>,
) -> Board {
    let listed = rows.iter();
    let listed = listed.map(|row| Participant { number: row.participant, name: &row.name, takes_part: true });
    let named: Vec<Participant> = listed.collect();
    let numbers = rows.iter().map(|row| row.participant.index() + 1).max().unwrap_or(0);
    let mut board = Board::new(contest, Arc::new(Roster::new(kind, contest, &named, numbers)));
    for (at, row) in (0..).map(RowId::new).zip(rows) {
        put(&mut board, at, row);
    }
    board.settle(&(0..rows.len()).map(RowId::at).collect::<Vec<_>>(), participants, sources);
    board
}

/// Puts a row of a result into the board.
fn put(board: &mut Board, row: RowId, kept: &ResultRow) {
    let rates: Vec<Option<Ratio>> =
        kept.rates.iter().map(|rate| rate.and_then(|(above, below)| Ratio::new(above, below))).collect();
    board.put(row, &Standing { score: kept.score, has_credits: kept.live > 0, rates: &rates });
    board.set_reach(row, kept.reach.as_ref());
}
