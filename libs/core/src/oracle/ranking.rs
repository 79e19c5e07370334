//! The oracle's order of rows: by what the contest ranks, then by its tie-breaks, then by id. It never keeps a rank that it
//! could count again.

use std::cmp::Reverse;

use crate::contest::{Contest, Measure, RankedBy, TieBreak, TieRule};
use crate::oracle::boards::{Key, Row, Table};
use crate::oracle::exact::{PARTS, Rate, half_even, of_e4, whole};
use crate::oracle::figures::{Figure, Line};
use crate::oracle::sum::{Sum, row_hash};

/// By what a row is ranked, if it has that; `heads` and the score of the base period are asked for only where they matter.
pub(super) fn key(contest: &Contest, line: &Line, heads: u64, base: i128) -> Option<Rate> {
    let figure = |indicator: usize| line.figures.get(indicator);
    match &contest.ranked_by {
        RankedBy::Score => Some(of_e4(line.score)),
        RankedBy::Indicator(indicator) => figure(*indicator)?.value.clone(),
        RankedBy::Completion(indicator) => figure(*indicator)?.completion.clone(),
        RankedBy::PerHead => (heads > 0).then(|| of_e4(line.score) / whole(i128::from(heads))),
        RankedBy::Improvement { is_rate: false, .. } => Some(of_e4(line.score - base)),
        RankedBy::Improvement { is_rate: true, .. } => {
            (base > 0).then(|| of_e4(line.score - base) / of_e4(base))
        }
    }
}

/// What rows are ordered by: the key, then the tie-breaks in the order of the chain.
pub(super) fn keys(contest: &Contest, line: &Line, key: Option<&Rate>, name: &str) -> Vec<Key> {
    let mut keys = vec![match contest.ranked_by {
        RankedBy::Score => Key::Number(Reverse(line.score)),
        _ => Key::Rate(Reverse(key.cloned())),
    }];
    for tie_break in &contest.tie_breaks {
        keys.push(match tie_break {
            TieBreak::Earliest => Key::Reach(line.reach.is_none(), line.reach.clone()),
            TieBreak::Indicator(index) => of_indicator(contest, *index, line.figures.get(*index)),
            TieBreak::Name => Key::Name(name.to_owned()),
        });
    }
    keys
}

fn of_indicator(contest: &Contest, index: usize, figure: Option<&Figure>) -> Key {
    let value = figure.and_then(|figure| figure.value.clone());
    let is_rate = contest.indicators.get(index).is_some_and(|indicator| {
        matches!(
            indicator.measure,
            Measure::ProductsPerCustomer | Measure::AverageBalance { .. } | Measure::Ratio { .. }
        )
    });
    if is_rate {
        return Key::Rate(Reverse(value));
    }
    let number = value.map_or(0, |value| half_even(&(value * whole(PARTS))).0);
    Key::Number(Reverse(number))
}

/// The table of the rows that are listed, out of so many participants.
pub(super) fn table(kind: &str, contest: &Contest, participants: usize, mut rows: Vec<Row>) -> Table {
    rows.sort_by(|a, b| (&a.keys, &a.id).cmp(&(&b.keys, &b.id)));
    let ranks: Vec<u64> = (0..rows.len()).map(|place| rank(place, &rows, contest.tie_rule)).collect();
    let mut digest = Sum::default();
    for (row, rank) in rows.iter_mut().zip(ranks) {
        row.rank = rank;
        row.hash = row_hash(row);
        digest.add(row.hash);
    }
    Table { kind: kind.to_owned(), unlisted: participants - rows.len(), rows, digest }
}

fn rank(place: usize, rows: &[Row], rule: TieRule) -> u64 {
    let better = rows.iter().filter(|row| row.keys < rows[place].keys);
    let count = match rule {
        TieRule::Standard1224 => better.count(),
        TieRule::Dense1223 => {
            let mut different: Vec<&Vec<Key>> = better.map(|row| &row.keys).collect();
            different.dedup();
            different.len()
        }
        TieRule::Ordinal1234 => place,
    };
    count as u64 + 1
}
