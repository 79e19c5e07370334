//! What changed when a backfill ended and its contest replaced the one that was served. It is sent to whoever
//! waits for it, and not stored.

use longhu_core::Position;
use longhu_core::fold::board::digest::Digest;
use longhu_core::fold::contest::slot::Slot;
use longhu_core::fold::shard::Shard;

use crate::fold::table_names::{self, TableName};

/// How many swaps a slow listener may be behind.
pub const SWAPS_KEPT: usize = 256;

#[derive(Clone, Debug)]
pub struct Swap {
    pub contest: String,
    /// The shard's position: both sides of the swap reflect the same entries.
    pub position: Position,
    /// Every table that is now served.
    pub boards: Vec<SwappedBoard>,
}

/// A table before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwappedBoard {
    pub board: String,
    /// A round's id; empty for the whole contest.
    pub round: String,
    /// `None` if it was not served before, or with another revision.
    pub before: Option<Digest>,
    pub after: Digest,
}

/// Ends a contest's backfill, and compares the boards before and after the swap.
pub fn swap(shard: &mut Shard, contest: &str, end: impl FnOnce(&mut Shard)) -> Swap {
    shard.settle();
    let (was, before) = digests(shard.subscribers().contest(contest));
    end(shard);
    let (is, after) = digests(shard.subscribers().contest(contest));
    let same_revision = was == is;
    let boards = after.into_iter().map(|(table, after)| {
        let before = before.iter().find(|(name, _)| same_revision && *name == table);
        let (before, (board, round)) = (before.map(|(_, digest)| *digest), table);
        SwappedBoard { before, board, round, after }
    });
    Swap { contest: contest.to_owned(), position: shard.head().position, boards: boards.collect() }
}

/// The revision that is served, and the digests of its tables.
fn digests(served: Option<&Slot>) -> (Option<u64>, Vec<(TableName, Digest)>) {
    let live = served.and_then(|served| served.live.as_ref());
    (live.map(|live| live.revision), live.into_iter().flat_map(table_names::of_live).collect())
}
