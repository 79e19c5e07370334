//! Rows and tables: plain data of a board, on the whole or in one round.

use crate::oracle::board::digest::Sum;
use crate::oracle::contest::key::Key;
use crate::oracle::exact::Rate;
use crate::oracle::ledger::line::Figure;

/// A listed participant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// By the contest's tie rule.
    pub rank: u64,
    /// The participant's id.
    pub id: String,
    /// The participant's name on the last day.
    pub name: String,
    /// Whether that is not its first name.
    pub is_renamed: bool,
    /// In 1/10,000 of a point.
    pub score: i128,
    /// The score of the period before, where improvement is ranked.
    pub base: Option<i128>,
    /// Employees on the last day, where the score for each is ranked.
    pub heads: Option<u64>,
    /// By what it is ranked, if it has that; of a score the points.
    pub key: Option<Rate>,
    /// One an indicator.
    pub figures: Vec<Figure>,
    /// Live credits.
    pub live: usize,
    /// The key, then the tie-breaks in the order of the chain; of a contest that ranks scores the first is a number.
    pub keys: Vec<Key>,
    /// What the digest has of it.
    pub hash: Sum,
}

/// A board, on the whole or in one round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// A unit kind, or `employee`.
    pub kind: String,
    /// Listed rows in order.
    pub rows: Vec<Row>,
    /// How many participants are not listed.
    pub unlisted: usize,
    /// The digest of the listed rows.
    pub digest: Sum,
}
