//! One revision of one contest, as far as it has been folded: leaves, and the boards derived from them.
//!
//! It is given events that were counted; whether a copy counts is decided once a shard, before it.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::contest::check::TIE_BREAKS_MAX;
use crate::contest::{Contest, UnitFrom};
use crate::event::Event;
use crate::fold::board::{Addition, Board, NO_ROW, tie_indicators};
use crate::fold::leaf::{LeafCredit, LeafKey, Leaves};
use crate::fold::reach::ReachRef;
use crate::fold::worth::{Worth, worth};
use crate::names::Names;
use crate::organisation::{EMPLOYEE, Organisation};
use crate::share::{divide, weights};

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

/// A counted event with its texts interned.
#[derive(Clone, Copy)]
pub struct Counted<'a> {
    /// The event.
    pub event: &'a Event<'a>,
    /// Its source's number.
    pub source: u32,
    /// Its branch's number; `None` when it names none.
    pub branch: Option<u32>,
    /// Its creditors' numbers, in their order.
    pub creditors: &'a [u32],
}

/// A contest as far as it has been folded.
#[derive(Clone, Debug)]
pub struct ContestState {
    /// Its definition.
    pub contest: Contest,
    /// The definition's revision.
    pub revision: u64,
    pub(crate) leaves: Leaves,
    boards: Vec<Board>,
    /// The row on each board of each leaf; [`NO_ROW`] where it has none.
    rows: Vec<u32>,
    is_held: Vec<bool>,
    held: u64,
    pub(crate) late: u64,
    /// Indicators by event type.
    by_kind: FxHashMap<Box<str>, Arc<[usize]>>,
    tie_indicators: Vec<usize>,
    uses_reach: bool,
}

impl ContestState {
    /// Nothing folded yet.
    pub fn new(contest: &Contest, revision: u64, around: Surroundings) -> ContestState {
        ContestState::with_leaves(contest, revision, Leaves::new(contest.indicators.len()), around)
    }

    /// Goes on from leaves that were written.
    pub fn with_leaves(
        contest: &Contest,
        revision: u64,
        leaves: Leaves,
        around: Surroundings,
    ) -> ContestState {
        let mut by_kind: FxHashMap<Box<str>, Vec<usize>> = FxHashMap::default();
        for (index, indicator) in contest.indicators.iter().enumerate() {
            for kind in &indicator.events {
                by_kind.entry(kind.as_str().into()).or_default().push(index);
            }
        }
        let by_kind = by_kind.into_iter().map(|(kind, list)| (kind, list.into())).collect();
        let mut state = ContestState {
            contest: contest.clone(),
            revision,
            leaves,
            boards: Vec::new(),
            rows: Vec::new(),
            is_held: Vec::new(),
            held: 0,
            late: 0,
            by_kind,
            tie_indicators: tie_indicators(contest).collect(),
            uses_reach: contest.tie_breaks.contains(&crate::contest::TieBreak::Earliest),
        };
        state.roll_up(around);
        state
    }

    /// Credits a counted event, if it scores here. `recorded` is when ingest wrote it down.
    pub fn credit(&mut self, counted: Counted, recorded: crate::Time, around: Surroundings) {
        let event = counted.event;
        if !self.contest.covers(event.business_date) {
            return;
        }
        let Some(indicators) = self.by_kind.get(event.kind.as_ref()).cloned() else { return };
        if self.contest.is_late(recorded) {
            self.late += 1;
            return;
        }
        for indicator in indicators.iter().copied() {
            if let Some(worth) = worth(event, &self.contest.indicators[indicator], &self.contest) {
                self.credit_worth(counted, indicator, worth, around);
            }
        }
    }

    /// Shares what the event is worth to one indicator among its creditors.
    fn credit_worth(&mut self, counted: Counted, indicator: usize, worth: Worth, around: Surroundings) {
        let credits = &counted.event.credits;
        if let ([creditor], [credit]) = (counted.creditors, credits.as_slice())
            && credit.share_ppm.is_none()
        {
            return self.credit_leaf(
                self.leaf_of(Some(*creditor), counted.branch),
                counted,
                indicator,
                worth,
                around,
            );
        }
        let weights = weights(credits);
        let measures = divide(worth.measure, credits, &weights);
        let points = divide(worth.points, credits, &weights);
        let parts = measures.into_iter().zip(points).map(|(measure, points)| Worth { measure, points });
        let holders = counted.creditors.iter().map(|creditor| Some(*creditor)).chain([None]);
        let weights = weights.creditors.into_iter().chain([weights.unassigned]);
        for ((part, holder), weight) in parts.zip(holders).zip(weights) {
            if weight > 0 {
                self.credit_leaf(self.leaf_of(holder, counted.branch), counted, indicator, part, around);
            }
        }
    }

    fn leaf_of(&self, creditor: Option<u32>, branch: Option<u32>) -> Option<LeafKey> {
        match (creditor, branch, self.contest.unit_from) {
            (Some(creditor), Some(branch), UnitFrom::Event) => Some(LeafKey::EmployeeAt(creditor, branch)),
            (Some(creditor), _, _) => Some(LeafKey::Employee(creditor)),
            (None, Some(branch), _) => Some(LeafKey::Unassigned(branch)),
            (None, None, _) => None,
        }
    }

    fn credit_leaf(
        &mut self,
        key: Option<LeafKey>,
        counted: Counted,
        indicator: usize,
        part: Worth,
        around: Surroundings,
    ) {
        let Some(key) = key else { return };
        let (leaf, is_new) = self.leaves.open(key);
        if is_new {
            self.place_leaf(key, around);
        }
        let event = counted.event;
        let reach = (self.uses_reach && part.points > 0).then(|| ReachRef {
            date: event.business_date,
            occurred: event.occurred,
            source: counted.source,
            id: &event.id,
        });
        self.leaves.add(leaf, &LeafCredit { indicator, part, reach }, around.sources);
        self.held += u64::from(self.is_held[leaf as usize]);
        let mut tie_measures = [0i128; TIE_BREAKS_MAX];
        let ties = self.tie_indicators.len().min(tie_measures.len());
        for (measure, of) in tie_measures.iter_mut().zip(&self.tie_indicators) {
            *measure = if *of == indicator { part.measure } else { 0 };
        }
        let addition = Addition { live: 1, points: part.points, tie_measures: &tie_measures[..ties], reach };
        let first = leaf as usize * self.boards.len();
        for (board, row) in self.boards.iter_mut().zip(&self.rows[first..]) {
            if *row != NO_ROW {
                board.add(*row, &addition, around.sources);
            }
        }
    }

    /// Finds the rows of a leaf on every board.
    fn place_leaf(&mut self, key: LeafKey, around: Surroundings) {
        let organisation = around.organisation;
        let text = |number: u32| around.participants.text(number);
        let (employee, unit, is_held) = match key {
            LeafKey::Employee(employee) => match organisation.employee(text(employee)) {
                Some(known) => {
                    let unit = known.unit.as_deref();
                    (Some(employee), unit, unit.is_some_and(|unit| organisation.unit(unit).is_none()))
                }
                None => (None, None, true),
            },
            LeafKey::EmployeeAt(employee, branch) => {
                let known = organisation.employee(text(employee)).is_some();
                let unit = organisation.unit(text(branch)).map(|unit| unit.id.as_str());
                (known.then_some(employee), unit, !known || unit.is_none())
            }
            LeafKey::Unassigned(branch) => {
                let unit = organisation.unit(text(branch)).map(|unit| unit.id.as_str());
                (None, unit, unit.is_none())
            }
        };
        for board in &self.boards {
            let number = if board.kind == EMPLOYEE {
                employee
            } else {
                let mut chain = unit.into_iter().flat_map(|unit| organisation.chain(unit));
                chain.find(|unit| unit.kind == board.kind).and_then(|unit| around.participants.find(&unit.id))
            };
            self.rows.push(number.map_or(NO_ROW, |number| board.row_of(number)));
        }
        self.is_held.push(is_held);
    }

    /// Derives every board afresh from the leaves: after the organisation changed, and at the start.
    pub fn roll_up(&mut self, around: Surroundings) {
        let organisation = around.organisation;
        let numbers = around.participants.len();
        let mut boards = Vec::new();
        for kind in &self.contest.boards {
            let mut rows: Vec<(&str, &str)> = if kind == EMPLOYEE {
                organisation
                    .employees()
                    .map(|employee| (employee.id.as_str(), employee.name.as_str()))
                    .collect()
            } else {
                let of_kind = organisation.units().filter(|unit| unit.kind == *kind);
                of_kind.map(|unit| (unit.id.as_str(), unit.name.as_str())).collect()
            };
            rows.sort_unstable();
            let known = rows.into_iter().filter_map(|(id, name)| Some((around.participants.find(id)?, name)));
            let rows: Vec<(u32, &str)> = known.collect();
            boards.push(Board::new(kind, &self.contest, &rows, numbers));
        }
        self.boards = boards;
        self.rows.clear();
        self.is_held.clear();
        self.held = 0;
        for leaf in 0..self.leaves.keys().len() {
            self.place_leaf(self.leaves.keys()[leaf], around);
            self.add_whole_leaf(leaf, around);
        }
        self.boards.iter_mut().for_each(Board::touch_all);
        self.settle(around);
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
        self.boards.iter_mut().for_each(|board| board.settle(around.participants, around.sources));
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

    /// Events of the period and of a type that counts, recorded after the deadline: they score nothing.
    pub fn late(&self) -> u64 {
        self.late
    }

    /// Credits that wait for an unknown unit or employee.
    pub fn held(&self) -> u64 {
        self.held
    }
}
