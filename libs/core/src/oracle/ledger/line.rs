//! Figures: what one participant has for each indicator in one span, computed from all its credits there.

use crate::contest::Contest;
use crate::oracle::contest::amounts::{Amounts, Scored};
use crate::oracle::contest::key::Reach;
use crate::oracle::contest::targets::Plan;
use crate::oracle::credit::given::{Credit, Given};
use crate::oracle::credit::worth::has_points_by_event;
use crate::oracle::exact::Rate;
use crate::oracle::ledger::customers;
use crate::oracle::rule::{limit, measure, points};

/// The figures of a participant for an indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The sum of its credits, in 1/10,000 of the measure's unit; for an average balance, per day.
    pub measure: i128,
    /// The value, in the measure's unit.
    pub value: Option<Rate>,
    /// The points, in 1/10,000 of a point.
    pub points: i128,
    /// The target, in 1/10,000 of the measure's unit.
    pub target: Option<i128>,
    /// The completion: value divided by target.
    pub completion: Option<Rate>,
}

/// What a participant has in a span, or in the whole contest.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) amounts: Vec<Amounts>,
    pub(crate) figures: Vec<Figure>,
    /// In 1/10,000 of a point.
    pub(crate) score: i128,
    pub(crate) live: usize,
    pub(crate) reach: Option<Reach>,
}

/// Whose figures are computed, for which contest and span.
pub(crate) struct Asked<'q, 'a> {
    pub(crate) contest: &'q Contest,
    pub(crate) board: &'q str,
    pub(crate) plan: &'q Plan<'a>,
    pub(crate) span: usize,
    pub(crate) is_base: bool,
}

/// The line of one participant in one span. `credits` are all credits of the participant.
pub(crate) fn line(asked: &Asked, credits: &[&Credit], given: &Given) -> Line {
    let contest = asked.contest;
    let own: Vec<&Credit> = credits.iter().copied().filter(|credit| credit.span == asked.span).collect();
    let of = |indicator: usize| -> Vec<&Credit> {
        own.iter().copied().filter(|credit| credit.indicator == indicator).collect()
    };
    let amounts: Vec<Amounts> = (0..contest.indicators.len())
        .map(|indicator| {
            amounts(contest, indicator, &of(indicator), given.days.get(&(indicator, asked.span)))
        })
        .collect();
    let mut figures = Vec::new();
    for (indicator, rule) in contest.indicators.iter().enumerate() {
        let value = value(contest, &amounts, indicator);
        let target = if asked.is_base { None } else { asked.plan.of_span(contest, indicator, asked.span) };
        let completion = points::reached(rule, value.as_ref(), target);
        let points = match has_points_by_event(rule) {
            true => limit::of_credits(rule, asked.board, &scored(&of(indicator))),
            false => points::of_value(&rule.points, value.as_ref(), completion.as_ref(), contest.currency),
        };
        // Without rounds the span is the whole contest.
        let points = match contest.rounds.is_empty() {
            true => limit::of_contest(rule, asked.board, points),
            false => limit::of_round(rule, asked.board, points),
        };
        let measure = amounts[indicator].measure;
        figures.push(Figure { measure, value, points, target, completion });
    }
    let raised = own.iter().filter(|credit| credit.points > 0);
    Line {
        score: figures.iter().map(|figure| figure.points).sum(),
        live: own.len(),
        reach: raised.map(|credit| reach(credit)).max(),
        amounts,
        figures,
    }
}

fn amounts(contest: &Contest, indicator: usize, own: &[&Credit], days: Option<&i128>) -> Amounts {
    let wanted = measure::products_wanted(&contest.indicators[indicator].measure);
    Amounts {
        measure: own.iter().map(|credit| credit.measure).sum(),
        customers: wanted.map(|products| customers::count(own, products)).unwrap_or_default(),
        days: days.copied(),
    }
}

fn scored<'c>(credits: &[&'c Credit]) -> Vec<Scored<'c>> {
    let scored = |credit: &&'c Credit| Scored {
        date: credit.date,
        customer: &credit.event.customer,
        points: credit.points,
    };
    credits.iter().map(scored).collect()
}

/// When a credit reached its points: taken from the entry that gave it.
pub(crate) fn reach(credit: &Credit) -> Reach {
    let entry = credit.taken_by.unwrap_or(credit.event);
    (credit.date, entry.occurred, entry.source.to_string(), entry.id.to_string())
}

/// The value of an indicator.
pub(crate) fn value(contest: &Contest, amounts: &[Amounts], indicator: usize) -> Option<Rate> {
    // The limit on depth stops at a definition that refers to itself; it has no value.
    value_within(contest, amounts, indicator, contest.indicators.len())
}

fn value_within(contest: &Contest, amounts: &[Amounts], indicator: usize, steps: usize) -> Option<Rate> {
    let other = |at: usize| value_within(contest, amounts, at, steps.checked_sub(1)?);
    measure::value(&contest.indicators.get(indicator)?.measure, amounts.get(indicator)?, other)
}
