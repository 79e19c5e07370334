//! Which days count: the rounds, or the whole period, and the period before that improvement is measured from.

use jiff::civil::Date;

use crate::contest::{Contest, Period, RankedBy, Span};
use crate::rule::ranking;

/// Every time that is counted apart: the rounds in order, or else the whole period; the one to compare with comes last.
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

/// The index of the span that a day lies in.
pub(crate) fn span_of(contest: &Contest, day: Date) -> Option<usize> {
    spans(contest).iter().position(|span| has(span.period, day))
}

/// Whether a day is one of a period's.
pub(crate) fn has(period: Period, day: Date) -> bool {
    day >= period.start && day <= period.end
}

/// How many days there are from a first to a last, both counted; none when they are the other way round.
pub(crate) fn days(first: Date, last: Date) -> i128 {
    if last < first { 0 } else { i128::from((last - first).get_days()) + 1 }
}
