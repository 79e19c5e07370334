//! The values, completions and points of one row of a board. They are worked out from the sums of the row whenever somebody
//! asks; nothing is kept, and no other row matters.

use smallvec::SmallVec;

use crate::contest::Contest;
use crate::contest::cap::clamp;
use crate::contest::compiled::Rules;
use crate::contest::targets::Targets;
use crate::fold::board::row_totals::RowTotals;
use crate::rule::class::{Class, Scope};
use crate::rule::part::Part;
use crate::types::ids::{HolderId, IndicatorIx, RowId, SpanIx};
use crate::types::ratio::Ratio;

/// One for each indicator; few contests have more.
pub type Each<T> = SmallVec<[T; 8]>;

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

/// The caps of a board, by indicator, in 1/10,000 of a point.
#[derive(Clone, Debug)]
pub struct Caps {
    /// Of what a span gives: of a round, or of the contest where there are none.
    of_span: Vec<Option<i128>>,
    /// Of what all rounds give together.
    of_rounds: Vec<Option<i128>>,
}

impl Caps {
    /// Those of a board of that kind.
    pub fn new(contest: &Contest, board: &str) -> Caps {
        let caps = |scope| contest.indicators.iter().map(|indicator| indicator.cap(scope, board)).collect();
        match contest.rounds.is_empty() {
            true => Caps { of_span: caps(Scope::Contest), of_rounds: vec![None; contest.indicators.len()] },
            false => Caps { of_span: caps(Scope::Round), of_rounds: caps(Scope::Contest) },
        }
    }
}

/// What is looked at: one span, or all rounds together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// One of them.
    Span(SpanIx),
    /// All that count.
    Rounds,
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
}

/// A row.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    /// Its number.
    pub row: RowId,
    /// Whose it is.
    pub participant: HolderId,
    /// What was counted of all rows, span by span.
    pub spans: &'a [RowTotals],
    /// The board's caps.
    pub caps: &'a Caps,
    /// What else scores follow from.
    pub given: Given<'a>,
}

impl Row<'_> {
    fn part(&self, within: Within, indicator: IndicatorIx) -> Part {
        let measure = &self.given.rules.contest.indicators[indicator.index()].measure;
        let of_span = |span: SpanIx| {
            let days = self.given.days[span.index()][indicator.index()];
            measure.part(self.spans[span.index()].sum(self.row, indicator), days)
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

    /// The value of an indicator; none where there is no denominator.
    pub fn value(&self, within: Within, indicator: IndicatorIx) -> Option<Ratio> {
        let rules = self.given.rules;
        match rules.of(indicator.index()).class {
            Class::Derived => {
                let measure = &rules.contest.indicators[indicator.index()].measure;
                measure.derive(&|part| self.value(within, IndicatorIx::at(part)))
            }
            Class::Additive | Class::Distinct | Class::Grouped(_) => self.part(within, indicator).ratio(),
        }
    }

    /// What its participant is to reach under an indicator, in 1/10,000 of the measure's unit.
    pub fn target(&self, within: Within, indicator: IndicatorIx) -> Option<i64> {
        let rules = self.given.rules;
        let round = match within {
            Within::Span(span) if rules.spans[span.index()].is_base => return None,
            Within::Span(span) => rules.has_rounds().then_some(span.round()),
            Within::Rounds => None,
        };
        self.given.targets.of(self.participant, indicator, round, rules)
    }

    /// How much of its target a value is, before floor and cap.
    pub fn completion(&self, within: Within, indicator: IndicatorIx) -> Option<Ratio> {
        let target = self.target(within, indicator)?;
        let own = &self.given.rules.contest.indicators[indicator.index()];
        own.completion(self.value(within, indicator)?, target)
    }

    /// The points of an indicator in 1/10,000, with every cap.
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

    /// The sum of all points in a span.
    pub fn score(&self, span: SpanIx) -> i128 {
        self.indicators().map(|indicator| self.points(Within::Span(span), indicator)).sum()
    }

    /// What caps of the whole contest take from the sum of the rounds' scores; not positive for who gains, not negative
    /// for who loses.
    pub fn cut(&self) -> i128 {
        let capped = self.indicators().filter(|indicator| self.caps.of_rounds[indicator.index()].is_some());
        capped
            .map(|indicator| self.points(Within::Rounds, indicator) - self.points_of_rounds(indicator))
            .sum()
    }

    /// All that it has in a table.
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
