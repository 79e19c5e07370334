//! The rows of a table by the value of one indicator (单项排名), worked out when somebody asks: no fold keeps it. A few are
//! remembered for as long as nothing moves, so that neighbours and pages need not sort again.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::Arc;

use longhu_core::contest::TieRule;
use longhu_core::types::ids::RowId;
use longhu_core::types::ratio::Ratio;
use longhu_proto::wire::standings::v1::Header;
use parking_lot::Mutex;

/// Orders remembered at once; with 500,000 rows one takes 34 MB.
const ORDERS_MAX: usize = 4;
const NO_PLACE: u32 = u32::MAX;

/// A listed row.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    /// From 1, by the tie rule.
    pub rank: u64,
    /// The row of the board.
    pub row: RowId,
    /// By what it is ranked; the greater first, none last.
    pub value: Option<Ratio>,
}

/// Rows in order.
#[derive(Debug)]
pub struct Order {
    /// Best first.
    pub rows: Vec<Placed>,
    /// The place of each row of the board.
    places: Vec<u32>,
}

impl Order {
    /// Puts rows in order: by value, then by participant id, which is the order of rows. Nothing else breaks ties.
    pub fn new(values: impl Iterator<Item = (RowId, Option<Ratio>)>, rule: TieRule) -> Order {
        let mut rows: Vec<Placed> = values.map(|(row, value)| Placed { rank: 0, row, value }).collect();
        let compare = |a: &Placed, b: &Placed| b.value.cmp(&a.value);
        rows.sort_unstable_by(|a, b| compare(a, b).then(a.row.cmp(&b.row)));
        for at in 0..rows.len() {
            let before = at.checked_sub(1).map(|before| rows[before]);
            let tied = before.filter(|before| compare(before, &rows[at]) == Ordering::Equal);
            rows[at].rank = match (rule, tied, before) {
                (TieRule::Standard1224 | TieRule::Dense1223, Some(tied), _) => tied.rank,
                (TieRule::Dense1223, None, Some(before)) => before.rank + 1,
                _ => at as u64 + 1,
            };
        }
        let last = rows.iter().map(|placed| placed.row.index() + 1).max().unwrap_or(0);
        let mut places = vec![NO_PLACE; last];
        rows.iter().zip(0..).for_each(|(placed, place)| places[placed.row.index()] = place);
        Order { rows, places }
    }

    /// The place of a listed row, from 0.
    pub fn place_of(&self, row: RowId) -> Option<usize> {
        let place = self.places.get(row.index()).filter(|place| **place != NO_PLACE)?;
        Some(*place as usize)
    }

    /// A listed row.
    pub fn placed(&self, row: RowId) -> Option<&Placed> {
        self.rows.get(self.place_of(row)?)
    }

    /// The nearest one above whose value is greater; nothing for the best.
    pub fn next_better(&self, row: RowId) -> Option<&Placed> {
        let own = self.placed(row)?;
        let better = self.rows.partition_point(|other| other.value > own.value);
        self.rows.get(better.checked_sub(1)?)
    }
}

/// Orders that were asked for, each under what an answer with it says: that names the table, the indicator and the position.
#[derive(Default)]
pub struct Orders {
    kept: Mutex<VecDeque<(Header, Arc<Order>)>>,
}

impl Orders {
    /// The order for a header; worked out unless it is remembered.
    pub fn get(&self, header: &Header, order: impl FnOnce() -> Order) -> Arc<Order> {
        if let Some((_, kept)) = self.kept.lock().iter().find(|(own, _)| own == header) {
            return kept.clone();
        }
        let order = Arc::new(order());
        let mut kept = self.kept.lock();
        kept.push_back((header.clone(), order.clone()));
        if kept.len() > ORDERS_MAX {
            kept.pop_front();
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(values: &[Option<(i128, i128)>], rule: TieRule) -> Order {
        let values = values.iter().map(|value| value.and_then(|(a, b)| Ratio::new(a, b)));
        Order::new((0..).map(RowId::new).zip(values), rule)
    }

    #[test]
    fn rows_stand_by_value_then_by_participant_and_those_without_one_last() {
        let values = [None, Some((1, 3)), Some((-1, 1)), Some((2, 6)), Some((1, 2)), None];
        for (rule, ranks) in [
            (TieRule::Standard1224, [1, 2, 2, 4, 5, 5]),
            (TieRule::Dense1223, [1, 2, 2, 3, 4, 4]),
            (TieRule::Ordinal1234, [1, 2, 3, 4, 5, 6]),
        ] {
            let order = order(&values, rule);
            assert_eq!(
                order.rows.iter().map(|placed| placed.row.get()).collect::<Vec<_>>(),
                [4, 1, 3, 2, 0, 5]
            );
            assert_eq!(order.rows.iter().map(|placed| placed.rank).collect::<Vec<_>>(), ranks, "{rule:?}");
            assert_eq!(order.place_of(RowId::new(2)), Some(3));
        }
    }

    #[test]
    fn the_next_better_one_has_a_greater_value() {
        let values = [Some((1, 3)), Some((2, 6)), Some((1, 2)), None];
        let order = order(&values, TieRule::Standard1224);
        let better = |row| order.next_better(RowId::new(row)).map(|placed| placed.row.get());
        assert_eq!([better(0), better(1), better(2), better(3)], [Some(2), Some(2), None, Some(1)]);
        assert!(order.next_better(RowId::new(9)).is_none() && order.placed(RowId::new(9)).is_none());
    }

    #[test]
    fn an_order_is_remembered_until_a_few_others_were_asked_for() {
        let orders = Orders::default();
        let header = |board: &str| Header { board: board.into(), ..Header::default() };
        let new = || order(&[None], TieRule::Standard1224);
        let first = orders.get(&header("0"), new);
        assert!(Arc::ptr_eq(&first, &orders.get(&header("0"), new)));
        (1..=ORDERS_MAX).for_each(|board| drop(orders.get(&header(&board.to_string()), new)));
        assert!(!Arc::ptr_eq(&first, &orders.get(&header("0"), new)));
    }
}
