//! One board of a contest: a row for each participant that the organisation knows, ranked. Rows are in order of
//! participant id, so that a row's number is its last tie-break. It is derived from leaves and is never written down.

use std::cmp::Ordering;

use crate::contest::{Contest, Listing, TieBreak, TieRule};
use crate::fold::digest::Digest;
use crate::fold::ranking::Ranking;
use crate::fold::reach::{Reach, ReachRef, keep_latest};
use crate::fold::result_row::ResultRow;
use crate::names::Names;
use crate::score::Score;

/// No row.
pub const NO_ROW: u32 = u32::MAX;

/// Somebody who may have a row.
#[derive(Clone, Copy, Debug)]
pub struct Participant<'a> {
    /// The number.
    pub number: u32,
    /// The name.
    pub name: &'a str,
    /// Whether the participant is there at any time of the contest.
    pub takes_part: bool,
}

/// What a change adds to a row.
#[derive(Clone, Copy, Debug)]
pub struct Addition<'a> {
    /// Live credits.
    pub live: i64,
    /// Points in 1/10,000.
    pub points: i128,
    /// Measures of the indicators that break ties, in the order of the chain.
    pub tie_measures: &'a [i128],
    /// When it raised the score, if it did.
    pub reach: Option<ReachRef<'a>>,
}

/// What every change to a row touches, side by side in memory.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    score: i128,
    live: i64,
    is_dirty: bool,
}

/// A board.
#[derive(Clone, Debug)]
pub struct Board {
    /// A unit kind, or `employee`.
    pub kind: String,
    /// The participants' numbers, by row.
    participants: Vec<u32>,
    /// Whether each is listed without a credit, where everybody is who takes part.
    takes_part: Vec<bool>,
    /// The row of each participant's number.
    row_of: Vec<u32>,
    cells: Vec<Cell>,
    tie_measures: Vec<i128>,
    reach: Vec<Option<Reach>>,
    /// Rows of equal name have equal numbers; empty unless names break ties.
    name_order: Vec<u32>,
    row_hash: Vec<Digest>,
    dirty: Vec<u32>,
    /// Rows whose reach may have been taken away.
    doubted: Vec<u32>,
    ranking: Ranking,
    digest: Digest,
    listing: Listing,
    tie_rule: TieRule,
    tie_breaks: Vec<TieBreak>,
    tie_indicators: usize,
}

impl Board {
    /// An empty board; `participants` are in order of id.
    pub fn new(kind: &str, contest: &Contest, participants: &[Participant], numbers: usize) -> Board {
        let rows = participants.len();
        let tie_indicators = tie_indicators(contest).count();
        let mut row_of = vec![NO_ROW; numbers];
        for (row, participant) in participants.iter().enumerate() {
            row_of[participant.number as usize] = row as u32;
        }
        let uses_reach = contest.tie_breaks.contains(&TieBreak::Earliest);
        let uses_name = contest.tie_breaks.contains(&TieBreak::Name);
        Board {
            kind: kind.to_owned(),
            participants: participants.iter().map(|participant| participant.number).collect(),
            takes_part: participants.iter().map(|participant| participant.takes_part).collect(),
            row_of,
            cells: vec![Cell::default(); rows],
            tie_measures: vec![0; rows * tie_indicators],
            reach: if uses_reach { vec![None; rows] } else { Vec::new() },
            name_order: if uses_name { name_order(participants) } else { Vec::new() },
            row_hash: vec![Digest::default(); rows],
            dirty: Vec::new(),
            doubted: Vec::new(),
            ranking: Ranking::from_sorted(&[], rows),
            digest: Digest::default(),
            listing: contest.listing,
            tie_rule: contest.tie_rule,
            tie_breaks: contest.tie_breaks.clone(),
            tie_indicators,
        }
    }

    /// The row of a participant's number; [`NO_ROW`] when it takes no part.
    pub fn row_of(&self, number: u32) -> u32 {
        self.row_of.get(number as usize).copied().unwrap_or(NO_ROW)
    }

    /// Adds to a row. Ranks and digest follow at [`Board::settle`].
    pub fn add(&mut self, row: u32, addition: &Addition, sources: &Names) {
        let at = row as usize;
        let cell = &mut self.cells[at];
        cell.score += addition.points;
        cell.live += addition.live;
        if !std::mem::replace(&mut cell.is_dirty, true) {
            self.dirty.push(row);
        }
        let first = at * self.tie_indicators;
        for (kept, more) in self.tie_measures[first..].iter_mut().zip(addition.tie_measures) {
            *kept += more;
        }
        if let (Some(kept), Some(came)) = (self.reach.get_mut(at), addition.reach) {
            keep_latest(kept, came, sources);
        }
    }

    /// What a result keeps of a row.
    pub fn result_row(&self, row: u32, name: &str) -> ResultRow {
        let (at, first) = (row as usize, row as usize * self.tie_indicators);
        ResultRow {
            participant: self.participants[at],
            name: name.to_owned(),
            score: self.cells[at].score,
            live: self.cells[at].live,
            tie_measures: self.tie_measures[first..first + self.tie_indicators].to_vec(),
            reach: self.reach.get(at).cloned().flatten(),
        }
    }

    /// Makes a row what a result kept of it.
    pub(super) fn set(&mut self, row: u32, kept: &ResultRow) {
        let (at, first) = (row as usize, row as usize * self.tie_indicators);
        self.cells[at] = Cell { score: kept.score, live: kept.live, is_dirty: false };
        for (own, measure) in self.tie_measures[first..].iter_mut().zip(&kept.tie_measures) {
            *own = *measure;
        }
        if let Some(reach) = self.reach.get_mut(at) {
            reach.clone_from(&kept.reach);
        }
    }

    /// Notes that a row's reach is to be asked afresh before the next settle.
    pub fn doubt_reach(&mut self, row: u32) {
        self.doubted.push(row);
    }

    /// Whether any row's reach is in doubt.
    pub fn has_doubts(&self) -> bool {
        !self.doubted.is_empty()
    }

    /// Asks the reach of the doubted rows afresh; `own` are the rows and reaches of all leaves.
    pub fn renew_reach<'a>(&mut self, own: impl Iterator<Item = (u32, Option<&'a Reach>)>, sources: &Names) {
        let mut doubted = std::mem::take(&mut self.doubted);
        doubted.sort_unstable();
        doubted.dedup();
        doubted.iter().for_each(|row| self.reach[*row as usize] = None);
        for (row, reach) in own {
            if let Some(reach) = reach.filter(|_| doubted.binary_search(&row).is_ok()) {
                keep_latest(&mut self.reach[row as usize], reach.borrow(), sources);
            }
        }
    }

    /// Brings ranks and digest up to date with the rows.
    pub fn settle(&mut self, participants: &Names, sources: &Names) {
        let mut dirty = std::mem::take(&mut self.dirty);
        let mut bytes = Vec::with_capacity(128);
        for row in &dirty {
            self.cells[*row as usize].is_dirty = false;
            let new = match self.is_listed(*row) {
                true => self.row_digest(*row, &mut bytes, participants, sources),
                false => Digest::default(),
            };
            let old = std::mem::replace(&mut self.row_hash[*row as usize], new);
            self.digest.subtract(old);
            self.digest.add(new);
        }
        let mut ranking = std::mem::take(&mut self.ranking);
        if dirty.len() > self.participants.len() / 4 {
            let mut rows: Vec<u32> =
                (0..self.participants.len() as u32).filter(|r| self.is_listed(*r)).collect();
            rows.sort_unstable_by(|a, b| self.compare(*a, *b, sources));
            ranking = Ranking::from_sorted(&rows, self.participants.len());
        } else {
            dirty.iter().for_each(|row| ranking.remove(*row));
            dirty.retain(|row| self.is_listed(*row));
            dirty.iter().for_each(|row| ranking.insert(*row, |a, b| self.compare(a, b, sources)));
        }
        match self.tie_rule {
            TieRule::Dense1223 => ranking.count_heads(|a, b| self.compare_keys(a, b, sources).is_eq()),
            TieRule::Standard1224 | TieRule::Ordinal1234 => ranking.skip_heads(),
        }
        self.ranking = ranking;
    }

    /// Marks every row as changed, so that the next settle lists and ranks all.
    pub fn touch_all(&mut self) {
        self.dirty = (0..self.participants.len() as u32).collect();
        self.cells.iter_mut().for_each(|cell| cell.is_dirty = true);
    }

    fn is_listed(&self, row: u32) -> bool {
        let at = row as usize;
        self.cells[at].live > 0 || (self.listing == Listing::Eligible && self.takes_part[at])
    }

    /// The order of rows: score, tie-breaks, participant id.
    fn compare(&self, a: u32, b: u32, sources: &Names) -> Ordering {
        self.compare_keys(a, b, sources).then_with(|| a.cmp(&b))
    }

    /// The order of ranks: score and tie-breaks.
    fn compare_keys(&self, a: u32, b: u32, sources: &Names) -> Ordering {
        let (i, j) = (a as usize, b as usize);
        let by_score = self.cells[j].score.cmp(&self.cells[i].score);
        if by_score.is_ne() {
            return by_score;
        }
        let mut nth_indicator = 0;
        for tie_break in &self.tie_breaks {
            let by_this = match tie_break {
                TieBreak::Earliest => match (&self.reach[i], &self.reach[j]) {
                    (Some(a), Some(b)) => a.borrow().compare(&b.borrow(), sources),
                    (a, b) => b.is_some().cmp(&a.is_some()),
                },
                TieBreak::Indicator(_) => {
                    let measure = |row: usize| self.tie_measures[row * self.tie_indicators + nth_indicator];
                    let by_measure = measure(j).cmp(&measure(i));
                    nth_indicator += 1;
                    by_measure
                }
                TieBreak::Name => self.name_order[i].cmp(&self.name_order[j]),
            };
            if by_this.is_ne() {
                return by_this;
            }
        }
        Ordering::Equal
    }

    fn row_digest(&self, row: u32, bytes: &mut Vec<u8>, participants: &Names, sources: &Names) -> Digest {
        bytes.clear();
        self.row_bytes(row, bytes, participants, sources);
        Digest::of_row(bytes)
    }

    /// What is hashed of a row: participant, score, and the keys of its tie-breaks.
    pub fn row_bytes(&self, row: u32, bytes: &mut Vec<u8>, participants: &Names, sources: &Names) {
        let at = row as usize;
        let text = |bytes: &mut Vec<u8>, text: &str| {
            bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
            bytes.extend_from_slice(text.as_bytes());
        };
        text(bytes, participants.text(self.participants[at]));
        bytes.extend_from_slice(&self.cells[at].score.to_le_bytes());
        let first = at * self.tie_indicators;
        for measure in &self.tie_measures[first..first + self.tie_indicators] {
            bytes.extend_from_slice(&measure.to_le_bytes());
        }
        if let Some(Some(reach)) = self.reach.get(at) {
            let date = [reach.date.year(), reach.date.month().into(), reach.date.day().into()];
            date.iter().for_each(|part| bytes.extend_from_slice(&part.to_le_bytes()));
            bytes.extend_from_slice(&reach.occurred.0.to_le_bytes());
            text(bytes, sources.text(reach.source));
            text(bytes, &reach.id);
        }
    }

    /// How many rows are listed.
    pub fn len(&self) -> usize {
        self.ranking.len()
    }

    /// Whether none is listed.
    pub fn is_empty(&self) -> bool {
        self.ranking.is_empty()
    }

    /// The board's digest.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The score of a row.
    pub fn score(&self, row: u32) -> Score {
        Score(self.cells[row as usize].score)
    }

    /// The participant's number of a row.
    pub fn participant(&self, row: u32) -> u32 {
        self.participants[row as usize]
    }

    /// The place of a row among those listed, from 0.
    pub fn place_of(&self, row: u32) -> Option<usize> {
        self.ranking.place_of(row)
    }

    /// The rank of a listed row, by the contest's tie rule.
    pub fn rank_of(&self, row: u32, sources: &Names) -> Option<u64> {
        let place = self.ranking.place_of(row)?;
        Some(match self.tie_rule {
            TieRule::Ordinal1234 => place as u64 + 1,
            TieRule::Standard1224 => {
                let is_better = |other: u32| self.compare_keys(other, row, sources) == Ordering::Less;
                self.ranking.partition_point(is_better) as u64 + 1
            }
            TieRule::Dense1223 => {
                self.ranking.heads_before(row, |a, b| self.compare_keys(a, b, sources).is_eq())? as u64
            }
        })
    }

    /// Listed rows with their ranks, in order, from `place` on.
    pub fn from<'a>(&'a self, place: usize, sources: &'a Names) -> impl Iterator<Item = (u64, u32)> + 'a {
        let mut before: Option<(u64, u32)> = None;
        self.ranking.from(place).enumerate().map(move |(nth, row)| {
            let rank = match before {
                None => self.rank_of(row, sources).unwrap_or(0),
                Some((rank, other)) => {
                    let same = self.compare_keys(other, row, sources).is_eq();
                    match self.tie_rule {
                        TieRule::Standard1224 if same => rank,
                        TieRule::Dense1223 => rank + u64::from(!same),
                        TieRule::Standard1224 | TieRule::Ordinal1234 => (place + nth) as u64 + 1,
                    }
                }
            };
            before = Some((rank, row));
            (rank, row)
        })
    }

    /// The nearest row above with a better score; `None` for the best.
    pub fn next_better(&self, row: u32) -> Option<u32> {
        let score = self.cells[row as usize].score;
        let better = self.ranking.partition_point(|other| self.cells[other as usize].score > score);
        self.ranking.from(better.checked_sub(1)?).next()
    }
}

/// The indicators that break ties, in the order of the chain.
pub fn tie_indicators(contest: &Contest) -> impl Iterator<Item = usize> {
    contest.tie_breaks.iter().filter_map(|tie_break| match tie_break {
        TieBreak::Indicator(index) => Some(*index),
        TieBreak::Earliest | TieBreak::Name => None,
    })
}

fn name_order(participants: &[Participant]) -> Vec<u32> {
    let mut names: Vec<&str> = participants.iter().map(|participant| participant.name).collect();
    names.sort_unstable();
    names.dedup();
    participants
        .iter()
        .map(|participant| names.partition_point(|other| *other < participant.name) as u32)
        .collect()
}
