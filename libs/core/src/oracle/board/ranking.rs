//! The order of rows: by the contest's ranking key, then by its tie-breaks, then by id.

use std::cmp::Reverse;

use crate::contest::{Contest, RankedBy};
use crate::oracle::board::digest::Sum;
use crate::oracle::board::row_hash::row_hash;
use crate::oracle::board::table::{Row, Table};
use crate::oracle::contest::key::Key;
use crate::oracle::exact::Rate;
use crate::oracle::ledger::line::Line;
use crate::oracle::rule::{ranking, tie_break, tie_rule};

/// The ranking key of a row, if it has one. `heads` and the score of the base period matter only for some
/// contests.
pub(crate) fn key(contest: &Contest, line: &Line, heads: u64, base: i128) -> Option<Rate> {
    let has = ranking::Has {
        score_e4: line.score,
        base_e4: base,
        heads,
        values: values(line),
        completions: line.figures.iter().map(|figure| figure.completion.as_ref()).collect(),
    };
    ranking::key(&contest.ranked_by, &has)
}

/// The keys that order rows: the ranking key, then the tie-breaks in the order of the chain.
pub(crate) fn keys(contest: &Contest, line: &Line, key: Option<&Rate>, name: &str) -> Vec<Key> {
    let mut keys = vec![match contest.ranked_by {
        RankedBy::Score(_) => Key::Number(Reverse(line.score)),
        RankedBy::Indicator(_)
        | RankedBy::Completion(_)
        | RankedBy::PerHead(_)
        | RankedBy::Improvement(_) => Key::Rate(Reverse(key.cloned())),
    }];
    let has = tie_break::Has { name, reach: line.reach.as_ref(), values: values(line) };
    keys.extend(contest.tie_breaks.iter().map(|own| tie_break::key(own, contest, &has)));
    keys
}

fn values(line: &Line) -> Vec<Option<&Rate>> {
    line.figures.iter().map(|figure| figure.value.as_ref()).collect()
}

/// The table of the listed rows, out of `participants` participants.
pub(crate) fn table(kind: &str, contest: &Contest, participants: usize, mut rows: Vec<Row>) -> Table {
    rows.sort_by(|a, b| (&a.keys, &a.id).cmp(&(&b.keys, &b.id)));
    let keys: Vec<Vec<Key>> = rows.iter().map(|row| row.keys.clone()).collect();
    let mut digest = Sum::default();
    for (place, row) in rows.iter_mut().enumerate() {
        row.rank = tie_rule::rank(contest.tie_rule, &keys, place);
        row.hash = row_hash(row);
        digest.add(row.hash);
    }
    Table { kind: kind.to_owned(), unlisted: participants - rows.len(), rows, digest }
}
