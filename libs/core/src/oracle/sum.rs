//! The oracle's digest: each listed row as canonical bytes, hashed with BLAKE3, and the hashes added up as whole
//! numbers of 256 bits, lowest byte first, without carry beyond the last.
//!
//! A row's bytes, with every number lowest byte first:
//! 1. the participant's id: its length in 4 bytes, then its bytes;
//! 2. the score in 1/10,000 of a point: 16 bytes, signed;
//! 3. unless rows are ranked by score, what they are ranked by, as a rate;
//! 4. for each indicator of the tie-break chain, in its order, its value: in 1/10,000, 16 bytes, signed, or as a rate if
//!    that is what is counted;
//! 5. if the chain asks for the earliest and the score was ever raised: year, month and day of the business date, each
//!    2 bytes, signed; the occurred time in nanoseconds since 1970, 8 bytes, signed; source and id, each as in 1.
//!
//! A rate is a byte, 0 for none and otherwise 1, then the numerator and the denominator in lowest terms, each 16 bytes,
//! signed.
//!
//! Names, ranks, positions and what came when are never in it.

use std::fmt;

use crate::oracle::boards::{Key, Row};
use crate::oracle::exact::put_rate;

/// A whole number of 256 bits, lowest byte first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum([u8; 32]);

impl Sum {
    /// Adds, digit by digit as on paper.
    pub fn add(&mut self, other: Sum) {
        let mut carried = 0;
        for (digit, more) in self.0.iter_mut().zip(other.0) {
            let sum = u16::from(*digit) + u16::from(more) + carried;
            *digit = (sum % 256) as u8;
            carried = sum / 256;
        }
    }
}

/// 64 hex digits, most significant first.
impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().rev().try_for_each(|digit| write!(f, "{digit:02x}"))
    }
}

/// The hash of one row.
pub(super) fn row_hash(row: &Row) -> Sum {
    let mut bytes = Vec::new();
    put_text(&mut bytes, &row.id);
    bytes.extend(row.score.to_le_bytes());
    put_tie_keys(&mut bytes, row);
    Sum(*blake3::hash(&bytes).as_bytes())
}

/// What follows the score: from 3 on.
pub(super) fn put_tie_keys(bytes: &mut Vec<u8>, row: &Row) {
    let mut reached = None;
    for (at, key) in row.keys.iter().enumerate() {
        match key {
            // The first key is the score, which is there already, or what rows are ranked by instead.
            Key::Number(_) if at == 0 => {}
            Key::Rate(rate) => put_rate(bytes, rate.0.as_ref()),
            Key::Number(number) => bytes.extend(number.0.to_le_bytes()),
            Key::Reach(_, reach) => reached = reach.as_ref(),
            Key::Name(_) => {}
        }
    }
    if let Some((date, occurred, source, id)) = reached {
        bytes.extend(date.year().to_le_bytes());
        bytes.extend(i16::from(date.month()).to_le_bytes());
        bytes.extend(i16::from(date.day()).to_le_bytes());
        bytes.extend(occurred.0.to_le_bytes());
        put_text(bytes, source);
        put_text(bytes, id);
    }
}

/// A text's length and its bytes.
pub(super) fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u32).to_le_bytes());
    bytes.extend(text.as_bytes());
}
