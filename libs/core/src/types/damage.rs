//! What can be wrong with a page of the read model although its checksum is right: a defect or a person wrote it. A page is
//! refused for one of these reasons; nothing is repaired.

use crate::Position;

/// Why a page cannot be what was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// Its bytes cannot be decoded.
    #[error("{0}")]
    Undecodable(#[from] postcard::Error),
    /// Its content ends before its bytes do.
    #[error("{0} bytes follow what it has to say")]
    Longer(usize),
    /// What is wrong with a page as a whole.
    #[error("{0}")]
    Malformed(&'static str),
    /// A number names none of the things that there are.
    #[error("{what} {number} is named, and there are {limit}, counted from 0")]
    NamesNothing {
        /// What is named.
        what: &'static str,
        /// Its number.
        number: u64,
        /// How many there are.
        limit: usize,
    },
    /// It names an entry that has not been folded.
    #[error("entry {named} is named, and the last one folded is {last}")]
    EntryToCome {
        /// The entry.
        named: Position,
        /// The last one folded.
        last: Position,
    },
    /// A number that would overflow when others are added.
    #[error("{number} as {what} is beyond what can be added up")]
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
    /// A count of live credits below zero or too great.
    #[error("{0} live credits cannot be")]
    LiveCredits(i64),
    /// A fraction without a positive denominator.
    #[error("{0}/{1} is no fraction")]
    NoFraction(i128, i128),
    /// A fraction where a whole number of 1/10,000 is meant.
    #[error("{0}/{1} is no whole number of 1/10,000")]
    NotWhole(i128, i128),
    /// A number that is no packed date.
    #[error("{0} is no packed date")]
    NoDate(i128),
    /// Sums that are kept apart for an indicator that keeps none.
    #[error("indicator {0} keeps nothing apart")]
    NothingApart(u32),
    /// Sums of another number of indicators than the contest has.
    #[error("a leaf has sums of {own} indicators, and the contest {of_contest}")]
    OtherIndicators {
        /// How many the page has.
        own: usize,
        /// How many the contest has.
        of_contest: usize,
    },
    /// More than a page, a list or a definition may have.
    #[error("it has {held} {what}, and at most {most} are allowed")]
    Overfull {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        held: usize,
        /// How many there may be.
        most: usize,
    },
    /// A text that has a number already.
    #[error("it has `{0}`, which was there before")]
    TextTwice(String),
    /// An indicator whose value follows from itself, or from others over more levels than are allowed.
    #[error("indicator `{0}` follows from itself, or from others over too many levels")]
    FollowsTooFar(String),
    /// Points of an indicator that cannot be worked out.
    #[error("indicator `{0}` has points that cannot be worked out")]
    Points(String),
    /// A backfill that goes neither forward nor to an end.
    #[error("it is read from {next_sequence} up to {until}")]
    Backfill {
        /// The next sequence to read.
        next_sequence: u64,
        /// Where it ends.
        until: Position,
    },
    /// A record of the journal that lies in another page.
    #[error("it has record {0}, which belongs elsewhere")]
    RecordElsewhere(u32),
    /// A record of the journal that cannot be decoded.
    #[error("record {0} is none")]
    NoRecord(u32),
    /// Nothing is written of a position.
    #[error("no record at {0}")]
    NoRecordAt(Position),
    /// A chain of the journal that leads nowhere, or round.
    #[error("the journal's chain breaks at {0}")]
    BrokenChain(Position),
    /// What is wrong with one record of the journal.
    #[error("in record {index}, {damage}")]
    Record {
        /// The record's index in its batch.
        index: u32,
        /// What is wrong with it.
        damage: Box<Damage>,
    },
    /// What is wrong with a dossier.
    #[error("no dossiers: {0}")]
    Dossier(Box<Damage>),
    /// What is wrong with an event of a dossier.
    #[error("{position}: {damage}")]
    Member {
        /// Where the event is.
        position: Position,
        /// What is wrong with it.
        damage: Box<Damage>,
    },
    /// What is wrong with a decision.
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
