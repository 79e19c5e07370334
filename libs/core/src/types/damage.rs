//! What can be wrong with a page of the read model although its checksum is right, because of a defect or
//! because somebody edited it. Such a page is refused for one of these reasons; nothing is repaired.

use crate::Position;

/// Why a page cannot be valid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// Its bytes cannot be decoded.
    #[error("{0}")]
    Undecodable(#[from] postcard::Error),
    /// Bytes are left after its content.
    #[error("{0} bytes follow its content")]
    Longer(usize),
    /// The page as a whole is malformed.
    #[error("{0}")]
    Malformed(&'static str),
    /// It refers to a number that was never given.
    #[error("it refers to {what} {number}, but there are only {limit}, counted from 0")]
    NamesNothing {
        /// What the number stands for.
        what: &'static str,
        /// Its number.
        number: u64,
        /// How many numbers were given.
        limit: usize,
    },
    /// It refers to an entry that has not been folded yet.
    #[error("it refers to entry {named}, but the last one folded is {last}")]
    EntryToCome {
        /// The entry.
        named: Position,
        /// The last one folded.
        last: Position,
    },
    /// A number that could overflow when others are added to it.
    #[error("{number} is too great for {what}")]
    TooGreat {
        /// What it counts.
        what: &'static str,
        /// The number.
        number: i128,
    },
    /// A count that no log can reach.
    #[error("{number} {what} are more than a log can have")]
    TooMany {
        /// What is counted.
        what: &'static str,
        /// How many.
        number: u64,
    },
    /// A number of live credits that is below zero or too great.
    #[error("the number of live credits cannot be {0}")]
    LiveCredits(i64),
    /// A fraction without a positive denominator.
    #[error("{0}/{1} is not a valid fraction")]
    NoFraction(i128, i128),
    /// A fraction where a whole number of 1/10,000 is required.
    #[error("{0}/{1} is not a whole number of 1/10,000")]
    NotWhole(i128, i128),
    /// A number that is not a packed date.
    #[error("{0} is not a packed date")]
    NoDate(i128),
    /// Cells for an indicator that has none.
    #[error("indicator {0} has no cells")]
    NothingApart(u32),
    /// Sums for a different number of indicators than the contest has.
    #[error("a leaf has sums for {own} indicators, but the contest has {of_contest}")]
    OtherIndicators {
        /// How many the page has.
        own: usize,
        /// How many the contest has.
        of_contest: usize,
    },
    /// More items than a page, a list or a definition may have.
    #[error("it has {held} {what}, but at most {most} are allowed")]
    Overfull {
        /// What there are too many of.
        what: &'static str,
        /// How many there are.
        held: usize,
        /// How many there may be.
        most: usize,
    },
    /// A text that appears a second time in a list of distinct texts.
    #[error("it has `{0}` twice")]
    TextTwice(String),
    /// An indicator whose value follows from itself, or from others over more levels than are allowed.
    #[error("indicator `{0}` follows from itself, or from others over too many levels")]
    FollowsTooFar(String),
    /// Points of an indicator that cannot be computed.
    #[error("the points of indicator `{0}` cannot be computed")]
    Points(String),
    /// A backfill whose progress is impossible.
    #[error("a backfill cannot be at {next_sequence} and end at {until}")]
    Backfill {
        /// The next sequence to read.
        next_sequence: u64,
        /// Where it ends.
        until: Position,
    },
    /// A record of the journal in the wrong page.
    #[error("record {0} belongs in another page")]
    RecordElsewhere(u32),
    /// A record of the journal that cannot be decoded.
    #[error("record {0} cannot be decoded")]
    NoRecord(u32),
    /// The journal has no record for this position.
    #[error("no record at {0}")]
    NoRecordAt(Position),
    /// A chain of the journal with a cycle, or with a link to nothing.
    #[error("the journal's chain is broken at {0}")]
    BrokenChain(Position),
    /// One record of the journal is damaged.
    #[error("in record {index}, {damage}")]
    Record {
        /// The record's index in its batch.
        index: u32,
        /// What is wrong with it.
        damage: Box<Damage>,
    },
    /// A dossier is damaged.
    #[error("a dossier is damaged: {0}")]
    Dossier(Box<Damage>),
    /// An event of a dossier is damaged.
    #[error("{position}: {damage}")]
    Member {
        /// The event's position.
        position: Position,
        /// What is wrong with it.
        damage: Box<Damage>,
    },
    /// A decision is damaged.
    #[error("{kind} `{key}`: {damage}")]
    Decision {
        /// The kind of the decision.
        kind: &'static str,
        /// Its key.
        key: String,
        /// What is wrong with it.
        damage: Box<Damage>,
    },
}

impl From<&'static str> for Damage {
    fn from(what: &'static str) -> Damage {
        Damage::Malformed(what)
    }
}
