//! Pseudonyms: what stands for a customer or a subject in the log. FROZEN: the same key and text give the same
//! pseudonym for ever. A raw text never leaves here, and a key is never printed.
//!
//! A pseudonym is `p<epoch>.<hash>`: 16 bytes of a BLAKE3 keyed hash in base64url. The key of each field is derived from
//! the epoch's key, so that a customer and a subject with the same raw text cannot be linked.

use std::collections::BTreeMap;
use std::fmt;

const CUSTOMER: &str = "longhu pseudonym v1 customer";
const SUBJECT: &str = "longhu pseudonym v1 subject";
const HASH_BYTES: usize = 16;

/// The secret of one epoch.
pub type Key = [u8; 32];

/// The keys that there are. The one of the greatest epoch makes new pseudonyms; a key that was destroyed is simply
/// missing, and its pseudonyms can never again be made from customers.
#[derive(Clone)]
pub struct Keyring {
    epochs: Vec<u32>,
    /// `p<epoch>.` of the greatest epoch.
    prefix: String,
    customer: Key,
    subject: Key,
}

impl Keyring {
    /// A keyring of these keys by epoch; nothing when there is none.
    pub fn new(keys: &BTreeMap<u32, Key>) -> Option<Keyring> {
        let (current, key) = keys.last_key_value()?;
        Some(Keyring::of(keys.keys().copied().collect(), *current, key))
    }

    /// A keyring with one fresh key that is kept nowhere: for a log that is thrown away with the process.
    ///
    /// # Errors
    /// The operating system's, when it has no randomness.
    pub fn ephemeral() -> Result<Keyring, getrandom::Error> {
        Ok(Keyring::of(vec![1], 1, &random_key()?))
    }

    fn of(epochs: Vec<u32>, current: u32, key: &Key) -> Keyring {
        Keyring {
            epochs,
            prefix: format!("p{current}."),
            customer: blake3::derive_key(CUSTOMER, key),
            subject: blake3::derive_key(SUBJECT, key),
        }
    }

    /// The epochs that have a key.
    pub fn epochs(&self) -> &[u32] {
        &self.epochs
    }

    /// The pseudonym of a customer. Empty stays empty.
    pub fn customer(&self, raw: &str) -> String {
        self.pseudonym(&self.customer, raw)
    }

    /// The pseudonym of a subject. Empty stays empty.
    pub fn subject(&self, raw: &str) -> String {
        self.pseudonym(&self.subject, raw)
    }

    fn pseudonym(&self, key: &Key, raw: &str) -> String {
        if raw.is_empty() {
            return String::new();
        }
        let hash = blake3::keyed_hash(key, raw.as_bytes());
        let mut text = String::with_capacity(self.prefix.len() + HASH_BYTES.div_ceil(3) * 4);
        text.push_str(&self.prefix);
        push_base64url(&mut text, &hash.as_bytes()[..HASH_BYTES]);
        text
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("epochs", &self.epochs).finish_non_exhaustive()
    }
}

/// A fresh key.
pub(crate) fn random_key() -> Result<Key, getrandom::Error> {
    let mut key = Key::default();
    getrandom::fill(&mut key)?;
    Ok(key)
}

/// RFC 4648, section 5, without padding.
fn push_base64url(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for group in bytes.chunks(3) {
        let word =
            group.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for digit in 0..=group.len() {
            text.push(char::from(DIGITS[(word >> (18 - 6 * digit)) as usize & 63]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyring(epochs: &[u32]) -> Keyring {
        Keyring::new(&epochs.iter().map(|epoch| (*epoch, [*epoch as u8; 32])).collect()).unwrap()
    }

    #[test]
    fn pseudonym_stays_what_it_is_for_ever() {
        assert_eq!(keyring(&[1]).customer("C-1001"), "p1.Lt7_CcL650ZWkIHDGraRcw");
        assert_eq!(keyring(&[1]).subject("C-1001"), "p1.ETrmPNvZs45espKlE_pQJw");
    }

    #[test]
    fn greatest_epoch_is_written_and_others_differ() {
        let (old, new) = (keyring(&[1]), keyring(&[1, 2]));
        assert!(new.customer("C-1001").starts_with("p2."));
        assert_ne!(old.customer("C-1001")[3..], new.customer("C-1001")[3..]);
        assert_eq!(keyring(&[2]).customer("C-1001"), new.customer("C-1001"));
        assert!(Keyring::new(&BTreeMap::new()).is_none());
    }

    #[test]
    fn empty_stays_empty_and_keys_are_not_printed() {
        let keyring = keyring(&[7]);
        assert_eq!(keyring.customer(""), "");
        assert_eq!(format!("{keyring:?}"), "Keyring { epochs: [7], .. }");
    }

    fn base64url(bytes: &[u8]) -> String {
        let mut text = String::new();
        push_base64url(&mut text, bytes);
        text
    }

    #[test]
    fn base64url_is_that_of_the_rfc() {
        for (bytes, text) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64url(bytes.as_bytes()), text);
        }
        assert_eq!(base64url(&[0xfb, 0xff]), "-_8");
    }
}
