//! `overall = { places = [10, 8, 6] }`: the total is the sum of points for the ranks in each round, from rank 1. Ranks
//! beyond the table give no points.

use serde::{Deserialize, Serialize};

use crate::rule::check::POINTS_E4_MAX;
use crate::rule::key::Key;
use crate::rule::phrase::{Phrase, number, points, say};
use crate::types::period::Period;
use crate::types::violation::Violation;

/// Its keys in a file.
pub(super) const KEYS: [Key; 1] = [Key {
    name: "places",
    kind: "list of points",
    range: "1 to 1,000, none greater than the one before",
    default: "must be given",
    says: "points for the ranks in each round, from the first; none for lower ranks",
}];
/// The longest table of points for places.
pub const PLACES_MAX: usize = 1_000;
/// A longer table is doubted: people would not look a rank up in it.
const PLAUSIBLE_PLACES: usize = 100;

/// Points for places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// In 1/10,000, by rank from 1.
    pub points_e4: Vec<i64>,
}

impl Places {
    pub(super) fn places(&self) -> Option<&[i64]> {
        Some(&self.points_e4)
    }

    pub(super) fn check(&self, rounds: &[Period]) -> Vec<Violation> {
        let (table, mut found) = (&self.points_e4, Vec::new());
        if rounds.is_empty() {
            let reason = "places are taken in rounds, and the contest has none; give it rounds, or leave `overall` out";
            found.push(Violation::new("overall", "NEEDS_ROUNDS", reason));
        }
        if table.is_empty() || table.len() > PLACES_MAX {
            let reason =
                format!("a table has points for 1 to {PLACES_MAX} places; give them from the first place on");
            found.push(Violation::new("overall.places", "OUT_OF_RANGE", reason));
        }
        for (index, points) in table.iter().enumerate() {
            let mut note = |code, reason: &str| {
                found.push(Violation::new(format!("overall.places[{index}]"), code, reason));
            };
            if !(0..=POINTS_E4_MAX).contains(points) {
                note("OUT_OF_RANGE", "a place gives from 0 to 1,000,000,000 points");
            }
            if index > 0 && *points > table[index - 1] {
                note("OUT_OF_ORDER", "a place gives no more than the one before it; put the table in order");
            }
        }
        found
    }

    pub(super) fn doubts(&self, _: &[Period]) -> Vec<Violation> {
        if self.points_e4.len() <= PLAUSIBLE_PLACES {
            return Vec::new();
        }
        let reason = format!(
            "{} places with points are many; please check that this is intended",
            self.points_e4.len()
        );
        vec![Violation::new("overall.places", "TABLE_VERY_LONG", reason)]
    }

    pub(super) fn sentence(&self) -> Phrase {
        let points = self.points_e4.iter().map(|points_e4| Phrase::same(number((*points_e4).into())));
        let table = Phrase::list(points);
        say!(
            "The total is the sum of points for ranks in each round: {table}; no points for lower ranks.",
            "总成绩为各期名次分之和：依次 {table}，其后不得分。",
            table,
        )
    }

    /// An example: first in one round and third in another.
    pub(super) fn example(&self, [first, second]: [&Phrase; 2], _: i128) -> Phrase {
        let place = |rank: usize| self.points_e4.get(rank - 1).copied().map_or(0, i128::from);
        let (one, three) = (place(1), place(3));
        let (a, b, sum) = (number(one), number(three), points(one + three));
        say!(
            "First in {first} and third in {second} make {a} + {b} = {sum} in total.",
            "{first}第 1 名、{second}第 3 名，总成绩 {a} + {b} = {sum}。",
            first,
            second,
            a,
            b,
            sum,
        )
    }
}
