//! The result of a contest: the standings at the position of its seal, as they stay for ever. It keeps the rows as they
//! were, since the organisation and the events that gave them go on; it is never worked out again.

use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::contest::Contest;
use crate::fold::board::Board;
use crate::fold::contest_state::{ContestState, Surroundings};
use crate::fold::late::LateEntry;
use crate::fold::result_row::ResultRow;
use crate::names::Names;
use crate::pages::{DirtyPages, PageError, Pages, Space};
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
    /// Its boards, of listed rows only.
    pub boards: Vec<Board>,
    /// The rows of each board as they are written.
    rows: Vec<Vec<ResultRow>>,
    /// What would have changed it, not yet written.
    pub(super) pending: Vec<LateEntry>,
    is_written: bool,
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

impl Sealed {
    /// Fixes what a contest's boards say now; they must be settled.
    pub(super) fn fix(state: &ContestState, position: Position, as_of: Time, around: Surroundings) -> Sealed {
        let rows: Vec<Vec<ResultRow>> =
            state.boards().iter().map(|board| result_rows(board, state.contest.end, around)).collect();
        let of_rows = |(board, rows): (&Board, &Vec<ResultRow>)| {
            Board::of_result(&board.kind, &state.contest, rows, around.participants, around.sources)
        };
        let boards: Vec<Board> = state.boards().iter().zip(&rows).map(of_rows).collect();
        let hash = canonical_hash(&state.contest, state.revision, &boards, around);
        let (held, late) = (state.held(), state.late());
        let (revision, late_entries) = (state.revision, 0);
        let result = SealedResult { position, as_of, revision, held, late, hash, late_entries };
        let contest = state.contest.clone();
        Sealed { contest, result, boards, rows, pending: Vec::new(), is_written: false }
    }

    /// The board of a kind.
    pub fn board(&self, kind: &str) -> Option<&Board> {
        self.boards.iter().find(|board| board.kind == kind)
    }

    /// The name that a participant of a board had then.
    pub fn name(&self, kind: &str, row: u32) -> Option<&str> {
        let at = self.boards.iter().position(|board| board.kind == kind)?;
        self.rows[at].get(row as usize).map(|row| row.name.as_str())
    }

    /// Writes what is new.
    pub(super) fn take_dirty(&mut self, pages: &mut DirtyPages) {
        if self.is_written && self.pending.is_empty() {
            return;
        }
        let id = &self.contest.id;
        let first = self.result.late_entries - self.pending.len() as u64;
        for (number, entry) in (first..).zip(self.pending.drain(..)) {
            pages.push((super::late::key(id, number), postcard::to_allocvec(&entry).ok()));
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
    pub(super) fn restore(
        pages: &dyn Pages,
        participants: &Names,
        sources: &Names,
    ) -> Result<Vec<Sealed>, PageError> {
        let mut found = Vec::new();
        for (key_of_meta, bytes) in pages.scan(&[Space::Seal as u8, RESULT])? {
            let Meta { contest, result } = decode(&key_of_meta, &bytes)?;
            let (mut boards, mut rows_of) = (Vec::new(), Vec::new());
            for (number, kind) in contest.boards.iter().enumerate() {
                let mut rows: Vec<ResultRow> = Vec::new();
                let board = (number as u32).to_be_bytes();
                for (key, bytes) in pages.scan(&key(ROWS, &contest.id, &board))? {
                    let page: Vec<ResultRow> = decode(&key, &bytes)?;
                    rows.extend(page);
                }
                boards.push(Board::of_result(kind, &contest, &rows, participants, sources));
                rows_of.push(rows);
            }
            let contest = Arc::new(contest);
            let (rows, pending) = (rows_of, Vec::new());
            found.push(Sealed { contest, result, boards, rows, pending, is_written: true });
        }
        Ok(found)
    }
}

fn result_rows(board: &Board, last: Date, around: Surroundings) -> Vec<ResultRow> {
    let mut rows: Vec<u32> = board.from(0, around.sources).map(|(_, row)| row).collect();
    rows.sort_unstable();
    let named = |row: u32| {
        let id = around.participants.text(board.participant(row));
        board.result_row(row, around.organisation.name(id, last).unwrap_or_default())
    };
    rows.into_iter().map(named).collect()
}

/// The hash of a whole result: everything that anyone with the log can derive, and nothing of where it stands in it.
fn canonical_hash(contest: &Contest, revision: u64, boards: &[Board], around: Surroundings) -> [u8; 32] {
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
        for (rank, row) in board.from(0, around.sources) {
            bytes.extend_from_slice(&rank.to_le_bytes());
            board.row_bytes(row, &mut bytes, around.participants, around.sources);
            hasher.update(&bytes);
            bytes.clear();
        }
    }
    hasher.update(&bytes);
    *hasher.finalize().as_bytes()
}

/// Ids are length-prefixed, so that none is the beginning of another.
pub(super) fn key(part: u8, id: &str, rest: &[u8]) -> Vec<u8> {
    [&[Space::Seal as u8, part, id.len() as u8], id.as_bytes(), rest].concat()
}

pub(super) fn decode<'a, T: Deserialize<'a>>(key: &[u8], bytes: &'a [u8]) -> Result<T, PageError> {
    postcard::from_bytes(bytes)
        .map_err(|error| PageError::Damaged { key: key.to_vec(), reason: error.to_string() })
}
