//! What changed when a contest that was computed again from the log took the place of the one that was served: told to
//! whoever waits for it, never kept.

use longhu_core::Position;
use longhu_core::fold::board::digest::Digest;
use longhu_core::fold::contest::slot::Slot;
use longhu_core::fold::shard::Shard;

use crate::tables::{self, TableName};

/// Swaps that somebody who is slow may be behind.
pub const SWAPS_KEPT: usize = 256;

/// One swap.
#[derive(Clone, Debug)]
pub struct Swap {
    /// The contest's id.
    pub contest: String,
    /// Where the shard stood: both computations had seen the same entries.
    pub position: Position,
    /// Every table that is served now.
    pub boards: Vec<SwappedBoard>,
}

/// A table before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwappedBoard {
    /// Its kind.
    pub board: String,
    /// A round's id; empty: the whole.
    pub round: String,
    /// What was served; `None` when it was not, or under another revision.
    pub before: Option<Digest>,
    /// What is served now.
    pub after: Digest,
}

/// Lets a contest's computation end, and compares the boards on both sides of the swap.
pub fn swap(shard: &mut Shard, contest: &str, end: impl FnOnce(&mut Shard)) -> Swap {
    shard.settle();
    let (was, before) = digests(shard.contest(contest));
    end(shard);
    let (is, after) = digests(shard.contest(contest));
    let same_revision = was == is;
    let boards = after.into_iter().map(|(table, after)| {
        let before = before.iter().find(|(name, _)| same_revision && *name == table);
        let (before, (board, round)) = (before.map(|(_, digest)| *digest), table);
        SwappedBoard { before, board, round, after }
    });
    Swap { contest: contest.to_owned(), position: shard.head().position, boards: boards.collect() }
}

/// The revision that is served, and the digest of each of its tables.
fn digests(served: Option<&Slot>) -> (Option<u64>, Vec<(TableName, Digest)>) {
    let live = served.and_then(|served| served.live.as_ref());
    (live.map(|live| live.revision), live.into_iter().flat_map(tables::of_live).collect())
}
