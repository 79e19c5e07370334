//! The keys by which rows are ordered.

use std::cmp::Reverse;

use jiff::civil::Date;

use crate::Time;
use crate::oracle::exact::Rate;

/// When a score was reached: business date, time, source, id.
pub type Reach = (Date, Time, String, String);

/// A sort key of a row; the least comes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A number; the greatest comes first.
    Number(Reverse<i128>),
    /// A fraction; the greatest comes first, and rows without one come last.
    Rate(Reverse<Option<Rate>>),
    /// When the score was reached; rows that never reached one come last.
    Reach(bool, Option<Reach>),
    /// A text.
    Name(String),
}
