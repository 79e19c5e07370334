//! A board's digest: hashes of rows, added up as whole numbers of 256 bits, lowest byte first, without carry beyond the
//! last.

use std::fmt;

/// A whole number of 256 bits, lowest byte first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum([u8; 32]);

impl Sum {
    /// Of one hash.
    pub(crate) fn of(hash: [u8; 32]) -> Sum {
        Sum(hash)
    }

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
