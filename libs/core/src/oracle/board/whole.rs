//! The whole of a contest with rounds: additive figures are added up, and the others are computed again from
//! the sums.

use crate::contest::Contest;
use crate::oracle::board::table::Table;
use crate::oracle::contest::amounts::Amounts;
use crate::oracle::contest::targets::Plan;
use crate::oracle::ledger::line::{Figure, Line, value};
use crate::oracle::rule::{format, limit, points};

/// The line of one participant for the whole contest. `rounds` are its lines in the rounds, and `tables` the
/// tables of the rounds.
pub(crate) fn line(
    contest: &Contest,
    board: &str,
    participant: &str,
    plan: &Plan,
    rounds: &[&Line],
    tables: &[Table],
) -> Line {
    let mut amounts = vec![Amounts::default(); contest.indicators.len()];
    for round in rounds {
        amounts.iter_mut().zip(&round.amounts).for_each(|(sum, more)| sum.add(more));
    }
    let mut figures = Vec::new();
    for (indicator, rule) in contest.indicators.iter().enumerate() {
        let value = value(contest, &amounts, indicator);
        let target = plan.of_all(contest, indicator);
        let completion = points::reached(rule, value.as_ref(), target);
        let points = rounds.iter().map(|round| round.figures[indicator].points).sum();
        let points = limit::of_contest(rule, board, points);
        let measure = amounts[indicator].measure;
        figures.push(Figure { measure, value, points, target, completion });
    }
    let points: Vec<i128> = figures.iter().map(|figure| figure.points).collect();
    let ranks: Vec<Option<u64>> = tables.iter().map(|table| rank(table, participant)).collect();
    Line {
        score: format::score(&contest.overall, &points, &ranks),
        live: rounds.iter().map(|round| round.live).sum(),
        reach: rounds.iter().filter_map(|round| round.reach.clone()).max(),
        amounts,
        figures,
    }
}

/// The rank of a participant in a round; `None` without a live credit in it.
fn rank(table: &Table, participant: &str) -> Option<u64> {
    let row = table.rows.iter().find(|row| row.id == participant && row.live > 0);
    row.map(|row| row.rank)
}
