//! The rows of a table ranked by the value of one indicator (单项排名). The fold does not maintain these
//! rankings; they are computed on request. The last few are cached, so that neighbours and pages at one
//! position do not need another sort.

use std::collections::VecDeque;
use std::sync::Arc;

use longhu_core::contest::TieRule;
use longhu_core::types::ids::RowId;
use longhu_core::types::ratio::Ratio;
use longhu_proto::wire::standings::v1::Header;
use parking_lot::Mutex;

/// How many rankings are cached; with 500,000 rows one takes 34 MB.
const RANKINGS_MAX: usize = 4;
const NO_PLACE: u32 = u32::MAX;

/// A listed row.
#[derive(Clone, Copy, Debug)]
pub struct RankedRow {
    /// From 1, by the contest's tie rule.
    pub rank: u64,
    /// The row of the board.
    pub row: RowId,
    /// The indicator's value. Greater values rank first, rows without a value last.
    pub value: Option<Ratio>,
}

/// The rows of one table, ranked by one indicator.
#[derive(Debug)]
pub struct IndicatorRanking {
    /// Best row first.
    pub rows: Vec<RankedRow>,
    /// The place of each row of the board.
    places: Vec<u32>,
}

impl IndicatorRanking {
    /// Sorts rows by value, then by participant id, which is the order of rows. There are no other
    /// tie-breaks.
    pub fn new(values: impl Iterator<Item = (RowId, Option<Ratio>)>, rule: TieRule) -> IndicatorRanking {
        let mut rows: Vec<RankedRow> = values.map(|(row, value)| RankedRow { rank: 0, row, value }).collect();
        let compare = |a: &RankedRow, b: &RankedRow| b.value.cmp(&a.value);
        rows.sort_unstable_by(|a, b| compare(a, b).then(a.row.cmp(&b.row)));
        for at in 0..rows.len() {
            let before = at.checked_sub(1).map(|before| rows[before]);
            let before = before.map(|before| (before.rank, compare(&before, &rows[at]).is_eq()));
            rows[at].rank = rule.placing().rank(at, before);
        }
        let last = rows.iter().map(|placed| placed.row.index() + 1).max().unwrap_or(0);
        let mut places = vec![NO_PLACE; last];
        rows.iter().zip(0..).for_each(|(placed, place)| places[placed.row.index()] = place);
        IndicatorRanking { rows, places }
    }

    /// The place of a listed row, from 0.
    pub fn place_of(&self, row: RowId) -> Option<usize> {
        let place = self.places.get(row.index()).filter(|place| **place != NO_PLACE)?;
        Some(*place as usize)
    }

    /// A row, if it is listed.
    pub fn placed(&self, row: RowId) -> Option<&RankedRow> {
        self.rows.get(self.place_of(row)?)
    }

    /// The lowest row above this one that has a greater value; `None` for the best.
    pub fn next_better(&self, row: RowId) -> Option<&RankedRow> {
        let own = self.placed(row)?;
        let better = self.rows.partition_point(|other| other.value > own.value);
        self.rows.get(better.checked_sub(1)?)
    }
}

/// The rankings requested last, each with the header of its answers, which names the table, the indicator and
/// the position.
#[derive(Default)]
pub struct IndicatorRankings {
    kept: Mutex<VecDeque<(Header, Arc<IndicatorRanking>)>>,
}

impl IndicatorRankings {
    /// The ranking for a header. It is computed unless it is cached.
    pub fn get(&self, header: &Header, work_out: impl FnOnce() -> IndicatorRanking) -> Arc<IndicatorRanking> {
        if let Some((_, kept)) = self.kept.lock().iter().find(|(own, _)| own == header) {
            return kept.clone();
        }
        let ranking = Arc::new(work_out());
        let mut kept = self.kept.lock();
        kept.push_back((header.clone(), ranking.clone()));
        if kept.len() > RANKINGS_MAX {
            kept.pop_front();
        }
        ranking
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhu_core::rule::tie_rule;

    fn ranking(values: &[Option<(i128, i128)>], rule: TieRule) -> IndicatorRanking {
        let values = values.iter().map(|value| value.and_then(|(a, b)| Ratio::new(a, b)));
        IndicatorRanking::new((0..).map(RowId::new).zip(values), rule)
    }

    #[test]
    fn rows_are_sorted_by_value_then_by_participant_and_those_without_a_value_are_last() {
        let values = [None, Some((1, 3)), Some((-1, 1)), Some((2, 6)), Some((1, 2)), None];
        for (rule, ranks) in [
            (TieRule::Standard(tie_rule::Standard), [1, 2, 2, 4, 5, 5]),
            (TieRule::Dense(tie_rule::Dense), [1, 2, 2, 3, 4, 4]),
            (TieRule::Ordinal(tie_rule::Ordinal), [1, 2, 3, 4, 5, 6]),
        ] {
            let ranking = ranking(&values, rule);
            assert_eq!(
                ranking.rows.iter().map(|placed| placed.row.get()).collect::<Vec<_>>(),
                [4, 1, 3, 2, 0, 5]
            );
            assert_eq!(ranking.rows.iter().map(|placed| placed.rank).collect::<Vec<_>>(), ranks, "{rule:?}");
            assert_eq!(ranking.place_of(RowId::new(2)), Some(3));
        }
    }

    #[test]
    fn the_next_better_row_has_a_greater_value() {
        let values = [Some((1, 3)), Some((2, 6)), Some((1, 2)), None];
        let ranking = ranking(&values, TieRule::Standard(tie_rule::Standard));
        let better = |row| ranking.next_better(RowId::new(row)).map(|placed| placed.row.get());
        assert_eq!([better(0), better(1), better(2), better(3)], [Some(2), Some(2), None, Some(1)]);
        assert!(ranking.next_better(RowId::new(9)).is_none() && ranking.placed(RowId::new(9)).is_none());
    }

    #[test]
    fn a_ranking_is_cached_until_a_few_others_are_requested() {
        let rankings = IndicatorRankings::default();
        let header = |board: &str| Header { board: board.into(), ..Header::default() };
        let new = || ranking(&[None], TieRule::Standard(tie_rule::Standard));
        let first = rankings.get(&header("0"), new);
        assert!(Arc::ptr_eq(&first, &rankings.get(&header("0"), new)));
        (1..=RANKINGS_MAX).for_each(|board| drop(rankings.get(&header(&board.to_string()), new)));
        assert!(!Arc::ptr_eq(&first, &rankings.get(&header("0"), new)));
    }
}
