//! The tables of one board: one for each round, and one for the whole contest; and the sums of each row, by
//! span, from which they are computed. Everything flows one way: sums, then figures, then ranks.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::contest::compiled::Rules;
use crate::fold::board::row::{Caps, Each, Figures, Given, Row, Within};
use crate::fold::board::row_totals::RowTotals;
use crate::fold::board::table::{Board, Standing};
use crate::fold::credit::reach::{Reach, ReachRef};
use crate::fold::ledger::pending_posts::Post;
use crate::fold::placement::context::Context;
use crate::fold::placement::roster::Roster;
use crate::rule::asked::Asked;
use crate::types::ids::{HolderId, IndicatorIx, LeafId, RowId, SourceId, SpanIx};
use crate::types::names::Names;
use crate::types::ratio::Ratio;

/// The number of posts added at a time, so that the memory they touch stays in the near caches.
const AHEAD: usize = 128;

/// Which table of a board: that of the whole contest, or that of a round.
pub type Round = Option<usize>;

/// The boards of a kind.
#[derive(Clone, Debug)]
pub struct Boards {
    /// The rows.
    pub roster: Arc<Roster>,
    spans: Vec<RowTotals>,
    /// The table of the whole contest.
    pub whole: Board,
    /// The tables of the rounds.
    pub rounds: Vec<Board>,
    /// Points for places: for each round, by row.
    places: Vec<FxHashMap<RowId, i64>>,
    caps: Caps,
}

impl Boards {
    /// Boards with nothing counted yet.
    pub fn new(kind: &str, rules: &Rules, context: Context) -> Boards {
        let contest = &rules.contest;
        let roster = Arc::new(Roster::of_board(kind, contest, context));
        let table = || Board::new(contest, roster.clone());
        Boards {
            spans: rules.spans.iter().map(|_| RowTotals::new(contest, kind, roster.len())).collect(),
            whole: table(),
            rounds: contest.rounds.iter().map(|_| table()).collect(),
            places: vec![FxHashMap::default(); contest.rounds.len()],
            caps: Caps::new(contest, kind),
            roster,
        }
    }

    /// Adds posts to the rows that contain their leaves. Tables show them after the next settle.
    pub fn add(&mut self, posts: &[Post], row_of: impl Fn(LeafId) -> RowId) {
        for posts in posts.chunks(AHEAD) {
            let with_rows = posts.iter().map(|post| (row_of(post.leaf), post));
            let with_rows = with_rows.filter(|(row, _)| *row != RowId::NONE);
            for (row, post) in with_rows.clone() {
                self.spans[post.span.index()].warm(row, post);
            }
            for (row, post) in with_rows {
                self.spans[post.span.index()].add(row, post);
            }
        }
    }

    /// The tables in which a span's credits count.
    fn tables_of(&mut self, span: SpanIx, rules: &Rules) -> impl Iterator<Item = &mut Board> {
        let whole = (!rules.spans[span.index()].is_base).then_some(&mut self.whole);
        whole.into_iter().chain(self.rounds.get_mut(span.index()))
    }

    /// Records when a row's score was raised in a span, if that is later than known so far.
    pub fn keep_reach(
        &mut self,
        span: SpanIx,
        rules: &Rules,
        row: RowId,
        reach: ReachRef,
        sources: &Names<SourceId>,
    ) {
        self.tables_of(span, rules).for_each(|table| table.keep_reach(row, reach, sources));
    }

    /// Marks that it is no longer known when a row reached its score in a span. It must be computed before
    /// the next settle.
    pub fn doubt_reach(&mut self, span: SpanIx, rules: &Rules, row: RowId) {
        self.tables_of(span, rules).for_each(|table| table.doubt_reach(row));
    }

    /// Computes when the marked rows reached their scores. `own` has the row, span and reach of each leaf.
    pub fn renew_reach<'a>(
        &mut self,
        rules: &Rules,
        own: impl Iterator<Item = (RowId, SpanIx, Option<&'a Reach>)> + Clone,
        sources: &Names<SourceId>,
    ) {
        if self.whole.has_doubts() {
            let of_whole = own.clone().filter(|(_, span, _)| !rules.spans[span.index()].is_base);
            self.whole.renew_reach(of_whole.map(|(row, _, reach)| (row, reach)), sources);
        }
        for (round, table) in self.rounds.iter_mut().enumerate().filter(|(_, table)| table.has_doubts()) {
            let of_round = own.clone().filter(|(_, span, _)| span.index() == round);
            table.renew_reach(of_round.map(|(row, _, reach)| (row, reach)), sources);
        }
    }

    /// Marks every row as changed in a span.
    pub fn touch_span(&mut self, span: SpanIx) {
        for row in (0..self.roster.len()).map(RowId::at) {
            self.spans[span.index()].touch(row);
        }
    }

    /// Marks a row as changed in every table.
    pub fn touch(&mut self, row: RowId) {
        self.spans.iter_mut().for_each(|span| span.touch(row));
    }

    /// Marks every row as changed, so that the next settle lists and ranks all.
    pub fn touch_all(&mut self) {
        (0..self.spans.len()).for_each(|span| self.touch_span(SpanIx::at(span)));
    }

    /// How many rows changed since the last settle.
    pub fn changed(&self) -> usize {
        self.spans.iter().map(RowTotals::changed).sum()
    }

    /// Updates every table from the sums.
    pub fn settle(&mut self, given: Given, participants: &Names<HolderId>, sources: &Names<SourceId>) {
        let mut of_whole = Vec::new();
        for span in 0..self.spans.len() {
            let changed = self.spans[span].take_changed();
            of_whole.extend_from_slice(&changed);
            if span < self.rounds.len() && !changed.is_empty() {
                of_whole.extend(self.settle_round(span, changed, given, participants, sources));
            }
        }
        if self.spans.len() > 1 || !self.rounds.is_empty() {
            of_whole.sort_unstable();
            of_whole.dedup();
        }
        let mut rates = Each::new();
        of_whole.retain(|row| {
            let score = self.score_of_whole(*row, given);
            let has_credits = self.live(*row, None) > 0;
            self.rates(*row, None, score, given, &mut rates);
            self.whole.put(*row, &Standing { score, has_credits, rates: &rates })
        });
        self.whole.settle(&of_whole, participants, sources);
    }

    /// Updates the table of a round. Returns the rows whose points for places changed.
    fn settle_round(
        &mut self,
        round: usize,
        mut changed: Vec<RowId>,
        given: Given,
        participants: &Names<HolderId>,
        sources: &Names<SourceId>,
    ) -> Vec<RowId> {
        let mut rates = Each::new();
        changed.retain(|row| {
            let score = self.row(*row, given).score(SpanIx::at(round));
            let has_credits = self.spans[round].live(*row) > 0;
            self.rates(*row, Some(round), score, given, &mut rates);
            self.rounds[round].put(*row, &Standing { score, has_credits, rates: &rates })
        });
        self.rounds[round].settle(&changed, participants, sources);
        given.rules.places().map_or_else(Vec::new, |table| self.give_places(round, table, sources))
    }

    /// Gives points for the places in a round, instead of those given before. Returns the rows whose points
    /// changed.
    fn give_places(&mut self, round: usize, table: &[i64], sources: &Names<SourceId>) -> Vec<RowId> {
        let placed =
            self.rounds[round].from(0, sources).take_while(|(rank, _)| *rank as usize <= table.len());
        let has_credits = |row: RowId| self.spans[round].live(row) > 0;
        let own = placed.filter(|(_, row)| has_credits(*row));
        let now: FxHashMap<RowId, i64> = own.map(|(rank, row)| (row, table[rank as usize - 1])).collect();
        let before = std::mem::replace(&mut self.places[round], now);
        let now = &self.places[round];
        let otherwise =
            now.iter().filter(|(row, points)| before.get(row) != Some(points)).map(|(row, _)| *row);
        let gone = before.keys().copied().filter(|row| !now.contains_key(row));
        otherwise.chain(gone).collect()
    }

    /// A row, for computing its figures.
    fn row<'a>(&'a self, row: RowId, given: Given<'a>) -> Row<'a> {
        let participant = self.roster.participant(row);
        Row { row, participant, spans: &self.spans, caps: &self.caps, given }
    }

    /// The score of a row in the whole contest. The scores in the rounds must be up to date.
    fn score_of_whole(&self, row: RowId, given: Given) -> i128 {
        if given.rules.places().is_some() {
            return self.places.iter().filter_map(|of| of.get(&row)).map(|points| i128::from(*points)).sum();
        }
        match self.rounds.is_empty() {
            true => self.row(row, given).score(SpanIx::new(0)),
            false => {
                let rounds: i128 = self.rounds.iter().map(|round| round.score(row).0).sum();
                rounds + self.row(row, given).cut()
            }
        }
    }

    /// The values by which a row is ranked, besides its score.
    fn rates(&self, row: RowId, round: Round, score: i128, given: Given, rates: &mut Each<Option<Ratio>>) {
        let (rules, asked, within) = (given.rules, self.row(row, given), self.within(round));
        rates.clear();
        let row_keys = RowKeys {
            row: &asked,
            within,
            score,
            heads: self.roster.heads(row),
            has_base: round.is_none() && rules.contest.base().is_some(),
        };
        let ranked_by = &rules.contest.ranked_by;
        if !ranked_by.is_score() {
            rates.push(ranked_by.key(&row_keys));
        }
        let ties = rules.tie_indicators.iter().map(|of| IndicatorIx::at(*of));
        rates.extend(ties.map(|of| asked.value(within, of)));
    }

    /// The spans of a table.
    fn within(&self, round: Round) -> Within {
        match round {
            Some(round) => Within::Span(SpanIx::at(round)),
            None if self.rounds.is_empty() => Within::Span(SpanIx::new(0)),
            None => Within::Rounds,
        }
    }

    /// The figures of a row in a table.
    pub fn figures(&self, row: RowId, round: Round, given: Given) -> Figures {
        self.row(row, given).figures(self.within(round))
    }

    /// Live credits of a row in a table.
    pub fn live(&self, row: RowId, round: Round) -> i64 {
        let spans = match round {
            None => &self.spans[..self.rounds.len().max(1)],
            Some(round) => &self.spans[round..=round],
        };
        spans.iter().map(|span| span.live(row)).sum()
    }

    /// The table of a round, or of the whole.
    pub fn table(&self, round: Round) -> Option<&Board> {
        match round {
            None => Some(&self.whole),
            Some(round) => self.rounds.get(round),
        }
    }
}

/// Gives a ranking key access to a row.
struct RowKeys<'a, 'r> {
    row: &'a Row<'r>,
    within: Within,
    score: i128,
    heads: u32,
    has_base: bool,
}

impl Asked for RowKeys<'_, '_> {
    fn score(&self) -> i128 {
        self.score
    }

    fn base_score(&self) -> i128 {
        // The base is the last span.
        if self.has_base { self.row.score(SpanIx::at(self.row.given.rules.own_spans())) } else { 0 }
    }

    fn heads(&self) -> u32 {
        self.heads
    }

    fn value(&self, indicator: usize) -> Option<Ratio> {
        self.row.value(self.within, IndicatorIx::at(indicator))
    }

    fn completion(&self, indicator: usize) -> Option<Ratio> {
        self.row.completion(self.within, IndicatorIx::at(indicator))
    }
}
