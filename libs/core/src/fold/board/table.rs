//! One ranked table of a board: of a round, or of the whole contest. It is given the score and rates of each
//! row, ranks the rows and maintains their digest. It follows from leaves and is never stored.

use std::cmp::Ordering;
use std::hint::black_box;
use std::sync::Arc;

use crate::contest::{Contest, Listing};
use crate::fold::board::digest::Digest;
use crate::fold::board::ranking::{Order, Ranking};
use crate::fold::credit::reach::{Reach, ReachRef, keep_latest};
use crate::fold::placement::roster::Roster;
use crate::rule::placing::Placing;
use crate::rule::separates::Separates;
use crate::types::ids::{HolderId, RowId, SourceId};
use crate::types::names::Names;
use crate::types::ratio::Ratio;
use crate::types::score::{SCALE, Score};

/// How many rows are prefetched before they are hashed.
const AHEAD: usize = 64;

/// What decides the place of a row.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// In 1/10,000 of a point.
    pub score: i128,
    /// Whether the row has live credits.
    pub has_credits: bool,
    /// The ranking key, unless the score is the key; then the values that break ties, in the order of the
    /// chain.
    pub rates: &'a [Option<Ratio>],
}

/// A table.
#[derive(Clone, Debug)]
pub struct Board {
    /// A unit kind, or `employee`.
    pub kind: String,
    roster: Arc<Roster>,
    scores: Vec<i128>,
    has_credits: Vec<bool>,
    /// The hash of each row in the digest.
    hashes: Vec<Digest>,
    rates: Vec<Option<Ratio>>,
    /// The number of rates of a row.
    stride: usize,
    /// How each rate is written into the row's hash: as a whole number of 1/10,000, or as a fraction.
    whole: Vec<bool>,
    reach: Vec<Option<Reach>>,
    /// Rows whose reach may have been reversed.
    doubted: Vec<RowId>,
    ranking: Ranking,
    digest: Digest,
    listing: Listing,
    placing: Placing,
    ties: Vec<Separates>,
    /// Whether rows are ranked by their first rate instead of by score.
    has_key: bool,
}

impl Board {
    /// A table in which no row has anything yet.
    pub fn new(contest: &Contest, roster: Arc<Roster>) -> Board {
        let rows = roster.len();
        let has_key = !contest.ranked_by.is_score();
        let whole = Board::whole_rates(contest);
        Board {
            kind: roster.kind.clone(),
            scores: vec![0; rows],
            has_credits: vec![false; rows],
            hashes: vec![Digest::default(); rows],
            rates: vec![None; rows * whole.len()],
            stride: whole.len(),
            whole,
            reach: if contest.uses_reach() { vec![None; rows] } else { Vec::new() },
            doubted: Vec::new(),
            ranking: Ranking::from_sorted(&[], rows),
            digest: Digest::default(),
            listing: contest.listing,
            placing: contest.tie_rule.placing(),
            ties: contest.tie_breaks.iter().map(|tie_break| tie_break.separates()).collect(),
            has_key,
            roster,
        }
    }

    /// For each rate of a row: whether it is a whole number of 1/10,000.
    pub(crate) fn whole_rates(contest: &Contest) -> Vec<bool> {
        let has_key = !contest.ranked_by.is_score();
        let ties = contest.tie_breaks.iter().filter_map(|tie_break| match tie_break.separates() {
            Separates::Value(index) => Some(contest.indicators[index].measure.rule().is_whole()),
            Separates::Reach | Separates::Name => None,
        });
        has_key.then_some(false).into_iter().chain(ties).collect()
    }

    /// The row of a participant's number; `RowId::NONE` if it has no row.
    pub fn row_of(&self, number: HolderId) -> RowId {
        self.roster.row_of(number)
    }

    /// Sets what a row is worth. Returns false if that changes nothing. If it returns true, [`Board::settle`]
    /// must be called with the row to update ranks and digest.
    pub fn put(&mut self, row: RowId, standing: &Standing) -> bool {
        let at = row.index();
        let rates = &mut self.rates[at * self.stride..(at + 1) * self.stride];
        let is_same = self.scores[at] == standing.score
            && self.has_credits[at] == standing.has_credits
            && rates == standing.rates
            && self.reach.is_empty();
        self.scores[at] = standing.score;
        self.has_credits[at] = standing.has_credits;
        rates.copy_from_slice(standing.rates);
        !is_same || self.is_listed(row) != self.ranking.contains(row)
    }

    /// Records when a row's score was raised, if that is later than known so far.
    pub fn keep_reach(&mut self, row: RowId, came: ReachRef, sources: &Names<SourceId>) {
        if let Some(kept) = self.reach.get_mut(row.index()) {
            keep_latest(kept, came, sources);
        }
    }

    /// When a row reached its score, if that breaks ties.
    pub fn reach_of(&self, row: RowId) -> Option<&Reach> {
        self.reach.get(row.index())?.as_ref()
    }

    /// Sets when a row reached its score, if that breaks ties.
    pub(crate) fn set_reach(&mut self, row: RowId, reach: Option<&Reach>) {
        if let Some(own) = self.reach.get_mut(row.index()) {
            *own = reach.cloned();
        }
    }

    /// Marks that it is no longer known when a row reached its score. It must be computed before the next
    /// settle.
    pub fn doubt_reach(&mut self, row: RowId) {
        self.doubted.push(row);
    }

    /// Whether [`Board::doubt_reach`] marked a row that was not computed again since.
    pub fn has_doubts(&self) -> bool {
        !self.doubted.is_empty()
    }

    /// Computes when the marked rows reached their scores. `own` has the rows and reaches of all leaves.
    pub fn renew_reach<'a>(
        &mut self,
        own: impl Iterator<Item = (RowId, Option<&'a Reach>)>,
        sources: &Names<SourceId>,
    ) {
        let mut doubted = std::mem::take(&mut self.doubted);
        doubted.sort_unstable();
        doubted.dedup();
        doubted.iter().for_each(|row| self.reach[row.index()] = None);
        for (row, reach) in own {
            if let Some(reach) = reach.filter(|_| doubted.binary_search(&row).is_ok()) {
                keep_latest(&mut self.reach[row.index()], reach.borrow(), sources);
            }
        }
    }

    /// Updates ranks and digest for the rows that changed.
    pub fn settle(&mut self, changed: &[RowId], participants: &Names<HolderId>, sources: &Names<SourceId>) {
        let mut bytes = Vec::with_capacity(128);
        for (at, row) in changed.iter().enumerate() {
            if at % AHEAD == 0 {
                changed[at..].iter().take(AHEAD).for_each(|row| self.warm(*row, participants));
            }
            let new = match self.is_listed(*row) {
                true => self.row_digest(*row, &mut bytes, participants, sources),
                false => Digest::default(),
            };
            let old = std::mem::replace(&mut self.hashes[row.index()], new);
            self.digest.subtract(old);
            self.digest.add(new);
        }
        let mut ranking = std::mem::take(&mut self.ranking);
        if changed.len() > self.roster.len() / 4 {
            let rows = (0..self.roster.len()).map(RowId::at).filter(|row| self.is_listed(*row));
            let mut rows: Vec<(Order, RowId)> = rows.map(|row| (self.order(row), row)).collect();
            rows.sort_unstable_by(|(own, a), (other, b)| {
                own.cmp(other).then_with(|| self.compare_equals(*own, *a, *b, sources))
            });
            ranking = Ranking::from_sorted(&rows, self.roster.len());
        } else {
            changed.iter().for_each(|row| ranking.remove(*row));
            for row in changed.iter().copied().filter(|row| self.is_listed(*row)) {
                let order = self.order(row);
                ranking.insert(order, row, |a, b| self.compare_equals(order, a, b, sources));
            }
        }
        match self.placing {
            Placing::Dense => ranking.count_heads(|a, b| self.compare_keys(a, b, sources).is_eq()),
            Placing::Skipping | Placing::ByPlace => ranking.skip_heads(),
        }
        self.ranking = ranking;
    }

    /// Prefetches what the digest and place of a row will need, so that the memory accesses of different rows
    /// overlap.
    fn warm(&self, row: RowId, participants: &Names<HolderId>) {
        black_box((self.hashes[row.index()], participants.bytes(self.roster.participant(row)).first()));
        black_box(self.ranking.contains(row));
    }

    fn is_listed(&self, row: RowId) -> bool {
        self.has_credits[row.index()] || (self.listing == Listing::Eligible && self.roster.takes_part(row))
    }

    /// The values by which a row is ranked besides its score.
    pub fn rates_of(&self, row: RowId) -> &[Option<Ratio>] {
        &self.rates[row.index() * self.stride..(row.index() + 1) * self.stride]
    }

    /// The sort key of a row, before tie-breaks. Keys out of its range are clamped.
    fn order(&self, row: RowId) -> Order {
        let key = match self.has_key {
            true => self.rates_of(row)[0].map_or(i128::MIN, Ratio::to_e4),
            false => self.scores[row.index()],
        };
        !(key.clamp(Order::MIN.into(), Order::MAX.into()) as Order)
    }

    /// The order of rows that have the same sort key. Never equal for different rows.
    fn compare_equals(&self, order: Order, a: RowId, b: RowId, sources: &Names<SourceId>) -> Ordering {
        self.compare_equal_keys(order, a, b, sources).then_with(|| a.cmp(&b))
    }

    /// The order by rank of rows that have the same sort key; rows of the same rank are equal.
    fn compare_equal_keys(&self, order: Order, a: RowId, b: RowId, sources: &Names<SourceId>) -> Ordering {
        let says_all = !self.has_key && order != Order::MIN && order != Order::MAX;
        match says_all {
            true => self.compare_ties(a, b, sources),
            false => self.compare_keys(a, b, sources),
        }
    }

    /// The order by ranking key, before any tie-break: greater keys come first.
    fn compare_first(&self, a: RowId, b: RowId) -> Ordering {
        match self.has_key {
            true => self.rates_of(b)[0].cmp(&self.rates_of(a)[0]),
            false => self.scores[b.index()].cmp(&self.scores[a.index()]),
        }
    }

    /// The order by rank: ranking key, then tie-breaks.
    fn compare_keys(&self, a: RowId, b: RowId, sources: &Names<SourceId>) -> Ordering {
        self.compare_first(a, b).then_with(|| self.compare_ties(a, b, sources))
    }

    /// The order of rows with equal ranking keys, by tie-breaks.
    fn compare_ties(&self, a: RowId, b: RowId, sources: &Names<SourceId>) -> Ordering {
        let mut nth_rate = usize::from(self.has_key);
        for tie in &self.ties {
            let by_this = match tie {
                Separates::Reach => match (&self.reach[a.index()], &self.reach[b.index()]) {
                    (Some(a), Some(b)) => a.borrow().compare(&b.borrow(), sources),
                    (a, b) => b.is_some().cmp(&a.is_some()),
                },
                Separates::Value(_) => {
                    let by_value = self.rates_of(b)[nth_rate].cmp(&self.rates_of(a)[nth_rate]);
                    nth_rate += 1;
                    by_value
                }
                Separates::Name => self.roster.name_order(a).cmp(&self.roster.name_order(b)),
            };
            if by_this.is_ne() {
                return by_this;
            }
        }
        Ordering::Equal
    }

    fn row_digest(
        &self,
        row: RowId,
        bytes: &mut Vec<u8>,
        participants: &Names<HolderId>,
        sources: &Names<SourceId>,
    ) -> Digest {
        bytes.clear();
        self.row_bytes(row, bytes, participants, sources);
        Digest::of_row(bytes)
    }

    /// The bytes of a row that are hashed: participant, score, and the other values that rank it.
    pub fn row_bytes(
        &self,
        row: RowId,
        bytes: &mut Vec<u8>,
        participants: &Names<HolderId>,
        sources: &Names<SourceId>,
    ) {
        let at = row.index();
        let text = |bytes: &mut Vec<u8>, text: &[u8]| {
            bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
            bytes.extend_from_slice(text);
        };
        text(bytes, participants.bytes(self.roster.participant(row)));
        bytes.extend_from_slice(&self.scores[at].to_le_bytes());
        for (rate, is_whole) in self.rates_of(row).iter().zip(&self.whole) {
            match (rate.map(Ratio::lowest_terms), is_whole) {
                (rate, true) => {
                    let e4 = rate.map_or(0, |(above, below)| above * (SCALE / below));
                    bytes.extend_from_slice(&e4.to_le_bytes());
                }
                (None, false) => bytes.push(0),
                (Some((above, below)), false) => {
                    bytes.push(1);
                    bytes.extend_from_slice(&above.to_le_bytes());
                    bytes.extend_from_slice(&below.to_le_bytes());
                }
            }
        }
        if let Some(Some(reach)) = self.reach.get(at) {
            let date = [reach.date.year(), reach.date.month().into(), reach.date.day().into()];
            date.iter().for_each(|part| bytes.extend_from_slice(&part.to_le_bytes()));
            bytes.extend_from_slice(&reach.occurred.0.to_le_bytes());
            text(bytes, sources.bytes(reach.source));
            text(bytes, reach.id.as_bytes());
        }
    }

    /// The number of listed rows.
    pub fn len(&self) -> usize {
        self.ranking.len()
    }

    /// Whether no row is listed.
    pub fn is_empty(&self) -> bool {
        self.ranking.is_empty()
    }

    /// The board's digest.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The score of a row.
    pub fn score(&self, row: RowId) -> Score {
        Score(self.scores[row.index()])
    }

    /// The participant's number of a row.
    pub fn participant(&self, row: RowId) -> HolderId {
        self.roster.participant(row)
    }

    /// The ranking key of a row if rows are not ranked by score; `None` if the row has no such rate.
    pub fn key(&self, row: RowId) -> Option<Ratio> {
        self.rates_of(row).first().copied().flatten().filter(|_| self.has_key)
    }

    /// The place of a row among the listed rows, from 0.
    pub fn place_of(&self, row: RowId) -> Option<usize> {
        self.ranking.place_of(row)
    }

    /// The rank of a listed row, by the contest's tie rule.
    pub fn rank_of(&self, row: RowId, sources: &Names<SourceId>) -> Option<u64> {
        match self.placing {
            Placing::ByPlace => self.ranking.place_of(row).map(|place| place as u64 + 1),
            Placing::Skipping => self.ranking.contains(row).then(|| {
                let own = self.order(row);
                let is_better = |order: Order, other: RowId| match order == own {
                    true => self.compare_equal_keys(own, other, row, sources).is_lt(),
                    false => order < own,
                };
                self.ranking.partition_point(is_better) as u64 + 1
            }),
            Placing::Dense => {
                let same = |a: RowId, b: RowId| self.compare_keys(a, b, sources).is_eq();
                self.ranking.heads_before(row, same).map(|heads| heads as u64)
            }
        }
    }

    /// Listed rows with their ranks, in order, from `place` on.
    pub fn from<'a>(
        &'a self,
        place: usize,
        sources: &'a Names<SourceId>,
    ) -> impl Iterator<Item = (u64, RowId)> + 'a {
        let mut before: Option<(u64, Order, RowId)> = None;
        self.ranking.from(place).enumerate().map(move |(nth, (order, row))| {
            let rank = match before {
                None => self.rank_of(row, sources).unwrap_or(0),
                Some((rank, own, other)) => {
                    let same = own == order && self.compare_equal_keys(order, other, row, sources).is_eq();
                    self.placing.rank(place + nth, Some((rank, same)))
                }
            };
            before = Some((rank, order, row));
            (rank, row)
        })
    }

    /// The lowest row above this one that has a better ranking key, ignoring tie-breaks; `None` for the best
    /// rows.
    pub fn next_better(&self, row: RowId) -> Option<RowId> {
        let better = self.ranking.partition_point(|_, other| self.compare_first(other, row).is_lt());
        self.ranking.from(better.checked_sub(1)?).next().map(|(_, row)| row)
    }
}
