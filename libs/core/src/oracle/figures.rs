//! The oracle's figures: what one participant has of each indicator in one span, from all the credits of it that the span
//! has. It never looks at two participants, nor at two spans.

use std::collections::BTreeMap;

use crate::contest::{CapPer, Contest, Indicator, Measure};
use crate::oracle::boards::Reach;
use crate::oracle::caps::cap;
use crate::oracle::credits::{Credit, Given};
use crate::oracle::customers::{self, Customers};
use crate::oracle::exact::{PARTS, Rate, clamp, of_e4, rate, whole};
use crate::oracle::points::{completion, points};
use crate::oracle::targets::Plan;
use crate::oracle::worth::has_points_by_event;

/// What a participant has of an indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What its credits add up to, in 1/10,000 of the measure's unit; of an average balance for each day.
    pub measure: i128,
    /// What is counted in the end, in the measure's unit.
    pub value: Option<Rate>,
    /// What it is worth, in 1/10,000 of a point.
    pub points: i128,
    /// What was to be reached, in 1/10,000 of the measure's unit.
    pub target: Option<i128>,
    /// How much of it was.
    pub completion: Option<Rate>,
}

/// What adds up over rounds, and makes a value only then.
#[derive(Clone, Debug, Default)]
pub(super) struct Amounts {
    /// Of measures.
    pub(super) measure: i128,
    /// Of customers.
    pub(super) customers: Customers,
    /// Of days that an average is taken of, if there are any.
    pub(super) days: Option<i128>,
}

/// What a participant has in a span, or on the whole.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) amounts: Vec<Amounts>,
    pub(super) figures: Vec<Figure>,
    /// In 1/10,000 of a point.
    pub(super) score: i128,
    pub(super) live: usize,
    pub(super) reach: Option<Reach>,
}

/// Whose figures are asked for, and when.
pub(super) struct Asked<'q, 'a> {
    pub(super) contest: &'q Contest,
    pub(super) board: &'q str,
    pub(super) plan: &'q Plan<'a>,
    pub(super) span: usize,
    pub(super) is_base: bool,
}

/// The line of one participant in one span; `credits` are all of the participant's.
pub(super) fn line(asked: &Asked, credits: &[&Credit], given: &Given) -> Line {
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
        let completion = completion(&rule.points, value.as_ref(), target);
        let points = match has_points_by_event(rule) {
            true => by_event(rule, asked.board, &of(indicator)),
            false => points(&rule.points, value.as_ref(), completion.as_ref(), contest),
        };
        let per = if contest.rounds.is_empty() { CapPer::Contest } else { CapPer::Round };
        let points = clamp(points, cap(rule, per, asked.board));
        let measure = amounts[indicator].measure;
        figures.push(Figure { measure, value, points, target, completion });
    }
    let raised = own.iter().filter(|credit| credit.points > 0);
    Line {
        score: figures.iter().map(|figure| figure.points).sum(),
        live: own.len(),
        reach: raised.map(|credit| super::boards::reach(credit)).max(),
        amounts,
        figures,
    }
}

fn amounts(contest: &Contest, indicator: usize, own: &[&Credit], days: Option<&i128>) -> Amounts {
    let at_least = match &contest.indicators[indicator].measure {
        Measure::Customers | Measure::ProductsPerCustomer => Some(1),
        Measure::CustomersWithProducts { at_least } => Some(*at_least as usize),
        _ => None,
    };
    Amounts {
        measure: own.iter().map(|credit| credit.measure).sum(),
        customers: at_least.map(|least| customers::count(own, least)).unwrap_or_default(),
        days: days.copied(),
    }
}

/// The points of events, clamped by day or by customer where the board has such a cap.
fn by_event(rule: &Indicator, board: &str, own: &[&Credit]) -> i128 {
    if let Some(most) = cap(rule, CapPer::Day, board) {
        let mut days: BTreeMap<_, i128> = BTreeMap::new();
        for credit in own {
            *days.entry(credit.date).or_default() += credit.points;
        }
        return days.into_values().map(|sum| clamp(sum, Some(most))).sum();
    }
    let most = cap(rule, CapPer::Customer, board);
    let mut customers: BTreeMap<&str, i128> = BTreeMap::new();
    for credit in own {
        *customers.entry(&credit.event.customer).or_default() += credit.points;
    }
    // What is about no customer is no customer's.
    let clamped = |(customer, sum): (&str, i128)| if customer.is_empty() { sum } else { clamp(sum, most) };
    customers.into_iter().map(clamped).sum()
}

/// What is counted of an indicator in the end.
pub(super) fn value(contest: &Contest, amounts: &[Amounts], indicator: usize) -> Option<Rate> {
    // A definition that goes round in a circle has no value.
    value_within(contest, amounts, indicator, contest.indicators.len())
}

fn value_within(contest: &Contest, amounts: &[Amounts], indicator: usize, steps: usize) -> Option<Rate> {
    let Amounts { measure, customers, days } = amounts.get(indicator)?;
    match contest.indicators[indicator].measure {
        Measure::Count
        | Measure::SumQuantity
        | Measure::SumAmount
        | Measure::NthProduct { .. }
        | Measure::NetChange { .. } => Some(of_e4(*measure)),
        Measure::Customers => Some(whole(customers.all)),
        Measure::CustomersWithProducts { .. } => Some(whole(customers.enough)),
        Measure::ProductsPerCustomer => (customers.all > 0).then(|| rate(customers.pairs, customers.all)),
        Measure::AverageBalance { .. } => days.map(|days| rate(*measure, PARTS * days)),
        Measure::Ratio { of, to } => {
            let steps = steps.checked_sub(1)?;
            let of = value_within(contest, amounts, of, steps)?;
            let to = value_within(contest, amounts, to, steps)?;
            (to > whole(0)).then(|| of / to)
        }
    }
}
