//! What was counted of each row of a board in one span, indicator by indicator: exact sums, and where more than a sum is
//! asked for (caps of days and customers, different customers) what it takes to keep those right credit by credit.

use std::hint::black_box;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::contest::{CapPer, Contest, Measure};
use crate::fold::cells::Bucket;
use crate::fold::sums::Sums;
use crate::fold::worth::Worth;
use crate::score::SCALE;

/// Credits that wait to be kept apart, at most: what they touch fits into the caches that are near.
const AHEAD: usize = 128;

/// The bucket of events without a customer.
pub const NO_CUSTOMER: Bucket = Bucket::MAX;

/// How a credit changes a row's sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Measure and points add up.
    Add,
    /// Points add up bucket by bucket, each clamped.
    Clamp(i128),
    /// Customers with at least so many products.
    Customers(u32),
    /// Pairs of customer and product, and beside them customers.
    Pairs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    row: u32,
    indicator: u32,
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
pub struct Tallies {
    /// Of each row a head, then measure and points of each indicator. They lie together because a credit touches both. The
    /// head is twice the live credits, and one more when the row changed.
    slots: Sums,
    stride: usize,
    changed: Vec<u32>,
    rules: Vec<Rule>,
    /// Points of each bucket before it is clamped.
    buckets: FxHashMap<Key, i128>,
    /// Live references to each product of each customer, by customer; none of them are 0.
    customers: FxHashMap<Key, SmallVec<[(u32, i32); 2]>>,
    /// Credits that are not yet kept apart. They wait for one another, so that the memory accesses of many overlap.
    waiting: Vec<(Key, Worth)>,
}

impl Tallies {
    /// Nothing counted of so many rows of a board.
    pub fn new(contest: &Contest, board: &str, rows: usize) -> Tallies {
        let rule = |indicator: &crate::contest::Indicator| match indicator.measure {
            Measure::Customers => Rule::Customers(1),
            Measure::CustomersWithProducts { at_least } => Rule::Customers(at_least),
            Measure::ProductsPerCustomer => Rule::Pairs,
            _ => {
                let cap =
                    indicator.cap(CapPer::Day, board).or_else(|| indicator.cap(CapPer::Customer, board));
                cap.map_or(Rule::Add, Rule::Clamp)
            }
        };
        let stride = 2 * contest.indicators.len() + 1;
        Tallies {
            slots: Sums::zeros(rows * stride),
            stride,
            changed: Vec::new(),
            rules: contest.indicators.iter().map(rule).collect(),
            buckets: FxHashMap::default(),
            customers: FxHashMap::default(),
            waiting: Vec::new(),
        }
    }

    /// Adds live credits to a row.
    #[inline]
    pub fn add_live(&mut self, row: u32, live: i64) {
        let at = row as usize * self.stride;
        let is_first = self.slots.get(at) & 1 == 0;
        self.slots.add(at, 2 * i128::from(live) + i128::from(is_first));
        if is_first {
            self.changed.push(row);
        }
    }

    /// Adds to a row's sum under an indicator; [`Tallies::add_live`] says that it changed.
    #[inline]
    pub fn add(&mut self, row: u32, indicator: usize, part: Worth, bucket: Option<Bucket>) {
        match (self.rules[indicator], bucket) {
            (Rule::Clamp(_), Some(NO_CUSTOMER)) | (Rule::Add | Rule::Clamp(_), None) | (Rule::Add, _) => {
                let at = self.at(row, indicator);
                self.slots.add(at, part.measure);
                self.slots.add(at + 1, part.points);
            }
            (Rule::Customers(_) | Rule::Pairs, None) => {}
            (Rule::Clamp(_) | Rule::Customers(_) | Rule::Pairs, Some(bucket)) => {
                self.waiting.push((Key { row, indicator: indicator as u32, bucket }, part));
                if self.waiting.len() == AHEAD {
                    self.keep_apart();
                }
            }
        }
    }

    /// Keeps apart what waits for that.
    fn keep_apart(&mut self) {
        let mut waiting = std::mem::take(&mut self.waiting);
        for (key, _) in &waiting {
            match self.rules[key.indicator as usize] {
                Rule::Clamp(_) => _ = black_box(self.buckets.get(key)),
                _ => _ = black_box(self.customers.get(&key.of_customer())),
            }
        }
        for (key, part) in waiting.drain(..) {
            let counted = |is_counted: bool| i128::from(is_counted) * SCALE;
            match self.rules[key.indicator as usize] {
                Rule::Add => {}
                Rule::Clamp(cap) => self.clamp(key, cap, part),
                Rule::Customers(least) => self.refer(key, part.measure, |products, step| {
                    [counted(products.wrapping_add_signed(step) >= least) - counted(products >= least), 0]
                }),
                Rule::Pairs => self.refer(key, part.measure, |products, step| {
                    let more = counted(products.wrapping_add_signed(step) > 0) - counted(products > 0);
                    [i128::from(step) * SCALE, more]
                }),
            }
        }
        self.waiting = waiting;
    }

    /// Adds to a bucket, whose points count clamped.
    fn clamp(&mut self, key: Key, cap: i128, part: Worth) {
        let sum = self.buckets.entry(key).or_default();
        let before = (*sum).clamp(-cap, cap);
        *sum += part.points;
        let more = (*sum).clamp(-cap, cap) - before;
        if *sum == 0 {
            self.buckets.remove(&key);
        }
        let at = self.at(key.row, key.indicator as usize);
        self.slots.add(at, part.measure);
        self.slots.add(at + 1, more);
    }

    /// Adds references to a pair of customer and product. When it begins or ceases to count, `count` is told how many
    /// products the customer had, and whether that is one more or one less.
    fn refer(&mut self, key: Key, references: i128, count: impl FnOnce(u32, i32) -> [i128; 2]) {
        let (product, more) = (key.bucket as u32, (references / SCALE) as i32);
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
            let at = self.at(key.row, key.indicator as usize);
            for (at, more) in (at..).zip(count(before, if is { 1 } else { -1 })) {
                self.slots.add(at, more);
            }
        }
    }

    /// Where a row's measure under an indicator is; points are beside it.
    #[inline]
    fn at(&self, row: u32, indicator: usize) -> usize {
        row as usize * self.stride + 1 + 2 * indicator
    }

    /// The rows that changed since the last call, in the order in which they lie in memory.
    pub fn take_changed(&mut self) -> Vec<u32> {
        self.keep_apart();
        let mut changed = std::mem::take(&mut self.changed);
        changed.sort_unstable();
        changed.iter().for_each(|row| self.slots.add(*row as usize * self.stride, -1));
        changed
    }

    /// Reads what a credit to a row will touch; nothing depends on that but speed.
    pub fn warm(&self, row: u32) {
        let first = row as usize * self.stride;
        black_box((self.slots.get(first), self.slots.get(first + self.stride - 1)));
    }

    /// Live credits of a row.
    #[inline]
    pub fn live(&self, row: u32) -> i64 {
        (self.slots.get(row as usize * self.stride) >> 1) as i64
    }

    /// The sum of a row under an indicator.
    #[inline]
    pub fn sum(&self, row: u32, indicator: usize) -> Worth {
        debug_assert!(self.waiting.is_empty(), "sums are asked for after the rows that changed");
        let at = self.at(row, indicator);
        Worth { measure: self.slots.get(at), points: self.slots.get(at + 1) }
    }
}
