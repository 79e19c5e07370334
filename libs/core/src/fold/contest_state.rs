//! One revision of one contest, as far as it has been folded: leaves, and the boards derived from them.
//!
//! It is given events that were counted; whether a copy counts is decided once a shard, before it.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::contest::Contest;
use crate::fold::board::{Addition, Board, NO_ROW, Participant, tie_indicators};
use crate::fold::leaf::{LeafId, LeafKey, Leaves, NOBODY, UNKNOWN};
use crate::fold::places::{HELD, PlaceId, Places, Stop};
use crate::names::Names;
use crate::organisation::{EMPLOYEE, Organisation};

/// The row of a place that was not asked for yet.
const NOT_ASKED: u32 = u32::MAX - 1;

/// What a contest needs to know of the shard it is in.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The organisation in force.
    pub organisation: &'a Organisation,
    /// Numbers of employees and units.
    pub participants: &'a Names,
    /// Numbers of sources.
    pub sources: &'a Names,
}

/// Whom an event names, by participant numbers.
#[derive(Clone, Copy)]
pub struct Holders<'a> {
    /// Its branch; `None` when it names none.
    pub branch: Option<u32>,
    /// Its creditors, in their order.
    pub creditors: &'a [u32],
    /// The event's source, by its number: it may have names of its own for them.
    pub source: u32,
    /// The event's customer: it may have been handed over.
    pub customer: &'a str,
}

/// A contest as far as it has been folded.
#[derive(Clone, Debug)]
pub struct ContestState {
    /// Its definition.
    pub contest: Arc<Contest>,
    /// The definition's revision.
    pub revision: u64,
    /// Which computation it is, in its shard: its leaves are kept under this number.
    pub(crate) generation: u64,
    pub(crate) leaves: Leaves,
    pub(crate) boards: Vec<Board>,
    /// The row on each board of each leaf; [`NO_ROW`] where it has none.
    pub(crate) rows: Vec<u32>,
    /// The row on each board of units of each place, as far as asked.
    place_rows: Vec<u32>,
    pub(crate) is_held: Vec<bool>,
    pub(crate) held: u64,
    pub(crate) late: u64,
    /// Indicators by event type.
    pub(crate) by_kind: FxHashMap<Box<str>, Arc<[usize]>>,
    pub(crate) tie_indicators: Vec<usize>,
    pub(crate) uses_reach: bool,
    /// Leaves whose reach was taken away and must be asked afresh from the journal.
    pub(crate) doubted: Vec<LeafId>,
}

impl ContestState {
    /// Nothing folded yet.
    pub fn new(
        contest: &Contest,
        revision: u64,
        generation: u64,
        around: Surroundings,
        places: &Places,
    ) -> ContestState {
        let leaves = Leaves::new(contest.indicators.len());
        ContestState::with_leaves(contest, revision, generation, leaves, around, places)
    }

    /// Goes on from leaves that were written.
    pub fn with_leaves(
        contest: &Contest,
        revision: u64,
        generation: u64,
        leaves: Leaves,
        around: Surroundings,
        places: &Places,
    ) -> ContestState {
        let mut by_kind: FxHashMap<Box<str>, Vec<usize>> = FxHashMap::default();
        for (index, indicator) in contest.indicators.iter().enumerate() {
            for kind in &indicator.events {
                by_kind.entry(kind.as_str().into()).or_default().push(index);
            }
        }
        let by_kind = by_kind.into_iter().map(|(kind, list)| (kind, list.into())).collect();
        let mut state = ContestState {
            contest: Arc::new(contest.clone()),
            revision,
            generation,
            leaves,
            boards: Vec::new(),
            rows: Vec::new(),
            place_rows: Vec::new(),
            is_held: Vec::new(),
            held: 0,
            late: 0,
            by_kind,
            tie_indicators: tie_indicators(contest).collect(),
            uses_reach: contest.uses_reach(),
            doubted: Vec::new(),
        };
        state.roll_up(around, places);
        state
    }

    /// Finds the rows of a leaf on every board.
    pub(crate) fn place_leaf(&mut self, key: LeafKey, around: Surroundings, places: &Places) {
        let is_credited = key.person != NOBODY;
        let is_known = is_credited && key.person != UNKNOWN && places.is_employee(key.person, around);
        let first = self.rows_of_place(key.place, around, places);
        for (at, board) in self.boards.iter().enumerate() {
            self.rows.push(match board.kind == EMPLOYEE {
                true if is_known => board.row_of(key.person),
                true => NO_ROW,
                false => self.place_rows[first + at],
            });
        }
        self.is_held.push(key.place == HELD || is_known != is_credited);
    }

    /// Where the rows of a place on the boards of units begin in `place_rows`: all leaves of a place have the same.
    fn rows_of_place(&mut self, place: PlaceId, around: Surroundings, places: &Places) -> usize {
        let (first, count) = (place as usize * self.boards.len(), self.boards.len());
        if self.place_rows.len() < first + count {
            self.place_rows.resize((places.len() * count).max(first + count), NOT_ASKED);
        }
        for at in 0..count {
            if self.place_rows[first + at] == NOT_ASKED {
                let board = &self.boards[at];
                let is_of_kind = |unit: &u32| {
                    let unit = around.organisation.unit(around.participants.text(*unit));
                    unit.is_some_and(|unit| unit.kind == board.kind)
                };
                let mut units = places.stops(place).iter().filter_map(|stop| match stop {
                    Stop::Unit(unit) => Some(*unit),
                    Stop::Passed(_) => None,
                });
                self.place_rows[first + at] =
                    units.find(is_of_kind).map_or(NO_ROW, |unit| board.row_of(unit));
            }
        }
        first
    }

    /// Derives every board afresh from the leaves: after participants changed, and at the start.
    pub fn roll_up(&mut self, around: Surroundings, places: &Places) {
        let organisation = around.organisation;
        let numbers = around.participants.len();
        let (first, last) = (self.contest.start, self.contest.end);
        let mut boards = Vec::new();
        for kind in &self.contest.boards {
            let mut rows: Vec<(&str, &str, bool)> = if kind == EMPLOYEE {
                let employees = organisation.employees();
                let row = |e: &'_ crate::organisation::Employee| e.is_active_within(first, last);
                employees.map(|e| (e.id.as_str(), e.name.as_str(), row(e))).collect()
            } else {
                let of_kind = organisation.units().filter(|unit| unit.kind == *kind);
                let row = |unit: &crate::organisation::Unit| unit.is_open_within(first, last);
                of_kind.map(|unit| (unit.id.as_str(), unit.name_on(last), row(unit))).collect()
            };
            rows.sort_unstable();
            let known = rows.into_iter().filter_map(|(id, name, takes_part)| {
                let number = around.participants.find(id)?;
                Some(Participant { number, name, takes_part })
            });
            boards.push(Board::new(kind, &self.contest, &known.collect::<Vec<_>>(), numbers));
        }
        self.boards = boards;
        self.rows.clear();
        self.place_rows.clear();
        self.is_held.clear();
        self.held = 0;
        for leaf in 0..self.leaves.keys().len() {
            self.place_leaf(self.leaves.keys()[leaf], around, places);
            self.add_whole_leaf(leaf, around);
        }
        self.boards.iter_mut().for_each(Board::touch_all);
        self.settle(around);
    }

    /// Takes everything away from a leaf, and from the rows that have it.
    pub(crate) fn clear_leaf(&mut self, leaf: LeafId, around: Surroundings) {
        let totals = self.leaves.totals(leaf);
        let tie_measures: Vec<i128> = self.tie_indicators.iter().map(|of| -totals[*of].measure).collect();
        let live = self.leaves.live(leaf);
        let points = -totals.iter().map(|total| total.points).sum::<i128>();
        let addition = Addition { live: -live, points, tie_measures: &tie_measures, reach: None };
        let first = leaf as usize * self.boards.len();
        for (board, row) in self.boards.iter_mut().zip(&self.rows[first..]) {
            if *row != NO_ROW {
                board.add(*row, &addition, around.sources);
                if self.uses_reach {
                    board.doubt_reach(*row);
                }
            }
        }
        if self.is_held[leaf as usize] {
            self.held = self.held.wrapping_sub(live.unsigned_abs());
        }
        self.leaves.clear(leaf);
    }

    fn add_whole_leaf(&mut self, leaf: usize, around: Surroundings) {
        let id = leaf as u32;
        let live = self.leaves.live(id);
        if self.is_held[leaf] {
            self.held += live.unsigned_abs();
        }
        let totals = self.leaves.totals(id);
        let tie_measures: Vec<i128> = self.tie_indicators.iter().map(|of| totals[*of].measure).collect();
        let addition = Addition {
            live,
            points: totals.iter().map(|total| total.points).sum(),
            tie_measures: &tie_measures,
            reach: self.leaves.reach(id).map(|reach| reach.borrow()),
        };
        let first = leaf * self.boards.len();
        for (board, row) in self.boards.iter_mut().zip(&self.rows[first..]) {
            if *row != NO_ROW {
                board.add(*row, &addition, around.sources);
            }
        }
    }

    /// Brings ranks and digests up to date.
    pub fn settle(&mut self, around: Surroundings) {
        let count = self.boards.len();
        for (at, board) in self.boards.iter_mut().enumerate().filter(|(_, board)| board.has_doubts()) {
            let rows = self.rows.iter().skip(at).step_by(count).copied();
            let leaves = &self.leaves;
            board.renew_reach(rows.zip(0..).map(|(row, leaf)| (row, leaves.reach(leaf))), around.sources);
        }
        self.boards.iter_mut().for_each(|board| board.settle(around.participants, around.sources));
    }

    /// Goes on under another definition that gives the same credits; false when only the log has what it needs.
    pub(crate) fn amend(
        &mut self,
        contest: &Contest,
        revision: u64,
        around: Surroundings,
        places: &Places,
    ) -> bool {
        let knows_reach = self.uses_reach || !contest.uses_reach();
        if !knows_reach || !self.contest.credits_like(contest) {
            return false;
        }
        self.contest = Arc::new(contest.clone());
        self.revision = revision;
        self.tie_indicators = tie_indicators(contest).collect();
        self.uses_reach = contest.uses_reach();
        if !self.uses_reach {
            self.leaves.forget_reach();
        }
        self.roll_up(around, places);
        true
    }

    /// Whether any indicator counts events of that type.
    pub fn counts(&self, kind: &str) -> bool {
        self.by_kind.contains_key(kind)
    }

    /// The board of a kind.
    pub fn board(&self, kind: &str) -> Option<&Board> {
        self.boards.iter().find(|board| board.kind == kind)
    }

    /// All boards, in the definition's order.
    pub fn boards(&self) -> &[Board] {
        &self.boards
    }

    /// Entries of the period and of a type that counts, recorded after the deadline: they do nothing.
    pub fn late(&self) -> u64 {
        self.late
    }

    /// Credits that wait for an unknown unit or employee.
    pub fn held(&self) -> u64 {
        self.held
    }
}
