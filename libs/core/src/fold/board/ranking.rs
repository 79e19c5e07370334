//! An order-statistic index of rows: sorted blocks of at most 256 rows, with a Fenwick tree of their sizes.
//! Finds the place of a row and the row at a place in O(log n). The meaning of the order is up to the caller.
//!
//! Each row is stored with the [`Order`] it was inserted with, so that a search reads one block instead of
//! keys that are scattered over memory. Rows are compared only if their orders are equal. For each row the
//! index remembers its block, and removes the row from there without comparing, because the row's keys may
//! have changed since it was inserted. After the removals of an update, every row still in the index must
//! have the keys it was inserted with. Fenwick, "A new data structure for cumulative frequency tables", 1994.

use crate::types::ids::RowId;
use std::cmp::Ordering;

/// The most rows in a block.
const BLOCK: usize = 256;
const NOWHERE: u32 = u32::MAX;

/// The sort key of a row before tie-breaks; the lesser comes first.
pub type Order = i64;

/// Rows in order, with their sort keys.
#[derive(Clone, Debug, Default)]
struct Block {
    orders: Vec<Order>,
    rows: Vec<RowId>,
}

impl Block {
    fn of(pairs: &[(Order, RowId)]) -> Block {
        Block {
            orders: pairs.iter().map(|(order, _)| *order).collect(),
            rows: pairs.iter().map(|(_, row)| *row).collect(),
        }
    }

    fn last(&self) -> Option<(Order, RowId)> {
        Some((*self.orders.last()?, *self.rows.last()?))
    }

    fn position(&self, row: RowId) -> Option<usize> {
        self.rows.iter().position(|other| *other == row)
    }

    /// The index of the first row for which `is_before` is false.
    fn partition_point(&self, is_before: impl Fn(Order, RowId) -> bool) -> usize {
        let (mut from, mut to) = (0, self.rows.len());
        while from < to {
            let middle = (from + to) / 2;
            match is_before(self.orders[middle], self.rows[middle]) {
                true => from = middle + 1,
                false => to = middle,
            }
        }
        from
    }
}

/// An ordered index of rows.
#[derive(Clone, Debug, Default)]
pub struct Ranking {
    /// Blocks by number. Empty blocks are reused.
    blocks: Vec<Block>,
    /// Block numbers in order.
    order: Vec<u32>,
    /// The last row of each block with its sort key, in order, so that finding the block needs no access to
    /// blocks.
    lasts: Vec<(Order, RowId)>,
    /// The place of each block in `order`.
    place: Vec<u32>,
    /// Fenwick tree over the sizes of blocks, in order.
    sizes: Vec<u32>,
    /// The number of the block that each row is in.
    block_of: Vec<u32>,
    len: usize,
    /// For each block, the number of its rows whose rank differs from the row before. Kept only for dense
    /// ranks.
    heads: Vec<u32>,
    /// Blocks whose heads must be counted again.
    touched: Vec<u32>,
}

impl Ranking {
    /// An index of `rows`, which must be in order. The board has `capacity` rows in all.
    pub fn from_sorted(rows: &[(Order, RowId)], capacity: usize) -> Ranking {
        let mut ranking =
            Ranking { block_of: vec![NOWHERE; capacity], len: rows.len(), ..Ranking::default() };
        for (number, chunk) in rows.chunks(BLOCK / 2).enumerate() {
            chunk.iter().for_each(|(_, row)| ranking.block_of[row.index()] = number as u32);
            ranking.blocks.push(Block::of(chunk));
            ranking.order.push(number as u32);
            ranking.lasts.extend(chunk.last());
        }
        ranking.touched = ranking.order.clone();
        ranking.renumber();
        ranking
    }

    /// The number of rows in the index.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the index is empty.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether the index contains the row.
    pub fn contains(&self, row: RowId) -> bool {
        self.block_of.get(row.index()).is_some_and(|block| *block != NOWHERE)
    }

    /// Inserts a row that is not in the index. `compare` orders it among rows of the same sort key.
    pub fn insert(&mut self, order: Order, row: RowId, compare: impl Fn(RowId, RowId) -> Ordering) {
        if self.order.is_empty() {
            *self = Ranking::from_sorted(&[(order, row)], self.block_of.len());
            return;
        }
        let is_before = |own: Order, other: RowId| match own == order {
            true => compare(other, row) == Ordering::Less,
            false => own < order,
        };
        let after = self.lasts.partition_point(|(order, row)| is_before(*order, *row));
        let at = after.min(self.order.len() - 1);
        let number = self.order[at];
        let block = &mut self.blocks[number as usize];
        let index = block.partition_point(is_before);
        block.orders.insert(index, order);
        block.rows.insert(index, row);
        self.lasts[at] = block.last().unwrap_or((order, row));
        self.block_of[row.index()] = number;
        self.len += 1;
        self.touched.push(number);
        if block.rows.len() > BLOCK {
            self.split(at);
        } else {
            self.adjust(at, 1);
        }
    }

    /// Removes a row, if it is in the index.
    pub fn remove(&mut self, row: RowId) {
        let number = std::mem::replace(&mut self.block_of[row.index()], NOWHERE);
        if number == NOWHERE {
            return;
        }
        let block = &mut self.blocks[number as usize];
        if let Some(index) = block.position(row) {
            block.orders.remove(index);
            block.rows.remove(index);
            self.len -= 1;
            self.touched.push(number);
            let at = self.place[number as usize] as usize;
            if let Some(last) = block.last() {
                self.lasts[at] = last;
                self.adjust(at, -1);
            } else {
                self.order.remove(at);
                self.lasts.remove(at);
                self.touched.extend(self.order.get(at));
                self.renumber();
            }
        }
    }

    /// The place of a row, from 0; `None` if it is not in the index.
    pub fn place_of(&self, row: RowId) -> Option<usize> {
        let number = *self.block_of.get(row.index()).filter(|number| **number != NOWHERE)?;
        let index = self.blocks[number as usize].position(row)?;
        Some(self.before(self.place[number as usize] as usize) + index)
    }

    /// The number of rows before the first for which `is_before` is false.
    pub fn partition_point(&self, is_before: impl Fn(Order, RowId) -> bool) -> usize {
        let whole = self.lasts.partition_point(|(order, row)| is_before(*order, *row));
        let within =
            self.order.get(whole).map_or(0, |block| self.blocks[*block as usize].partition_point(&is_before));
        self.before(whole) + within
    }

    /// Rows in order, from `place` on, with their sort keys.
    pub fn from(&self, place: usize) -> impl Iterator<Item = (Order, RowId)> {
        let (at, index) = self.locate(place);
        let blocks =
            self.order.get(at..).unwrap_or_default().iter().map(|block| &self.blocks[*block as usize]);
        blocks.flat_map(|block| block.orders.iter().copied().zip(block.rows.iter().copied())).skip(index)
    }

    /// The block that contains the row at `place`, and the index in it.
    fn locate(&self, place: usize) -> (usize, usize) {
        let mut at = 0;
        let mut left = place;
        let mut step = self.sizes.len().next_power_of_two();
        while step > 0 {
            if at + step <= self.sizes.len() && self.sizes[at + step - 1] as usize <= left {
                at += step;
                left -= self.sizes[at - 1] as usize;
            }
            step /= 2;
        }
        (at, left)
    }

    /// The number of rows in the first `count` blocks.
    fn before(&self, count: usize) -> usize {
        let mut sum = 0;
        let mut at = count;
        while at > 0 {
            sum += self.sizes[at - 1] as usize;
            at &= at - 1;
        }
        sum
    }

    fn adjust(&mut self, at: usize, by: i32) {
        let mut at = at + 1;
        while at <= self.sizes.len() {
            self.sizes[at - 1] = self.sizes[at - 1].wrapping_add_signed(by);
            at += at & at.wrapping_neg();
        }
    }

    fn split(&mut self, at: usize) {
        let number = self.order[at] as usize;
        let block = &mut self.blocks[number];
        let half = block.rows.len() / 2;
        let upper = Block { orders: block.orders.split_off(half), rows: block.rows.split_off(half) };
        if let Some(last) = block.last() {
            self.lasts.insert(at, last);
        }
        let new = self.blocks.iter().position(|block| block.rows.is_empty()).unwrap_or(self.blocks.len());
        if new == self.blocks.len() {
            self.blocks.push(Block::default());
        }
        upper.rows.iter().for_each(|row| self.block_of[row.index()] = new as u32);
        self.blocks[new] = upper;
        self.order.insert(at + 1, new as u32);
        self.touched.push(new as u32);
        self.renumber();
    }

    /// Counts heads again in the blocks that changed, for [`Ranking::heads_before`]. `same` says which rows
    /// share a rank.
    pub fn count_heads(&mut self, same: impl Fn(RowId, RowId) -> bool) {
        self.heads.resize(self.blocks.len(), 0);
        let mut places: Vec<usize> = Vec::new();
        for number in std::mem::take(&mut self.touched) {
            let at = self.place[number as usize] as usize;
            if self.order.get(at) == Some(&number) {
                places.extend([at, at + 1]);
            }
        }
        places.sort_unstable();
        places.dedup();
        for at in places {
            let Some(number) = self.order.get(at) else { continue };
            let mut before = self.row_before(at);
            let mut heads = 0;
            for row in &self.blocks[*number as usize].rows {
                heads += u32::from(!before.is_some_and(|before| same(before, *row)));
                before = Some(*row);
            }
            self.heads[*number as usize] = heads;
        }
    }

    /// Drops the list of changed blocks, for tables without dense ranks.
    pub fn skip_heads(&mut self) {
        self.touched.clear();
    }

    /// The number of different ranks up to and including this row's.
    pub fn heads_before(&self, row: RowId, same: impl Fn(RowId, RowId) -> bool) -> Option<usize> {
        let number = *self.block_of.get(row.index()).filter(|number| **number != NOWHERE)?;
        let at = self.place[number as usize] as usize;
        let whole: u32 = self.order[..at].iter().map(|block| self.heads[*block as usize]).sum();
        let mut before = self.row_before(at);
        let mut within = 0;
        for other in &self.blocks[number as usize].rows {
            within += u32::from(!before.is_some_and(|before| same(before, *other)));
            before = Some(*other);
            if *other == row {
                break;
            }
        }
        Some((whole + within) as usize)
    }

    /// The last row before the block at index `at` in the order.
    fn row_before(&self, at: usize) -> Option<RowId> {
        self.blocks[self.order[at.checked_sub(1)?] as usize].rows.last().copied()
    }

    /// Updates places and sizes after blocks were added or removed.
    fn renumber(&mut self) {
        self.place.resize(self.blocks.len(), 0);
        self.sizes.clear();
        for (at, number) in self.order.iter().enumerate() {
            self.place[*number as usize] = at as u32;
            self.sizes.push(self.blocks[*number as usize].rows.len() as u32);
        }
        for at in 1..=self.sizes.len() {
            let above = at + (at & at.wrapping_neg());
            if above <= self.sizes.len() {
                self.sizes[above - 1] += self.sizes[at - 1];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_agrees_with_a_sorted_list(changes in prop::collection::vec((0u32..2000, 0u64..50), 1..4000)) {
            let mut keys = vec![0u64; 2000];
            let mut ranking = Ranking::from_sorted(&[], 2000);
            let mut list: Vec<RowId> = Vec::new();
            for (row, key) in changes.into_iter().map(|(row, key)| (RowId::new(row), key)) {
                ranking.remove(row);
                list.retain(|other| *other != row);
                keys[row.index()] = key;
                if key > 0 {
                    // Three keys share an order, so that some rows of equal order still differ.
                    let order = (key / 3) as Order;
                    ranking.insert(order, row, |a, b| (keys[a.index()], a).cmp(&(keys[b.index()], b)));
                    let at = list.partition_point(|other| (keys[other.index()], *other) < (key, row));
                    list.insert(at, row);
                }
            }
            prop_assert_eq!(ranking.len(), list.len());
            let ordered = list.iter().map(|row| ((keys[row.index()] / 3) as Order, *row));
            prop_assert_eq!(ranking.from(0).collect::<Vec<_>>(), ordered.collect::<Vec<_>>());
            for (place, row) in list.iter().enumerate().step_by(7) {
                prop_assert_eq!(ranking.place_of(*row), Some(place));
                prop_assert_eq!(ranking.from(place).next().map(|(_, row)| row), Some(*row));
            }
            let same = |a: RowId, b: RowId| keys[a.index()] == keys[b.index()];
            ranking.count_heads(same);
            for row in list.iter().step_by(5) {
                let key = keys[row.index()];
                let lower: std::collections::BTreeSet<u64> =
                    list.iter().map(|row| keys[row.index()]).filter(|other| *other <= key).collect();
                prop_assert_eq!(ranking.heads_before(*row, same), Some(lower.len()));
            }
            let limit = ranking.partition_point(|_, row| keys[row.index()] < 25);
            prop_assert_eq!(limit, list.iter().filter(|row| keys[row.index()] < 25).count());
        }
    }
}
