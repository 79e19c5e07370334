//! The result of a contest: the standings at the position of its seal, which never change. The rows
//! themselves are stored, because the organisation and the events behind them keep changing; the result is
//! never computed again.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::contest::Contest;
use crate::fold::board::board_set::Round;
use crate::fold::board::result_board::board_of;
use crate::fold::board::result_row::ResultRow;
use crate::fold::board::table::Board;
use crate::fold::ledger::contest_bounds::of_contest;
use crate::fold::result::late::LateEntry;
use crate::types::damage::Damage;
use crate::types::ids::{HolderId, RowId, SourceId};
use crate::types::names::Names;
use crate::types::page_bounds::{PageBounds, count};
use crate::types::pages::{DirtyPages, PageError, PagedList, Pages, decode};
use crate::types::prefix::Prefix;
use crate::{Position, Time};

/// Rows in a page.
const PAGE: usize = 256;
/// A sealed contest.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The definition that gave the result.
    pub contest: Arc<Contest>,
    /// When and where it was sealed, and other facts about the result.
    pub result: SealedResult,
    /// Its tables, with listed rows only: for each board the whole, then the rounds.
    pub tables: Vec<(Round, Board)>,
    /// The stored form of the rows of each table.
    rows: Vec<Vec<ResultRow>>,
    /// Entries that would have changed it and are not stored yet.
    pub(crate) pending: Vec<LateEntry>,
    is_written: bool,
    /// Upper bounds for the numbers in stored pages.
    pub(crate) limits: PageBounds,
}

/// Facts about a result, besides its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedResult {
    /// The seal's position.
    pub position: Position,
    /// The greatest recorded time up to that position.
    pub as_of: Time,
    /// The definition's revision.
    pub revision: u64,
    /// Credits that could not be placed, for an unknown unit or employee.
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
    /// Refuses values that a valid page with that key cannot contain.
    fn check(&self, own: &[u8], limits: &PageBounds) -> Result<(), Damage> {
        if own != Prefix::Result.named(&self.contest.id, &[]) {
            return Err("it is the page of another contest".into());
        }
        self.contest.sound()?;
        limits.position(self.result.position)?;
        count(self.result.late_entries, "late entries")
    }
}

impl Sealed {
    /// A result that is not stored yet. `rows` are the rows of each table.
    pub(crate) fn new(
        contest: Arc<Contest>,
        result: SealedResult,
        tables: Vec<(Round, Board)>,
        rows: Vec<Vec<ResultRow>>,
    ) -> Sealed {
        let limits = PageBounds::default();
        Sealed { contest, result, tables, rows, pending: Vec::new(), is_written: false, limits }
    }

    /// Records a late entry. If the previous note was for the same entry, both are merged.
    pub(crate) fn note(&mut self, entry: LateEntry) {
        if let Some(last) = self.pending.last_mut().filter(|last| last.position == entry.position) {
            return last.changes.extend(entry.changes);
        }
        self.result.late_entries += 1;
        self.pending.push(entry);
    }

    /// Entries that would have changed the result, in log order, starting with number `first`, counted from
    /// 0.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn late_entries(
        &self,
        pages: &dyn Pages,
        first: u64,
        count: usize,
    ) -> Result<Vec<LateEntry>, PageError> {
        let written = self.result.late_entries - self.pending.len() as u64;
        let last = self.result.late_entries.min(first.saturating_add(count as u64));
        let mut found = Vec::new();
        for number in first..last {
            if let Some(at) = number.checked_sub(written) {
                found.extend(self.pending.get(at as usize).cloned());
                continue;
            }
            let key = late_key(&self.contest.id, number);
            let bytes = pages.load(&key)?.ok_or_else(|| PageError::damaged(&key, "it is missing"))?;
            let entry: LateEntry = decode(&key, &bytes)?;
            entry.check(&self.limits).map_err(|damage| PageError::damaged(&key, damage))?;
            found.push(entry);
        }
        Ok(found)
    }

    /// The table of the whole contest, for the board of a kind.
    pub fn board(&self, kind: &str) -> Option<&Board> {
        self.table(kind, None)
    }

    /// One table of the board of a kind.
    pub fn table(&self, kind: &str, round: Round) -> Option<&Board> {
        self.at(kind, round).map(|at| &self.tables[at].1)
    }

    /// The table of the whole contest, for every board.
    pub fn boards(&self) -> impl Iterator<Item = &Board> {
        self.tables.iter().filter(|(round, _)| round.is_none()).map(|(_, board)| board)
    }

    fn at(&self, kind: &str, round: Round) -> Option<usize> {
        self.tables.iter().position(|(of, board)| *of == round && board.kind == kind)
    }

    /// The stored form of a row of a table.
    pub fn row(&self, kind: &str, round: Round, row: RowId) -> Option<&ResultRow> {
        self.rows[self.at(kind, round)?].get(row.index())
    }

    /// The name of a participant at the time of the seal.
    pub fn name(&self, kind: &str, row: RowId) -> Option<&str> {
        self.row(kind, None, row).map(|row| row.name.as_str())
    }

    /// Stores what is new.
    pub(crate) fn take_dirty(&mut self, limits: &PageBounds, pages: &mut DirtyPages) {
        self.limits = of_contest(&self.contest, *limits);
        if self.is_written && self.pending.is_empty() {
            return;
        }
        let id = &self.contest.id;
        let first = self.result.late_entries - self.pending.len() as u64;
        for (number, entry) in (first..).zip(self.pending.drain(..)) {
            pages.push((late_key(id, number), postcard::to_allocvec(&entry).ok()));
        }
        let meta = Meta { contest: (*self.contest).clone(), result: self.result.clone() };
        pages.push((Prefix::Result.named(id, &[]), postcard::to_allocvec(&meta).ok()));
        if std::mem::replace(&mut self.is_written, true) {
            return;
        }
        for (number, rows) in self.rows.iter().enumerate() {
            for (page, rows) in rows.chunks(PAGE).enumerate() {
                let place = [(number as u32).to_be_bytes(), (page as u32).to_be_bytes()].concat();
                pages.push((Prefix::ResultRows.named(id, &place), postcard::to_allocvec(rows).ok()));
            }
        }
    }

    /// Restores every stored result.
    pub(crate) fn restore(
        limits: &PageBounds,
        pages: &dyn Pages,
        participants: &Names<HolderId>,
        sources: &Names<SourceId>,
    ) -> Result<Vec<Sealed>, PageError> {
        let mut found = Vec::new();
        for (key_of_meta, bytes) in pages.scan(Prefix::Result.bytes())? {
            let meta: Meta = decode(&key_of_meta, &bytes)?;
            let wrong = |reason: Damage| PageError::damaged(&key_of_meta, reason);
            meta.check(&key_of_meta, limits).map_err(wrong)?;
            let Meta { contest, result } = meta;
            let (limits, whole) = (of_contest(&contest, *limits), Board::whole_rates(&contest));
            let (mut tables, mut rows_of) = (Vec::new(), Vec::new());
            let rounds = || std::iter::once(None).chain((0..contest.rounds.len()).map(Some));
            let every = contest.boards.iter().flat_map(|kind| rounds().map(move |round| (kind, round)));
            for (number, (kind, round)) in every.enumerate() {
                let mut rows: Vec<ResultRow> = Vec::new();
                let prefix = Prefix::ResultRows.named(&contest.id, &(number as u32).to_be_bytes());
                let list = PagedList { prefix: &prefix, page_max: PAGE };
                for (number, (key, bytes)) in pages.scan(&prefix)?.into_iter().enumerate() {
                    let damaged = |reason: Damage| PageError::damaged(&key, reason);
                    let page: Vec<ResultRow> = decode(&key, &bytes)?;
                    list.check(&key, number, rows.len(), &page)?;
                    for row in page {
                        row.check(&limits, &whole).map_err(damaged)?;
                        // Without further tie-breaks, the order of rows decides their ranks.
                        let id = |row: &ResultRow| participants.bytes(row.participant);
                        if rows.last().is_some_and(|last| id(last) >= id(&row)) {
                            return Err(damaged("its rows are not in order of participants' ids".into()));
                        }
                        rows.push(row);
                    }
                }
                let board = board_of(kind, &contest, &rows, participants, sources);
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

fn late_key(id: &str, number: u64) -> Vec<u8> {
    Prefix::LateEntries.named(id, &number.to_be_bytes())
}
