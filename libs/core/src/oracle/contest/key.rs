//! What rows are ordered by.

use std::cmp::Reverse;

use jiff::civil::Date;

use crate::Time;
use crate::oracle::exact::Rate;

/// When a score was reached: business date, time, source, id.
pub type Reach = (Date, Time, String, String);

/// A key of the order of rows; the smaller stands first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A number; the greater stands first.
    Number(Reverse<i128>),
    /// A fraction; the greater stands first, and none last.
    Rate(Reverse<Option<Rate>>),
    /// When the score was reached; never comes last.
    Reach(bool, Option<Reach>),
    /// A text.
    Name(String),
}
