//! What stands beside the pages in the store: which stream they were folded from, how far, and by which fold. A
//! checkpoint of another bank or fold is never gone on from.

use longhu_core::fold::FOLD_VERSION;
use longhu_log::Hash;
use serde::{Deserialize, Serialize};

/// The record that is committed with the pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// The bank's id.
    pub bank: String,
    /// The version of the fold.
    pub fold_version: u32,
    /// The last stream sequence folded.
    pub sequence: u64,
    running_hash: [u8; 32],
    batch_hash: [u8; 32],
}

impl Stored {
    /// The record for a place in the bank's stream, by this version of the fold.
    pub fn new(bank: &str, checkpoint: longhu_log::Checkpoint) -> Stored {
        Stored {
            bank: bank.to_owned(),
            fold_version: FOLD_VERSION,
            sequence: checkpoint.sequence,
            running_hash: checkpoint.running_hash.0,
            batch_hash: checkpoint.batch_hash.0,
        }
    }

    /// The place in the stream.
    pub fn checkpoint(&self) -> longhu_log::Checkpoint {
        longhu_log::Checkpoint {
            sequence: self.sequence,
            running_hash: Hash(self.running_hash),
            batch_hash: Hash(self.batch_hash),
        }
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// The record in `bytes`; `None` when it is none.
    pub fn decode(bytes: &[u8]) -> Option<Stored> {
        postcard::from_bytes(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_survives_its_bytes() {
        let checkpoint =
            longhu_log::Checkpoint { sequence: 7, running_hash: Hash([1; 32]), batch_hash: Hash([2; 32]) };
        let stored = Stored::new("bank", checkpoint);
        let again = Stored::decode(&stored.encode()).unwrap();
        assert_eq!(again, stored);
        assert_eq!(again.checkpoint(), checkpoint);
        assert_eq!(Stored::decode(&[1]), None);
    }
}
