//! The hash of a row: its canonical bytes, hashed with BLAKE3. A board's digest is the sum of the hashes of its rows.
//!
//! A row's bytes, with every number lowest byte first:
//! 1. the participant's id: its length in 4 bytes, then its bytes;
//! 2. the score in 1/10,000 of a point: 16 bytes, signed;
//! 3. unless rows are ranked by score, the ranking key, as a rate;
//! 4. for each indicator of the tie-break chain, in order, its value: in 1/10,000, 16 bytes, signed; or as a
//!    rate, if the value is one;
//! 5. if the chain has the earliest and the score was ever raised: year, month and day of the business date,
//!    each 2 bytes, signed; the occurred time in nanoseconds since 1970, 8 bytes, signed; source and id, each
//!    as in 1.
//!
//! A rate is one byte, 0 for none and otherwise 1; then the numerator and the denominator in lowest terms,
//! each 16 bytes, signed.
//!
//! Names, ranks, positions and the order of arrival are never part of it.

use crate::oracle::board::digest::Sum;
use crate::oracle::board::table::Row;
use crate::oracle::contest::key::Key;
use crate::oracle::exact::put_rate;

/// The hash of one row.
pub(crate) fn row_hash(row: &Row) -> Sum {
    let mut bytes = Vec::new();
    put_text(&mut bytes, &row.id);
    bytes.extend(row.score.to_le_bytes());
    put_tie_keys(&mut bytes, row);
    Sum::of(*blake3::hash(&bytes).as_bytes())
}

/// The part after the score, from 3 on.
pub(crate) fn put_tie_keys(bytes: &mut Vec<u8>, row: &Row) {
    let mut reached = None;
    for (at, key) in row.keys.iter().enumerate() {
        match key {
            // The first key is either the score, which was written already, or the ranking key that replaces
            // it.
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

/// The length of a text and its bytes.
pub(crate) fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u32).to_le_bytes());
    bytes.extend(text.as_bytes());
}
