//! What was counted of each row of a board in one span, indicator by indicator: exact sums, and where more than a sum is
//! asked for (caps of days and customers, different customers) what it takes to keep those right credit by credit.

use std::hint::black_box;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::contest::{Contest, Indicator, Measure};
use crate::fold::ledger::cells::{Bucket, NO_CUSTOMER};
use crate::fold::ledger::narrow_sums::Sums;
use crate::fold::ledger::pending_posts::Post;
use crate::rule::class::{Apart, Class, Scope};
use crate::rule::pair::{Counted, Pair, References};
use crate::types::ids::{IndicatorIx, RowId};
use crate::types::score::SCALE;

/// How a credit changes a row's sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Measure and points add up.
    Add,
    /// Points add up bucket by bucket, each clamped.
    Clamp(i128),
    /// Customers count, by how many products they have.
    Distinct,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    row: RowId,
    indicator: IndicatorIx,
    bucket: Bucket,
}

impl Key {
    /// Of a customer, whatever the product is.
    fn of_customer(self) -> Key {
        Key { bucket: self.bucket >> 32, ..self }
    }
}

/// The sums of a span.
#[derive(Clone, Debug)]
pub struct RowTotals {
    /// Of each row a head, then measure and points of each indicator. They lie together because a credit touches both. The
    /// head is twice the live credits, and one more when the row changed.
    slots: Sums,
    stride: usize,
    changed: Vec<RowId>,
    rules: Vec<Rule>,
    measures: Arc<[Measure]>,
    /// Points of each bucket before it is clamped.
    buckets: FxHashMap<Key, i128>,
    /// Live references to each product of each customer, by customer; none of them are 0.
    customers: FxHashMap<Key, SmallVec<[(u32, i32); 2]>>,
}

impl RowTotals {
    /// Nothing counted of so many rows of a board.
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

    /// Notes that a row may be worth something else.
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

    /// The rule of a post to a row, and the cell that it is kept apart in, if it is.
    fn apart(&self, row: RowId, post: &Post) -> (Rule, Option<Key>) {
        let rule = self.rules[post.indicator.index()];
        let key = |bucket| Key { row, indicator: post.indicator, bucket };
        match rule {
            Rule::Add => (rule, None),
            Rule::Clamp(_) => (rule, post.bucket.filter(|bucket| *bucket != NO_CUSTOMER).map(key)),
            Rule::Distinct => (rule, post.bucket.map(key)),
        }
    }

    /// Reads what a post to a row will touch; nothing depends on that but speed.
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

    /// Adds to a bucket, whose points count clamped.
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

    /// Adds references to a pair of customer and product. When the pair begins or ceases to count, so does what the
    /// measure makes of the customer's number of products.
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
            let measure = &self.measures[key.indicator.index()];
            let now = if is { before + 1 } else { before - 1 };
            let (had, has) = (measure.of_customer(before), measure.of_customer(now));
            let at = self.at(key.row, key.indicator);
            self.slots.add(at, (has.counted - had.counted) * SCALE);
            self.slots.add(at + 1, (has.customers - had.customers) * SCALE);
        }
    }

    /// Where a row's measure under an indicator is; points are beside it.
    #[inline]
    fn at(&self, row: RowId, indicator: IndicatorIx) -> usize {
        row.index() * self.stride + 1 + 2 * indicator.index()
    }

    /// The rows that changed since the last call, in the order in which they lie in memory.
    pub fn take_changed(&mut self) -> Vec<RowId> {
        let mut changed = std::mem::take(&mut self.changed);
        changed.sort_unstable();
        changed.iter().for_each(|row| self.slots.add(row.index() * self.stride, -1));
        changed
    }

    /// Live credits of a row.
    #[inline]
    pub fn live(&self, row: RowId) -> i64 {
        (self.slots.get(row.index() * self.stride) >> 1) as i64
    }

    /// The sum of a row under an indicator.
    #[inline]
    pub fn sum(&self, row: RowId, indicator: IndicatorIx) -> Pair {
        let at = self.at(row, indicator);
        Pair([self.slots.get(at), self.slots.get(at + 1)])
    }
}
