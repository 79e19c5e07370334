//! The exact sums of each row of a board in one span, by indicator. If more than a sum is needed (caps per
//! day and customer, distinct customers), also what is needed to update the sums credit by credit.

use std::hint::black_box;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::contest::{Contest, Indicator, Measure};
use crate::fold::ledger::cells::{Bucket, NO_CUSTOMER};
use crate::fold::ledger::narrow_sums::Sums;
use crate::fold::ledger::pending_posts::Post;
use crate::rule::class::{Apart, Class, Scope};
use crate::rule::evaluation::Evaluation;
use crate::rule::pair::{Counted, Pair, References};
use crate::types::ids::{IndicatorIx, RowId};
use crate::types::score::SCALE;

/// How a credit changes a row's sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Measure and points are added.
    Add,
    /// Points are added in each bucket, and the sum of each bucket is clamped.
    Clamp(i128),
    /// Customers are counted, depending on how many products they have.
    Distinct,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    row: RowId,
    indicator: IndicatorIx,
    bucket: Bucket,
}

impl Key {
    /// The key of the customer, without the product.
    fn of_customer(self) -> Key {
        Key { bucket: self.bucket >> 32, ..self }
    }
}

/// The sums of all rows in a span.
#[derive(Clone, Debug)]
pub struct RowTotals {
    /// For each row a head, then measure and points of each indicator. They are stored together because a
    /// credit touches both. The head is twice the number of live credits, plus one if the row changed.
    slots: Sums,
    stride: usize,
    changed: Vec<RowId>,
    rules: Vec<Rule>,
    measures: Arc<[Measure]>,
    /// The points of each bucket, before clamping.
    buckets: FxHashMap<Key, i128>,
    /// By customer: live references to each of the customer's products; none of them are 0.
    customers: FxHashMap<Key, SmallVec<[(u32, i32); 2]>>,
}

impl RowTotals {
    /// Sums of zero for the rows of a board.
    pub fn new(contest: &Contest, board: &str, rows: usize) -> RowTotals {
        let rule = |indicator: &Indicator| match indicator.measure.class() {
            Class::Distinct => Rule::Distinct,
            Class::Additive | Class::Grouped(_) | Class::Derived => {
                let cap = |apart| indicator.cap(Scope::Apart(apart), board);
                cap(Apart::Days).or_else(|| cap(Apart::Customers)).map_or(Rule::Add, Rule::Clamp)
            }
        };
        let stride = 2 * contest.indicators.len() + 1;
        RowTotals {
            slots: Sums::zeros(rows * stride),
            stride,
            changed: Vec::new(),
            rules: contest.indicators.iter().map(rule).collect(),
            measures: contest.indicators.iter().map(|indicator| indicator.measure.clone()).collect(),
            buckets: FxHashMap::default(),
            customers: FxHashMap::default(),
        }
    }

    /// Marks a row as changed.
    pub fn touch(&mut self, row: RowId) {
        self.add_live(row, 0);
    }

    fn add_live(&mut self, row: RowId, live: i64) {
        let at = row.index() * self.stride;
        let is_first = self.slots.get(at) & 1 == 0;
        self.slots.add(at, 2 * i128::from(live) + i128::from(is_first));
        if is_first {
            self.changed.push(row);
        }
    }

    /// How many rows changed since the last call of [`RowTotals::take_changed`].
    pub fn changed(&self) -> usize {
        self.changed.len()
    }

    /// How a post changes a row, and the bucket to which it belongs, if any.
    fn apart(&self, row: RowId, post: &Post) -> (Rule, Option<Key>) {
        let rule = self.rules[post.indicator.index()];
        let key = |bucket| Key { row, indicator: post.indicator, bucket };
        match rule {
            Rule::Add => (rule, None),
            Rule::Clamp(_) => (rule, post.bucket.filter(|bucket| *bucket != NO_CUSTOMER).map(key)),
            Rule::Distinct => (rule, post.bucket.map(key)),
        }
    }

    /// Prefetches what a post to a row will touch. It affects only speed.
    pub fn warm(&self, row: RowId, post: &Post) {
        black_box((self.slots.get(row.index() * self.stride), self.sum(row, post.indicator)));
        match self.apart(row, post) {
            (Rule::Clamp(_), Some(key)) => _ = black_box(self.buckets.get(&key)),
            (Rule::Distinct, Some(key)) => {
                black_box(self.customers.get(&key.of_customer()));
            }
            (Rule::Add, _) | (_, None) => {}
        }
    }

    /// Adds a post to a row.
    pub fn add(&mut self, row: RowId, post: &Post) {
        match self.apart(row, post) {
            (Rule::Clamp(cap), Some(key)) => self.clamp(key, cap, post.part.counted()),
            (Rule::Distinct, Some(key)) => self.refer(key, post.part.references()),
            (Rule::Add | Rule::Clamp(_), _) => {
                let at = self.at(row, post.indicator);
                self.slots.add(at, post.part.0[0]);
                self.slots.add(at + 1, post.part.0[1]);
            }
            (Rule::Distinct, None) => {}
        }
        self.add_live(row, post.live);
    }

    /// Adds points to a bucket; its clamped sum counts.
    fn clamp(&mut self, key: Key, cap: i128, part: Counted) {
        let sum = self.buckets.entry(key).or_default();
        let before = (*sum).clamp(-cap, cap);
        *sum += part.points;
        let more = (*sum).clamp(-cap, cap) - before;
        if *sum == 0 {
            self.buckets.remove(&key);
        }
        let at = self.at(key.row, key.indicator);
        self.slots.add(at, part.measure);
        self.slots.add(at + 1, more);
    }

    /// Adds references to a pair of customer and product. When the pair starts or stops having any, the
    /// customer's number of products changes, and so does the row's value.
    fn refer(&mut self, key: Key, references: References) {
        let (product, more) = (key.bucket as u32, (references.count / SCALE) as i32);
        let customer = key.of_customer();
        let pairs = self.customers.entry(customer).or_default();
        let before = pairs.iter().filter(|(_, references)| *references > 0).count() as u32;
        let at = pairs.iter().position(|(own, _)| *own == product).unwrap_or_else(|| {
            pairs.push((product, 0));
            pairs.len() - 1
        });
        let was = pairs[at].1 > 0;
        pairs[at].1 += more;
        let is = pairs[at].1 > 0;
        if pairs[at].1 == 0 {
            pairs.swap_remove(at);
            if pairs.is_empty() {
                self.customers.remove(&customer);
            }
        }
        if was != is {
            let Evaluation::Distinct(rule) = self.measures[key.indicator.index()].evaluation() else {
                return;
            };
            let now = if is { before + 1 } else { before - 1 };
            let (had, has) = (rule.of_customer(before), rule.of_customer(now));
            let at = self.at(key.row, key.indicator);
            self.slots.add(at, (has.counted - had.counted) * SCALE);
            self.slots.add(at + 1, (has.customers - had.customers) * SCALE);
        }
    }

    /// The index of a row's measure for an indicator; the points come next.
    #[inline]
    fn at(&self, row: RowId, indicator: IndicatorIx) -> usize {
        row.index() * self.stride + 1 + 2 * indicator.index()
    }

    /// The rows that changed since the last call, in memory order.
    pub fn take_changed(&mut self) -> Vec<RowId> {
        let mut changed = std::mem::take(&mut self.changed);
        changed.sort_unstable();
        changed.iter().for_each(|row| self.slots.add(row.index() * self.stride, -1));
        changed
    }

    /// The number of live credits of a row.
    #[inline]
    pub fn live(&self, row: RowId) -> i64 {
        (self.slots.get(row.index() * self.stride) >> 1) as i64
    }

    /// The sums of a row for an indicator.
    #[inline]
    pub fn sum(&self, row: RowId, indicator: IndicatorIx) -> Pair {
        let at = self.at(row, indicator);
        Pair([self.slots.get(at), self.slots.get(at + 1)])
    }
}
