//! The oracle's whole of a contest with rounds: what adds up is added up, and what does not is asked again of the sums. It
//! never looks at a credit.

use crate::contest::{CapPer, Contest, Overall};
use crate::oracle::boards::Table;
use crate::oracle::caps::cap;
use crate::oracle::customers::Customers;
use crate::oracle::exact::clamp;
use crate::oracle::figures::{Amounts, Figure, Line, value};
use crate::oracle::points::completion;
use crate::oracle::targets::Plan;

/// The line of one participant on the whole; `rounds` are those of the rounds, and `tables` the rounds' tables.
pub(super) fn line(
    contest: &Contest,
    board: &str,
    participant: &str,
    plan: &Plan,
    rounds: &[&Line],
    tables: &[Table],
) -> Line {
    let count = contest.indicators.len();
    let amounts: Vec<Amounts> = (0..count).map(|indicator| add_up(rounds, indicator)).collect();
    let mut figures = Vec::new();
    for (indicator, rule) in contest.indicators.iter().enumerate() {
        let value = value(contest, &amounts, indicator);
        let target = plan.of_all(contest, indicator);
        let completion = completion(&rule.points, value.as_ref(), target);
        let points = rounds.iter().map(|round| round.figures[indicator].points).sum();
        let points = clamp(points, cap(rule, CapPer::Contest, board));
        let measure = amounts[indicator].measure;
        figures.push(Figure { measure, value, points, target, completion });
    }
    let score = match &contest.overall {
        Overall::Sum => figures.iter().map(|figure| figure.points).sum(),
        Overall::Places(worth) => tables.iter().map(|table| of_place(table, participant, worth)).sum(),
    };
    Line {
        score,
        live: rounds.iter().map(|round| round.live).sum(),
        reach: rounds.iter().filter_map(|round| round.reach.clone()).max(),
        amounts,
        figures,
    }
}

fn add_up(rounds: &[&Line], indicator: usize) -> Amounts {
    let mut sum = Amounts::default();
    for round in rounds {
        let Amounts { measure, customers, days } = &round.amounts[indicator];
        sum.measure += measure;
        sum.customers = Customers {
            all: sum.customers.all + customers.all,
            enough: sum.customers.enough + customers.enough,
            pairs: sum.customers.pairs + customers.pairs,
        };
        if let Some(days) = days {
            sum.days = Some(sum.days.unwrap_or(0) + days);
        }
    }
    sum
}

/// What a place in a round is worth to who stands there: nothing without a live credit in it.
fn of_place(table: &Table, participant: &str, worth: &[i64]) -> i128 {
    let row = table.rows.iter().find(|row| row.id == participant && row.live > 0);
    let place = row.and_then(|row| usize::try_from(row.rank - 1).ok());
    place.and_then(|place| worth.get(place)).copied().map_or(0, i128::from)
}
