//! Rows and tables: plain data of a board, for the whole contest or for one round.

use crate::oracle::board::digest::Sum;
use crate::oracle::contest::key::Key;
use crate::oracle::exact::Rate;
use crate::oracle::ledger::line::Figure;

/// A listed participant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The rank, by the contest's tie rule.
    pub rank: u64,
    /// The participant's id.
    pub id: String,
    /// The participant's name on the last day.
    pub name: String,
    /// Whether the participant had another name before.
    pub is_renamed: bool,
    /// In 1/10,000 of a point.
    pub score: i128,
    /// The score in the base period, if rows are ranked by improvement.
    pub base: Option<i128>,
    /// The number of employees on the last day, if rows are ranked per head.
    pub heads: Option<u64>,
    /// The ranking key, if it has one. If rows are ranked by score, the points.
    pub key: Option<Rate>,
    /// One for each indicator.
    pub figures: Vec<Figure>,
    /// Live credits.
    pub live: usize,
    /// The ranking key, then the tie-breaks in the order of the chain. If rows are ranked by score, the first
    /// is a number.
    pub keys: Vec<Key>,
    /// The hash of the row in the digest.
    pub hash: Sum,
}

/// A board, for the whole contest or for one round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// A unit kind, or `employee`.
    pub kind: String,
    /// Listed rows in order.
    pub rows: Vec<Row>,
    /// The number of participants who are not listed.
    pub unlisted: usize,
    /// The digest of the listed rows.
    pub digest: Sum,
}
