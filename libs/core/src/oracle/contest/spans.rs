//! Which days count: the rounds, or the whole period; and the base period for improvement.

use jiff::civil::Date;

use crate::contest::{Contest, Period, RankedBy, Span};
use crate::rule::ranking;

/// All spans: the rounds in order, or else the whole period; the base period comes last.
pub(crate) fn spans(contest: &Contest) -> Vec<Span> {
    let mut spans = Vec::new();
    for round in &contest.rounds {
        spans.push(Span { period: round.period, is_base: false });
    }
    if spans.is_empty() {
        let period = Period { start: contest.start, end: contest.end };
        spans.push(Span { period, is_base: false });
    }
    if let RankedBy::Improvement(ranking::Improvement { base, .. }) = &contest.ranked_by {
        spans.push(Span { period: *base, is_base: true });
    }
    spans
}

/// The index of the span that contains a day.
pub(crate) fn span_of(contest: &Contest, day: Date) -> Option<usize> {
    spans(contest).iter().position(|span| has(span.period, day))
}

/// Whether a day is in a period.
pub(crate) fn has(period: Period, day: Date) -> bool {
    day >= period.start && day <= period.end
}

/// The number of days from `first` to `last`, both included; 0 if `last` is before `first`.
pub(crate) fn days(first: Date, last: Date) -> i128 {
    if last < first { 0 } else { i128::from((last - first).get_days()) + 1 }
}
