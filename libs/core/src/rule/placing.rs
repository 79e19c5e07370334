//! Ranks from places: which rank a tie rule gives each of the rows, once they are in order.

/// How equal rows are ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placing {
    /// Equal rows have the rank of the first of them; the next row is ranked by its place.
    Skipping,
    /// Equal rows have one rank; the next row has the next rank.
    Dense,
    /// Every row is ranked by its place.
    ByPlace,
}

impl Placing {
    /// The rank of the row at a place, counted from 0. `before` is the rank of the row before it, and whether the two rows
    /// are equal; `None` for the first row.
    pub fn rank(self, place: usize, before: Option<(u64, bool)>) -> u64 {
        let of_place = place as u64 + 1;
        match (self, before) {
            (Placing::Skipping | Placing::Dense, Some((rank, true))) => rank,
            (Placing::Dense, Some((rank, false))) => rank + 1,
            (Placing::Skipping, Some((_, false))) | (Placing::ByPlace, Some(_)) | (_, None) => of_place,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_rows_are_ranked_as_the_rule_says() {
        let is_equal = [false, false, true, false, true, true];
        for (placing, expected) in [
            (Placing::Skipping, [1, 2, 2, 4, 4, 4]),
            (Placing::Dense, [1, 2, 2, 3, 3, 3]),
            (Placing::ByPlace, [1, 2, 3, 4, 5, 6]),
        ] {
            let mut before = None;
            let ranks = is_equal.into_iter().enumerate().map(|(place, is_equal)| {
                let rank = placing.rank(place, before.map(|rank| (rank, is_equal)));
                before = Some(rank);
                rank
            });
            assert_eq!(ranks.collect::<Vec<_>>(), expected, "{placing:?}");
        }
    }
}
