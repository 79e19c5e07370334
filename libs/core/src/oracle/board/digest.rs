//! A board's digest: the sum of the hashes of its rows, as numbers of 256 bits, lowest byte first. A carry
//! beyond the last byte is dropped.

use std::fmt;

/// An integer of 256 bits, lowest byte first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum([u8; 32]);

impl Sum {
    /// The number of a single hash.
    pub(crate) fn of(hash: [u8; 32]) -> Sum {
        Sum(hash)
    }

    /// Adds byte by byte, as on paper.
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
