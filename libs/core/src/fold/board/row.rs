//! The values, completions and points of one row of a board. They are computed from the row's sums whenever
//! they are asked for. Nothing is stored, and other rows do not matter.

use smallvec::SmallVec;

use crate::contest::Contest;
use crate::contest::cap::clamp;
use crate::contest::compiled::Rules;
use crate::fold::board::row_totals::RowTotals;
use crate::fold::board::targets::Targets;
use crate::fold::entity::reported_days::KnownDays;
use crate::rule::class::Scope;
use crate::rule::evaluation::Evaluation;
use crate::rule::part::Part;
use crate::types::ids::{HolderId, IndicatorIx, RowId, SpanIx};
use crate::types::ratio::Ratio;

/// One item for each indicator. Few contests have more than 8.
pub type Each<T> = SmallVec<[T; 8]>;

/// What scores depend on, besides the sums.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// The contest's indicators, with their points and caps.
    pub rules: &'a Rules,
    /// What completions compare values with.
    pub targets: &'a Targets,
    /// For how many days averages of balances are taken.
    pub days: &'a KnownDays,
}

/// The caps of a board, by indicator, in 1/10,000 of a point.
#[derive(Clone, Debug)]
pub struct Caps {
    /// Caps on what one span gives: a round, or the contest if it has no rounds.
    of_span: Vec<Option<i128>>,
    /// Caps on what all rounds give together.
    of_rounds: Vec<Option<i128>>,
}

impl Caps {
    /// The caps of a board of that kind.
    pub fn new(contest: &Contest, board: &str) -> Caps {
        let caps = |scope| contest.indicators.iter().map(|indicator| indicator.cap(scope, board)).collect();
        match contest.rounds.is_empty() {
            true => Caps { of_span: caps(Scope::Contest), of_rounds: vec![None; contest.indicators.len()] },
            false => Caps { of_span: caps(Scope::Round), of_rounds: caps(Scope::Contest) },
        }
    }
}

/// What to compute figures for: one span, or all rounds together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// One of them.
    Span(SpanIx),
    /// All spans that count.
    Rounds,
}

/// The figures of a row in a table, by indicator.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Values; `None` if there is no rate, for lack of a denominator.
    pub values: Each<Option<Ratio>>,
    /// Points in 1/10,000, after every cap.
    pub points: Each<i128>,
    /// Targets in 1/10,000 of the measure's unit.
    pub targets: Each<Option<i64>>,
    /// Completions, before floor and cap.
    pub completions: Each<Option<Ratio>>,
}

/// A row.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    /// Its number.
    pub row: RowId,
    /// Its participant's number.
    pub participant: HolderId,
    /// The sums of all rows, by span.
    pub spans: &'a [RowTotals],
    /// The board's caps.
    pub caps: &'a Caps,
    /// What else scores depend on.
    pub given: Given<'a>,
}

impl Row<'_> {
    fn part(&self, within: Within, indicator: IndicatorIx) -> Part {
        let measure = &self.given.rules.contest.indicators[indicator.index()].measure;
        let evaluation = measure.evaluation();
        let of_span = |span: SpanIx| {
            let days = self.given.days.of(span, indicator);
            evaluation.part(self.spans[span.index()].sum(self.row, indicator), days)
        };
        match within {
            Within::Span(span) => of_span(span),
            Within::Rounds => {
                let spans = self.own_spans();
                let is_whole = measure.rule().is_whole();
                spans.fold(Part::default(), |sum, span| sum.and(of_span(span), is_whole))
            }
        }
    }

    /// The spans whose credits count, without the base.
    fn own_spans(&self) -> impl Iterator<Item = SpanIx> + use<> {
        (0..self.given.rules.own_spans()).map(SpanIx::at)
    }

    /// The indicators of the contest.
    fn indicators(&self) -> impl Iterator<Item = IndicatorIx> + Clone + use<> {
        (0..self.given.rules.contest.indicators.len()).map(IndicatorIx::at)
    }

    /// The value of an indicator; `None` for a rate without a denominator.
    pub fn value(&self, within: Within, indicator: IndicatorIx) -> Option<Ratio> {
        let rules = self.given.rules;
        match rules.contest.indicators[indicator.index()].measure.evaluation() {
            Evaluation::Derived(rule) => rule.derive(&|part| self.value(within, IndicatorIx::at(part))),
            Evaluation::Additive(_)
            | Evaluation::Distinct(_)
            | Evaluation::ByAccount(_)
            | Evaluation::ByCustomer(_) => self.part(within, indicator).ratio(),
        }
    }

    /// The participant's target for an indicator, in 1/10,000 of the measure's unit.
    pub fn target(&self, within: Within, indicator: IndicatorIx) -> Option<i64> {
        let rules = self.given.rules;
        let round = match within {
            Within::Span(span) if rules.spans[span.index()].is_base => return None,
            Within::Span(span) => rules.has_rounds().then_some(span.round()),
            Within::Rounds => None,
        };
        self.given.targets.of(self.participant, indicator, round, rules)
    }

    /// The ratio of the value to the target, before floor and cap.
    pub fn completion(&self, within: Within, indicator: IndicatorIx) -> Option<Ratio> {
        let target = self.target(within, indicator)?;
        let own = &self.given.rules.contest.indicators[indicator.index()];
        own.completion(self.value(within, indicator)?, target)
    }

    /// The points of an indicator in 1/10,000, after every cap.
    pub fn points(&self, within: Within, indicator: IndicatorIx) -> i128 {
        let at = indicator.index();
        match within {
            Within::Span(span) => clamp(self.worth(span, indicator), self.caps.of_span[at]),
            Within::Rounds => clamp(self.points_of_rounds(indicator), self.caps.of_rounds[at]),
        }
    }

    fn worth(&self, span: SpanIx, indicator: IndicatorIx) -> i128 {
        let contest = &self.given.rules.contest;
        if self.given.rules.of(indicator.index()).has_points_by_event {
            return self.spans[span.index()].sum(self.row, indicator).counted().points;
        }
        let within = Within::Span(span);
        contest.indicators[indicator.index()].points_of_figures(
            contest.currency,
            || self.value(within, indicator),
            || self.completion(within, indicator),
        )
    }

    fn points_of_rounds(&self, indicator: IndicatorIx) -> i128 {
        self.own_spans().map(|span| self.points(Within::Span(span), indicator)).sum()
    }

    /// The score in a span: the sum of all points.
    pub fn score(&self, span: SpanIx) -> i128 {
        self.indicators().map(|indicator| self.points(Within::Span(span), indicator)).sum()
    }

    /// By how much caps of the whole contest change the sum of the rounds' scores: zero or less if the sum is
    /// positive, zero or more if it is negative.
    pub fn cut(&self) -> i128 {
        let capped = self.indicators().filter(|indicator| self.caps.of_rounds[indicator.index()].is_some());
        capped
            .map(|indicator| self.points(Within::Rounds, indicator) - self.points_of_rounds(indicator))
            .sum()
    }

    /// All figures of the row.
    pub fn figures(&self, within: Within) -> Figures {
        let indicators = self.indicators();
        Figures {
            values: indicators.clone().map(|at| self.value(within, at)).collect(),
            points: indicators.clone().map(|at| self.points(within, at)).collect(),
            targets: indicators.clone().map(|at| self.target(within, at)).collect(),
            completions: indicators.map(|at| self.completion(within, at)).collect(),
        }
    }
}
