//! The values, completions and points of one row of a board. They are worked out from the sums of the row whenever somebody
//! asks; nothing is kept, and no other row matters.

use crate::contest::{CapPer, Contest, Measure, Points};
use crate::fold::board::row_totals::Tallies;
use crate::rule::compiled::Rules;
use crate::rule::figure::{Each, Part, clamp, completion, points};
use crate::rule::targets::Targets;
use crate::types::ids::{HolderId, RowId};
use crate::types::ratio::Ratio;

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
        let caps = |per| contest.indicators.iter().map(|indicator| indicator.cap(per, board)).collect();
        match contest.rounds.is_empty() {
            true => Caps { of_span: caps(CapPer::Contest), of_rounds: vec![None; contest.indicators.len()] },
            false => Caps { of_span: caps(CapPer::Round), of_rounds: caps(CapPer::Contest) },
        }
    }
}

/// What is looked at: one span, or all rounds together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// One, by its index.
    Span(usize),
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
    pub spans: &'a [Tallies],
    /// The board's caps.
    pub caps: &'a Caps,
    /// What else scores follow from.
    pub given: Given<'a>,
}

impl Row<'_> {
    fn part(&self, within: Within, at: usize) -> Part {
        let measure = &self.given.rules.contest.indicators[at].measure;
        let of_span = |span: usize| {
            Part::of_span(measure, self.spans[span].sum(self.row, at), self.given.days[span][at])
        };
        match within {
            Within::Span(span) => of_span(span),
            Within::Rounds => {
                let spans = 0..self.given.rules.own_spans();
                spans.fold(Part::default(), |sum, span| sum.and(of_span(span), measure))
            }
        }
    }

    /// The value of an indicator; none where there is no denominator.
    pub fn value(&self, within: Within, at: usize) -> Option<Ratio> {
        let plain = |at: usize| {
            let part = self.part(within, at);
            Ratio::new(part.numerator, part.denominator)
        };
        match self.given.rules.contest.indicators[at].measure {
            Measure::Ratio { of, to } => plain(of)?.per(plain(to)?),
            _ => plain(at),
        }
    }

    /// What its participant is to reach under an indicator, in 1/10,000 of the measure's unit.
    pub fn target(&self, within: Within, at: usize) -> Option<i64> {
        let rules = self.given.rules;
        let round = match within {
            Within::Span(span) if rules.spans[span].is_base => return None,
            Within::Span(span) => rules.has_rounds().then_some(span),
            Within::Rounds => None,
        };
        self.given.targets.of(self.participant, at, round, rules)
    }

    /// How much of its target a value is, before floor and cap.
    pub fn completion(&self, within: Within, at: usize) -> Option<Ratio> {
        let target = self.target(within, at)?;
        completion(&self.given.rules.contest.indicators[at], self.value(within, at), Some(target))
    }

    /// The points of an indicator in 1/10,000, with every cap.
    pub fn points(&self, within: Within, at: usize) -> i128 {
        match within {
            Within::Span(span) => clamp(self.worth(span, at), self.caps.of_span[at]),
            Within::Rounds => clamp(self.points_of_rounds(at), self.caps.of_rounds[at]),
        }
    }

    fn worth(&self, span: usize, at: usize) -> i128 {
        let contest = &self.given.rules.contest;
        let indicator = &contest.indicators[at];
        if indicator.has_points_by_event() {
            return self.spans[span].sum(self.row, at).points;
        }
        let within = Within::Span(span);
        match indicator.points {
            Points::Completion(_) => points(indicator, contest, None, self.completion(within, at)),
            _ => points(indicator, contest, self.value(within, at), None),
        }
    }

    fn points_of_rounds(&self, at: usize) -> i128 {
        (0..self.given.rules.own_spans()).map(|span| self.points(Within::Span(span), at)).sum()
    }

    /// The sum of all points in a span.
    pub fn score(&self, span: usize) -> i128 {
        (0..self.given.rules.contest.indicators.len()).map(|at| self.points(Within::Span(span), at)).sum()
    }

    /// What caps of the whole contest take from the sum of the rounds' scores; not positive for who gains, not negative
    /// for who loses.
    pub fn cut(&self) -> i128 {
        let capped = (0..self.caps.of_rounds.len()).filter(|at| self.caps.of_rounds[*at].is_some());
        capped.map(|at| self.points(Within::Rounds, at) - self.points_of_rounds(at)).sum()
    }

    /// All that it has in a table.
    pub fn figures(&self, within: Within) -> Figures {
        let indicators = 0..self.given.rules.contest.indicators.len();
        Figures {
            values: indicators.clone().map(|at| self.value(within, at)).collect(),
            points: indicators.clone().map(|at| self.points(within, at)).collect(),
            targets: indicators.clone().map(|at| self.target(within, at)).collect(),
            completions: indicators.map(|at| self.completion(within, at)).collect(),
        }
    }
}
