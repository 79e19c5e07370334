//! The digest of a board: the sum modulo 2^256 of the BLAKE3 hashes of its rows. It can be updated row by
//! row, and equal rows have equal digests, in whatever order they were added.
//!
//! The hash of a row covers participant, score and tie keys, each with its length. Ranks follow from these
//! and the tie rule. They are left out, because one row that climbs would change the hash of every row that
//! it passes.

use std::fmt;

/// A sum of row hashes modulo 2^256.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digest([u64; 4]);

impl Digest {
    /// The hash of one row, from its canonical bytes.
    pub fn of_row(bytes: &[u8]) -> Digest {
        let hash = blake3::hash(bytes);
        let mut limbs = [0u64; 4];
        for (limb, chunk) in limbs.iter_mut().zip(hash.as_bytes().chunks_exact(8)) {
            *limb = chunk.iter().rev().fold(0, |limb, byte| limb << 8 | u64::from(*byte));
        }
        Digest(limbs)
    }

    /// Adds a row.
    pub fn add(&mut self, row: Digest) {
        let mut carry = false;
        for (limb, other) in self.0.iter_mut().zip(row.0) {
            let (sum, first) = limb.overflowing_add(other);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            (*limb, carry) = (sum, first || second);
        }
    }

    /// Subtracts a row.
    pub fn subtract(&mut self, row: Digest) {
        let mut borrow = false;
        for (limb, other) in self.0.iter_mut().zip(row.0) {
            let (difference, first) = limb.overflowing_sub(other);
            let (difference, second) = difference.overflowing_sub(u64::from(borrow));
            (*limb, borrow) = (difference, first || second);
        }
    }
}

/// 64 hex digits, most significant first.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().rev().try_for_each(|limb| write!(f, "{limb:016x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_added_and_taken_away_in_any_order_leave_the_same_sum() {
        let rows: Vec<Digest> = (0u8..20).map(|row| Digest::of_row(&[row])).collect();
        let mut forward = Digest::default();
        rows.iter().for_each(|row| forward.add(*row));
        let mut backward = Digest::default();
        rows.iter().rev().for_each(|row| backward.add(*row));
        assert_eq!(forward, backward);
        rows.iter().for_each(|row| backward.subtract(*row));
        assert_eq!(backward.to_string(), "0".repeat(64));
    }
}
