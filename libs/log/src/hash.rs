//! The 32-byte BLAKE3 hashes of the log: of one batch, and the running hash of a prefix of the stream.

use std::fmt;

/// A BLAKE3 hash. `Hash::ZERO` stands for "nothing before": it is the previous hash of a subject's first
/// batch, and the running hash before the first batch.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// 32 zero bytes: nothing comes before.
    pub const ZERO: Hash = Hash([0; 32]);

    /// The running hash after a batch: BLAKE3 over this running hash followed by the hash of the batch.
    ///
    /// Readers compute it over the stream in order, starting from [`Hash::ZERO`]. Equal running hashes mean
    /// equal prefixes.
    #[must_use]
    pub fn followed_by(self, batch: Hash) -> Hash {
        let mut joined = [0_u8; 64];
        joined[..32].copy_from_slice(&self.0);
        joined[32..].copy_from_slice(&batch.0);
        Hash(*blake3::hash(&joined).as_bytes())
    }

    /// True for [`Hash::ZERO`].
    pub fn is_zero(&self) -> bool {
        *self == Hash::ZERO
    }
}

impl From<[u8; 32]> for Hash {
    fn from(bytes: [u8; 32]) -> Self {
        Hash(bytes)
    }
}

impl From<Hash> for [u8; 32] {
    fn from(hash: Hash) -> Self {
        hash.0
    }
}

impl fmt::Display for Hash {
    /// All 64 hexadecimal digits; `{:.8}` shows the first eight.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(64).min(64);
        for place in 0..digits {
            let byte = self.0[place / 2];
            let half = if place % 2 == 0 { byte >> 4 } else { byte & 15 };
            write!(f, "{half:x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:.16}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_is_shown_in_hexadecimal() {
        let mut hash = Hash::ZERO;
        hash.0[0] = 0xa5;
        assert_eq!(format!("{hash:.4}"), "a500");
        assert_eq!(hash.to_string().len(), 64);
    }

    #[test]
    fn running_hash_depends_on_order() {
        let (a, b) = (Hash([1; 32]), Hash([2; 32]));
        assert_ne!(Hash::ZERO.followed_by(a).followed_by(b), Hash::ZERO.followed_by(b).followed_by(a));
    }
}
