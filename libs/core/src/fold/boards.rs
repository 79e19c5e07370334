//! The boards of one kind: what was counted of each row, span by span, and the tables that follow: one a round, and the
//! whole. Everything flows one way: sums, then what they are worth, then ranks.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::contest::{CapPer, Contest, RankedBy};
use crate::fold::board::{Board, Standing};
use crate::fold::cells::Bucket;
use crate::fold::contest_state::Surroundings;
use crate::fold::figure::{Each, Part, clamp, completion, points, span_cap, values};
use crate::fold::reach::{Reach, ReachRef};
use crate::fold::roster::Roster;
use crate::fold::rules::Rules;
use crate::fold::tallies::Tallies;
use crate::fold::targets::Targets;
use crate::fold::worth::Worth;
use crate::names::Names;
use crate::ratio::Ratio;

/// Of which table: the whole, or a round by its index.
pub type Round = Option<usize>;

/// What scores follow from, beside what was counted.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// The rules.
    pub rules: &'a Rules,
    /// What participants are to reach.
    pub targets: &'a Targets,
    /// For how many days balances are known: of each span, by indicator.
    pub days: &'a [Vec<i64>],
}

/// What a row has in a table, indicator by indicator.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Values; none where there is no rate.
    pub values: Each<Option<Ratio>>,
    /// Points in 1/10,000, with every cap.
    pub points: Each<i128>,
    /// Targets in 1/10,000 of the measure's unit.
    pub targets: Each<Option<i64>>,
    /// Completions, before floor and cap.
    pub completions: Each<Option<Ratio>>,
    parts: Each<Part>,
}

impl Figures {
    fn score(&self) -> i128 {
        self.points.iter().sum()
    }
}

/// The boards of a kind.
#[derive(Clone, Debug)]
pub struct Boards {
    /// Their rows.
    pub roster: Arc<Roster>,
    spans: Vec<Tallies>,
    /// The whole.
    pub whole: Board,
    /// One a round.
    pub rounds: Vec<Board>,
    /// Points for places, by row, of each round.
    places: Vec<FxHashMap<u32, i64>>,
}

impl Boards {
    /// Nothing counted.
    pub fn new(kind: &str, rules: &Rules, around: Surroundings) -> Boards {
        let contest = &rules.contest;
        let roster = Arc::new(Roster::of_board(kind, contest, around));
        let table = || Board::new(contest, roster.clone());
        Boards {
            spans: rules.spans.iter().map(|_| Tallies::new(contest, kind, roster.len())).collect(),
            whole: table(),
            rounds: contest.rounds.iter().map(|_| table()).collect(),
            places: vec![FxHashMap::default(); contest.rounds.len()],
            roster,
        }
    }

    /// Adds to a row's sum in a span.
    #[inline]
    pub fn add(&mut self, span: usize, row: u32, indicator: usize, part: Worth, bucket: Option<Bucket>) {
        self.spans[span].add(row, indicator, part, bucket);
    }

    /// Adds live credits to a row in a span.
    #[inline]
    pub fn add_live(&mut self, span: usize, row: u32, live: i64) {
        self.spans[span].add_live(row, live);
    }

    /// The tables that a span's credits are in.
    fn tables_of(&mut self, span: usize, rules: &Rules) -> impl Iterator<Item = &mut Board> {
        let whole = (!rules.spans[span].is_base).then_some(&mut self.whole);
        whole.into_iter().chain(self.rounds.get_mut(span))
    }

    /// Keeps when a row last raised its score in a span.
    pub fn keep_reach(&mut self, span: usize, rules: &Rules, row: u32, reach: ReachRef, sources: &Names) {
        self.tables_of(span, rules).for_each(|table| table.keep_reach(row, reach, sources));
    }

    /// Notes that a row's reach in a span is to be asked afresh before the next settle.
    pub fn doubt_reach(&mut self, span: usize, rules: &Rules, row: u32) {
        self.tables_of(span, rules).for_each(|table| table.doubt_reach(row));
    }

    /// Asks the reach of the rows in doubt afresh; `own` are the row, span and reach of each leaf.
    pub fn renew_reach<'a>(
        &mut self,
        rules: &Rules,
        own: impl Iterator<Item = (u32, usize, Option<&'a Reach>)> + Clone,
        sources: &Names,
    ) {
        if self.whole.has_doubts() {
            let of_whole = own.clone().filter(|(_, span, _)| !rules.spans[*span].is_base);
            self.whole.renew_reach(of_whole.map(|(row, _, reach)| (row, reach)), sources);
        }
        for (round, table) in self.rounds.iter_mut().enumerate().filter(|(_, table)| table.has_doubts()) {
            let of_round = own.clone().filter(|(_, span, _)| *span == round);
            table.renew_reach(of_round.map(|(row, _, reach)| (row, reach)), sources);
        }
    }

    /// Notes that all rows of a span may be worth something else.
    pub fn touch_span(&mut self, span: usize) {
        for row in 0..self.roster.len() as u32 {
            self.spans[span].add_live(row, 0);
        }
    }

    /// Notes that a row may be worth something else in every table.
    pub fn touch(&mut self, row: u32) {
        self.spans.iter_mut().for_each(|span| span.add_live(row, 0));
    }

    /// Marks every row as changed, so that the next settle lists and ranks all.
    pub fn touch_all(&mut self) {
        (0..self.spans.len()).for_each(|span| self.touch_span(span));
    }

    /// Reads what a credit to a row will touch.
    pub fn warm(&self, row: u32) {
        std::hint::black_box(self.spans.first().map(|span| span.live(row)));
        std::hint::black_box(self.whole.score(row));
    }

    /// Brings every table up to date with what was counted.
    pub fn settle(&mut self, given: Given, participants: &Names, sources: &Names) {
        for span in 0..self.spans.len() {
            let changed = self.spans[span].take_changed();
            for row in &changed {
                self.spans[span].settled(*row);
                self.whole.mark(*row);
            }
            if span < self.rounds.len() && !changed.is_empty() {
                self.settle_round(span, changed, given, participants, sources);
            }
        }
        let marked = self.whole.take_marked();
        let mut rates = Each::new();
        for row in &marked {
            let (score, has_credits) = self.whole_standing(*row, given, &mut rates);
            self.whole.put(*row, &Standing { score, has_credits, rates: &rates });
        }
        self.whole.settle(marked, participants, sources);
    }

    fn settle_round(
        &mut self,
        round: usize,
        changed: Vec<u32>,
        given: Given,
        participants: &Names,
        sources: &Names,
    ) {
        let mut rates = Each::new();
        for row in &changed {
            let score = match self.adds_up(given.rules) {
                true => self.sum_of_points(round, *row),
                false => {
                    let figures = self.figures_of_span(round, *row, given);
                    self.rates(figures.score(), *row, None, &figures, given.rules, &mut rates);
                    figures.score()
                }
            };
            let has_credits = self.spans[round].live(*row) > 0;
            self.rounds[round].put(*row, &Standing { score, has_credits, rates: &rates });
        }
        self.rounds[round].settle(changed, participants, sources);
        if let Some(table) = given.rules.places() {
            self.give_places(round, table, sources);
        }
    }

    /// Gives points for the places of a round, in place of those given before.
    fn give_places(&mut self, round: usize, table: &[i64], sources: &Names) {
        let placed =
            self.rounds[round].from(0, sources).take_while(|(rank, _)| *rank as usize <= table.len());
        let has_credits = |row: u32| self.spans[round].live(row) > 0;
        let own = placed.filter(|(_, row)| has_credits(*row));
        let now: FxHashMap<u32, i64> = own.map(|(rank, row)| (row, table[rank as usize - 1])).collect();
        let before = std::mem::replace(&mut self.places[round], now);
        let now = &self.places[round];
        let otherwise =
            now.iter().filter(|(row, points)| before.get(row) != Some(points)).map(|(row, _)| *row);
        let gone = before.keys().copied().filter(|row| !now.contains_key(row));
        let otherwise: Vec<u32> = otherwise.chain(gone).collect();
        otherwise.into_iter().for_each(|row| self.whole.mark(row));
    }

    /// Whether scores are sums of events' points, and nothing else decides about ranks.
    fn adds_up(&self, rules: &Rules) -> bool {
        rules.is_additive && self.adds_nothing(rules)
    }

    /// Whether nothing but the score and events' places in time decides about ranks.
    fn adds_nothing(&self, rules: &Rules) -> bool {
        rules.contest.ranked_by == RankedBy::Score && rules.tie_indicators.is_empty()
    }

    fn sum_of_points(&self, span: usize, row: u32) -> i128 {
        self.spans[span].of(row).map(|sum| sum.points).sum()
    }

    /// The score of a row in the whole, whether it has credits, and by what else it is ranked.
    fn whole_standing(&self, row: u32, given: Given, rates: &mut Each<Option<Ratio>>) -> (i128, bool) {
        let rules = given.rules;
        let own = 0..rules.own_spans();
        let has_credits = own.clone().any(|span| self.spans[span].live(row) > 0);
        if self.adds_up(rules) && rules.places().is_none() {
            return (own.map(|span| self.sum_of_points(span, row)).sum(), has_credits);
        }
        if rules.sums_rounds && self.adds_nothing(rules) {
            return (self.rounds.iter().map(|round| round.score(row).0).sum(), has_credits);
        }
        let figures = self.figures(row, None, given);
        let score = match rules.places() {
            Some(_) => {
                self.places.iter().filter_map(|of| of.get(&row)).map(|points| i128::from(*points)).sum()
            }
            None => figures.score(),
        };
        let base = rules.contest.base().map(|_| self.figures_of_span(rules.own_spans(), row, given).score());
        self.rates(score, row, base, &figures, rules, rates);
        (score, has_credits)
    }

    /// By what a row is ranked beside its score.
    fn rates(
        &self,
        score: i128,
        row: u32,
        base: Option<i128>,
        figures: &Figures,
        rules: &Rules,
        rates: &mut Each<Option<Ratio>>,
    ) {
        rates.clear();
        match &rules.contest.ranked_by {
            RankedBy::Score => {}
            RankedBy::Indicator(of) => rates.push(figures.values[*of]),
            RankedBy::Completion(of) => rates.push(figures.completions[*of]),
            RankedBy::PerHead => {
                let heads = i128::from(self.roster.heads(row)) * crate::score::SCALE;
                rates.push(Ratio::new(score, heads));
            }
            RankedBy::Improvement { is_rate, .. } => {
                let base = base.unwrap_or(0);
                rates.push(match is_rate {
                    true => Ratio::new(score - base, base),
                    false => Some(Ratio::of_e4(score - base)),
                });
            }
        }
        rates.extend(rules.tie_indicators.iter().map(|of| figures.values[*of]));
    }

    /// What a row has in a table.
    pub fn figures(&self, row: u32, round: Round, given: Given) -> Figures {
        let rules = given.rules;
        let contest = &rules.contest;
        if let Some(round) = round {
            return self.figures_of_span(round, row, given);
        }
        if !rules.has_rounds() {
            return self.figures_of_span(0, row, given);
        }
        let mut parts: Each<Part> = contest.indicators.iter().map(|_| Part::default()).collect();
        let mut sums: Each<i128> = contest.indicators.iter().map(|_| 0).collect();
        for span in 0..rules.own_spans() {
            let of_span = self.figures_of_span(span, row, given);
            for (at, indicator) in contest.indicators.iter().enumerate() {
                parts[at] = parts[at].and(of_span.parts[at], &indicator.measure);
                sums[at] += of_span.points[at];
            }
        }
        let mut figures = self.valued(parts, row, None, given);
        for (at, indicator) in contest.indicators.iter().enumerate() {
            figures.points[at] = clamp(sums[at], indicator.cap(CapPer::Contest, &self.roster.kind));
        }
        figures
    }

    fn figures_of_span(&self, span: usize, row: u32, given: Given) -> Figures {
        let contest = &given.rules.contest;
        let sums = self.spans[span].of(row);
        let parts = contest.indicators.iter().zip(sums).zip(&given.days[span]);
        let parts: Each<Part> =
            parts.map(|((indicator, sum), days)| Part::of_span(&indicator.measure, sum, *days)).collect();
        let is_base = given.rules.spans[span].is_base;
        let round = given.rules.has_rounds().then_some(span);
        let mut figures = match is_base {
            true => Figures { values: values(contest, &parts), parts, ..Figures::default() },
            false => self.valued(parts, row, round, given),
        };
        figures.points = of_indicators(contest, &self.roster.kind, &figures);
        figures
    }

    /// Values, targets and completions of what was counted.
    fn valued(&self, parts: Each<Part>, row: u32, round: Round, given: Given) -> Figures {
        let contest = &given.rules.contest;
        let values = values(contest, &parts);
        let participant = self.roster.participant(row);
        let targets: Each<Option<i64>> = (0..contest.indicators.len())
            .map(|at| given.targets.of(participant, at, round, given.rules))
            .collect();
        let each = contest.indicators.iter().zip(&values).zip(&targets);
        let completions =
            each.map(|((indicator, value), target)| completion(indicator, *value, *target)).collect();
        let points = contest.indicators.iter().map(|_| 0).collect();
        Figures { values, points, targets, completions, parts }
    }

    /// Live credits of a row in a table.
    pub fn live(&self, row: u32, round: Round) -> i64 {
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

/// The points of each indicator in a span, with the span's cap.
fn of_indicators(contest: &Contest, board: &str, figures: &Figures) -> Each<i128> {
    let each = contest.indicators.iter().enumerate();
    each.map(|(at, indicator)| {
        let completion = figures.completions.get(at).copied().flatten();
        let worth = points(indicator, contest, figures.values[at], completion, figures.parts[at].points);
        clamp(worth, span_cap(contest, indicator, board))
    })
    .collect()
}
