//! The result of a contest: the standings at the position of its seal, as they stay for ever. It keeps the rows as they
//! were, since the organisation and the events that gave them go on; it is never worked out again.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::contest::Contest;
use crate::fold::board::board_set::Round;
use crate::fold::board::result_row::{ResultFigure, ResultRow};
use crate::fold::board::table::Board;
use crate::fold::contest::state::ContestState;
use crate::fold::placement::context::Context;
use crate::fold::result::late::LateEntry;
use crate::types::ids::{HolderId, RowId, SourceId};
use crate::types::names::Names;
use crate::types::page_bounds::{PageBounds, count};
use crate::types::pages::{DirtyPages, PageError, Pages, Space, check_next, decode};
use crate::{Position, Time};

const RESULT: u8 = 0;
const ROWS: u8 = 1;
/// Rows a page.
const PAGE: usize = 256;
/// What is hashed begins with this: another form of it needs another one.
const FORM: &[u8] = b"longhu result 1";

/// A sealed contest.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The definition that gave the result.
    pub contest: Arc<Contest>,
    /// Where it was sealed, when, and what else is told of it.
    pub result: SealedResult,
    /// Its tables, of listed rows only: of each board the whole and then its rounds.
    pub tables: Vec<(Round, Board)>,
    /// The rows of each table as they are written.
    rows: Vec<Vec<ResultRow>>,
    /// What would have changed it, not yet written.
    pub(crate) pending: Vec<LateEntry>,
    is_written: bool,
    /// What numbers of pages that are written may be.
    pub(crate) limits: PageBounds,
}

/// What is told of a result beside its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedResult {
    /// The seal's position.
    pub position: Position,
    /// The greatest recorded time up to there.
    pub as_of: Time,
    /// The definition's revision.
    pub revision: u64,
    /// Credits that waited for an unknown unit or employee.
    pub held: u64,
    /// Entries that came after the deadline.
    pub late: u64,
    /// BLAKE3 of the whole result in its canonical form.
    pub hash: [u8; 32],
    /// Entries after the seal that would have changed it.
    pub late_entries: u64,
}

#[derive(Serialize, Deserialize)]
struct Meta {
    contest: Contest,
    result: SealedResult,
}

impl Meta {
    /// Refuses what a page under that key cannot have.
    fn check(&self, own: &[u8], limits: &PageBounds) -> Result<(), String> {
        if own != key(RESULT, &self.contest.id, &[]) {
            return Err("it is the page of another contest".into());
        }
        self.contest.sound()?;
        limits.position(self.result.position)?;
        count(self.result.late_entries, "late entries")
    }
}

impl Sealed {
    /// Fixes what a contest's boards say now; they must be settled.
    pub(crate) fn fix(state: &ContestState, position: Position, as_of: Time, context: Context) -> Sealed {
        let of_table = |(round, board): (Round, &Board)| result_rows(state, round, board, context);
        let rows: Vec<Vec<ResultRow>> = state.tables().map(of_table).collect();
        let (participants, sources) = (context.participants, context.sources);
        let tables = state.tables().zip(&rows).map(|((round, board), rows)| {
            (round, Board::of_result(&board.kind, &state.contest, rows, participants, sources))
        });
        let tables: Vec<(Round, Board)> = tables.collect();
        let hash = canonical_hash(&state.contest, state.revision, &tables, context);
        let (held, late) = (state.held(), state.late());
        let (revision, late_entries) = (state.revision, 0);
        let result = SealedResult { position, as_of, revision, held, late, hash, late_entries };
        let contest = state.contest.clone();
        let (pending, limits) = (Vec::new(), PageBounds::default());
        Sealed { contest, result, tables, rows, pending, is_written: false, limits }
    }

    /// The whole of the board of a kind.
    pub fn board(&self, kind: &str) -> Option<&Board> {
        self.table(kind, None)
    }

    /// A table of the board of a kind.
    pub fn table(&self, kind: &str, round: Round) -> Option<&Board> {
        self.at(kind, round).map(|at| &self.tables[at].1)
    }

    /// The whole of every board.
    pub fn boards(&self) -> impl Iterator<Item = &Board> {
        self.tables.iter().filter(|(round, _)| round.is_none()).map(|(_, board)| board)
    }

    fn at(&self, kind: &str, round: Round) -> Option<usize> {
        self.tables.iter().position(|(of, board)| *of == round && board.kind == kind)
    }

    /// What is kept of a row of a table.
    pub fn row(&self, kind: &str, round: Round, row: RowId) -> Option<&ResultRow> {
        self.rows[self.at(kind, round)?].get(row.index())
    }

    /// The name that a participant of a board had then.
    pub fn name(&self, kind: &str, row: RowId) -> Option<&str> {
        self.row(kind, None, row).map(|row| row.name.as_str())
    }

    /// Writes what is new.
    pub(crate) fn take_dirty(&mut self, limits: &PageBounds, pages: &mut DirtyPages) {
        self.limits = limits.of_contest(&self.contest);
        if self.is_written && self.pending.is_empty() {
            return;
        }
        let id = &self.contest.id;
        let first = self.result.late_entries - self.pending.len() as u64;
        for (number, entry) in (first..).zip(self.pending.drain(..)) {
            pages.push((crate::fold::result::late::key(id, number), postcard::to_allocvec(&entry).ok()));
        }
        let meta = Meta { contest: (*self.contest).clone(), result: self.result.clone() };
        pages.push((key(RESULT, id, &[]), postcard::to_allocvec(&meta).ok()));
        if std::mem::replace(&mut self.is_written, true) {
            return;
        }
        for (number, rows) in self.rows.iter().enumerate() {
            for (page, rows) in rows.chunks(PAGE).enumerate() {
                let place = [(number as u32).to_be_bytes(), (page as u32).to_be_bytes()].concat();
                pages.push((key(ROWS, id, &place), postcard::to_allocvec(rows).ok()));
            }
        }
    }

    /// Every result that was written.
    pub(crate) fn restore(
        limits: &PageBounds,
        pages: &dyn Pages,
        participants: &Names<HolderId>,
        sources: &Names<SourceId>,
    ) -> Result<Vec<Sealed>, PageError> {
        let mut found = Vec::new();
        for (key_of_meta, bytes) in pages.scan(&[Space::Seal as u8, RESULT])? {
            let meta: Meta = decode(&key_of_meta, &bytes)?;
            let wrong = |reason: String| PageError::damaged(&key_of_meta, reason);
            meta.check(&key_of_meta, limits).map_err(wrong)?;
            let Meta { contest, result } = meta;
            let (limits, whole) = (limits.of_contest(&contest), Board::whole_rates(&contest));
            let (mut tables, mut rows_of) = (Vec::new(), Vec::new());
            let rounds = || std::iter::once(None).chain((0..contest.rounds.len()).map(Some));
            let every = contest.boards.iter().flat_map(|kind| rounds().map(move |round| (kind, round)));
            for (number, (kind, round)) in every.enumerate() {
                let mut rows: Vec<ResultRow> = Vec::new();
                let prefix = key(ROWS, &contest.id, &(number as u32).to_be_bytes());
                for (number, (key, bytes)) in pages.scan(&prefix)?.into_iter().enumerate() {
                    let damaged = |reason: String| PageError::damaged(&key, reason);
                    let page: Vec<ResultRow> = decode(&key, &bytes)?;
                    check_next((&prefix, &key), number, rows.len(), page.len(), PAGE)?;
                    for row in page {
                        row.check(&limits, &whole).map_err(damaged)?;
                        // Rows are ranked by their order where nothing else tells them apart.
                        let id = |row: &ResultRow| participants.bytes(row.participant);
                        if rows.last().is_some_and(|last| id(last) >= id(&row)) {
                            return Err(damaged("its rows are not in order of participants' ids".into()));
                        }
                        rows.push(row);
                    }
                }
                let board = Board::of_result(kind, &contest, &rows, participants, sources);
                tables.push((round, board));
                rows_of.push(rows);
            }
            let contest = Arc::new(contest);
            let (rows, pending) = (rows_of, Vec::new());
            found.push(Sealed { contest, result, tables, rows, pending, is_written: true, limits });
        }
        Ok(found)
    }
}

fn result_rows(state: &ContestState, round: Round, board: &Board, context: Context) -> Vec<ResultRow> {
    let mut rows: Vec<RowId> = board.from(0, context.sources).map(|(_, row)| row).collect();
    rows.sort_unstable();
    let kept = |row: RowId| {
        let id = context.participants.text(board.participant(row));
        let name = context.organisation.name(id, state.contest.end).unwrap_or_default();
        let figures = state.figures(&board.kind, round, row);
        ResultRow {
            figures: ResultFigure::of(&figures),
            ..board.result_row(row, name, state.live(&board.kind, round, row))
        }
    };
    rows.into_iter().map(kept).collect()
}

/// The hash of a whole result: everything that anyone with the log can derive, and nothing of where it stands in it.
fn canonical_hash(contest: &Contest, revision: u64, tables: &[(Round, Board)], context: Context) -> [u8; 32] {
    let boards: Vec<&Board> =
        tables.iter().filter(|(round, _)| round.is_none()).map(|(_, board)| board).collect();
    let mut hasher = blake3::Hasher::new();
    let mut bytes = Vec::with_capacity(256);
    let text = |bytes: &mut Vec<u8>, text: &str| {
        bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
    };
    bytes.extend_from_slice(FORM);
    text(&mut bytes, &contest.id);
    bytes.extend_from_slice(&revision.to_le_bytes());
    bytes.extend_from_slice(&(boards.len() as u32).to_le_bytes());
    for board in boards {
        text(&mut bytes, &board.kind);
        bytes.extend_from_slice(&(board.len() as u64).to_le_bytes());
        for (rank, row) in board.from(0, context.sources) {
            bytes.extend_from_slice(&rank.to_le_bytes());
            board.row_bytes(row, &mut bytes, context.participants, context.sources);
            hasher.update(&bytes);
            bytes.clear();
        }
    }
    hasher.update(&bytes);
    *hasher.finalize().as_bytes()
}

/// Ids are length-prefixed, so that none is the beginning of another.
pub(crate) fn key(part: u8, id: &str, rest: &[u8]) -> Vec<u8> {
    [&[Space::Seal as u8, part, id.len() as u8], id.as_bytes(), rest].concat()
}
