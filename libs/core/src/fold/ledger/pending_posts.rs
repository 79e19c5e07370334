//! Posts: what leaves have been given and boards have not. They wait for one another, so that a settle adds many at once
//! and the memory accesses of different posts overlap. All boards of a contest read the same list; it changes none.

use crate::fold::ledger::cells::Bucket;
use crate::rule::pair::Pair;
use crate::types::ids::{IndicatorIx, LeafId, SpanIx};

/// Posts that wait, at most: four megabytes.
const WAITING: usize = 65_536;

/// What a leaf was given, for the rows that have it: a line of the processor's cache.
#[derive(Clone, Copy, Debug)]
pub struct Post {
    /// What it is worth.
    pub part: Pair,
    /// By what it is kept apart, if it is.
    pub bucket: Option<Bucket>,
    /// How many live credits more.
    pub live: i64,
    /// The leaf.
    pub leaf: LeafId,
    /// The span that it counts in.
    pub span: SpanIx,
    /// The indicator.
    pub indicator: IndicatorIx,
}

/// Posts that wait for the next settle.
#[derive(Clone, Debug, Default)]
pub struct Posts(Vec<Post>);

impl Posts {
    /// Lets one more wait. True if there should be no further ones before boards have these.
    #[inline]
    pub fn push(&mut self, post: Post) -> bool {
        self.0.push(post);
        self.0.len() >= WAITING
    }

    /// Those that wait.
    pub fn waiting(&self) -> &[Post] {
        &self.0
    }

    /// Forgets those that boards have.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}
