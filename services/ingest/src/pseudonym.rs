//! Pseudonyms, which replace customers and subjects in the log. FROZEN: the same key and text must always
//! give the same pseudonym. No raw text leaves this module, and no key is ever printed.
//!
//! A pseudonym is `p<epoch>.<hash>`: 16 bytes of a BLAKE3 keyed hash in base64url. Each field has its own
//! key, derived from the epoch's key, so that a customer and a subject with the same raw text cannot be
//! linked.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD;

const CUSTOMER: &str = "longhu pseudonym v1 customer";
const SUBJECT: &str = "longhu pseudonym v1 subject";
const HASH_BYTES: usize = 16;

/// The secret of one epoch.
pub type Key = [u8; 32];

/// The keys by epoch. New pseudonyms are made with the key of the greatest epoch. If a key was destroyed, it
/// is missing here, and its pseudonyms can never be made from customers again.
#[derive(Clone)]
pub struct Keyring {
    epochs: Vec<u32>,
    /// `p<epoch>.` for the greatest epoch.
    prefix: String,
    customer: Key,
    subject: Key,
    /// The keys for customers, by epoch. A customer who is handed over has a different pseudonym in each
    /// earlier epoch.
    customers: Vec<(u32, Key)>,
}

impl Keyring {
    /// A keyring with these keys by epoch; `None` if there are none.
    pub fn new(keys: &BTreeMap<u32, Key>) -> Option<Keyring> {
        let (current, key) = keys.last_key_value()?;
        Some(Keyring {
            epochs: keys.keys().copied().collect(),
            prefix: prefix(*current),
            customer: blake3::derive_key(CUSTOMER, key),
            subject: blake3::derive_key(SUBJECT, key),
            customers: keys.iter().map(|(epoch, key)| (*epoch, blake3::derive_key(CUSTOMER, key))).collect(),
        })
    }

    /// A keyring with one new key that is not stored anywhere, for a log that is deleted when the process
    /// ends.
    ///
    /// # Errors
    /// An error of the operating system if it has no random numbers.
    pub fn ephemeral() -> Result<Keyring, getrandom::Error> {
        let keyring = Keyring::new(&BTreeMap::from([(1, random_key()?)]));
        keyring.ok_or(getrandom::Error::UNSUPPORTED)
    }

    /// The epochs that have a key.
    pub fn epochs(&self) -> &[u32] {
        &self.epochs
    }

    /// The pseudonym of a customer. An empty text stays empty.
    pub fn customer(&self, raw: &str) -> String {
        pseudonym(&self.prefix, &self.customer, raw)
    }

    /// Every pseudonym of a customer: one for each epoch that has a key.
    pub fn customer_in_every_epoch(&self, raw: &str) -> impl Iterator<Item = String> {
        self.customers.iter().map(move |(epoch, key)| pseudonym(&prefix(*epoch), key, raw))
    }

    /// The pseudonym of a subject. An empty text stays empty.
    pub fn subject(&self, raw: &str) -> String {
        pseudonym(&self.prefix, &self.subject, raw)
    }
}

fn prefix(epoch: u32) -> String {
    format!("p{epoch}.")
}

fn pseudonym(prefix: &str, key: &Key, raw: &str) -> String {
    if raw.is_empty() {
        return String::new();
    }
    let hash = blake3::keyed_hash(key, raw.as_bytes());
    let mut text = String::with_capacity(prefix.len() + HASH_BYTES.div_ceil(3) * 4);
    text.push_str(prefix);
    URL_SAFE_NO_PAD.encode_string(&hash.as_bytes()[..HASH_BYTES], &mut text);
    text
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("epochs", &self.epochs).finish_non_exhaustive()
    }
}

/// A new random key.
pub(crate) fn random_key() -> Result<Key, getrandom::Error> {
    let mut key = Key::default();
    getrandom::fill(&mut key)?;
    Ok(key)
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
    fn a_customer_has_a_pseudonym_of_every_epoch_that_has_a_key() {
        let all: Vec<String> = keyring(&[1, 3]).customer_in_every_epoch("C-1001").collect();
        assert_eq!(all, [keyring(&[1]).customer("C-1001"), keyring(&[3]).customer("C-1001")]);
    }

    #[test]
    fn empty_stays_empty_and_keys_are_not_printed() {
        let keyring = keyring(&[7]);
        assert_eq!(keyring.customer(""), "");
        assert_eq!(format!("{keyring:?}"), "Keyring { epochs: [7], .. }");
    }
}
