//! Posts: credits that leaves have received and boards have not. They are collected, so that a settle adds
//! many at once and the memory accesses of different posts overlap. All boards of a contest read the same
//! list.

use crate::fold::ledger::cells::Bucket;
use crate::rule::pair::Pair;
use crate::types::ids::{IndicatorIx, LeafId, SpanIx};

/// The most posts that are collected: four megabytes.
const WAITING: usize = 65_536;

/// A credit to a leaf, for the rows that contain the leaf. It fits into one cache line.
#[derive(Clone, Copy, Debug)]
pub struct Post {
    /// What it is worth.
    pub part: Pair,
    /// The bucket, if the indicator splits its credits.
    pub bucket: Option<Bucket>,
    /// By how much the number of live credits changes.
    pub live: i64,
    /// The leaf.
    pub leaf: LeafId,
    /// The span that it counts in.
    pub span: SpanIx,
    /// The indicator.
    pub indicator: IndicatorIx,
}

/// Posts that boards receive at the next settle.
#[derive(Clone, Debug, Default)]
pub struct Posts(Vec<Post>);

impl Posts {
    /// Adds a post. Returns true if boards should receive the list before any more are added.
    #[inline]
    pub fn push(&mut self, post: Post) -> bool {
        self.0.push(post);
        self.0.len() >= WAITING
    }

    /// The posts that boards have not received.
    pub fn waiting(&self) -> &[Post] {
        &self.0
    }

    /// Removes the posts, after boards have received them.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}
