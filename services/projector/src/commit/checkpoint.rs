//! The checkpoint record that is stored beside the pages: which bank's log was folded, how far, and by which
//! version of the fold. The projector never continues from a checkpoint of another bank or version.

use longhu_core::fold::FOLD_VERSION;
use longhu_log::Hash;
use serde::{Deserialize, Serialize};

/// The record that is committed together with the pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredCheckpoint {
    pub bank: String,
    pub fold_version: u32,
    /// The last stream sequence folded.
    pub sequence: u64,
    running_hash: [u8; 32],
    batch_hash: [u8; 32],
}

impl StoredCheckpoint {
    /// A record for a checkpoint in the bank's log, made by this version of the fold.
    pub fn new(bank: &str, checkpoint: longhu_log::Checkpoint) -> StoredCheckpoint {
        StoredCheckpoint {
            bank: bank.to_owned(),
            fold_version: FOLD_VERSION,
            sequence: checkpoint.sequence,
            running_hash: checkpoint.running_hash.0,
            batch_hash: checkpoint.batch_hash.0,
        }
    }

    pub fn checkpoint(&self) -> longhu_log::Checkpoint {
        longhu_log::Checkpoint {
            sequence: self.sequence,
            running_hash: Hash(self.running_hash),
            batch_hash: Hash(self.batch_hash),
        }
    }

    pub fn encode(&self) -> Vec<u8> {
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// Decodes a record; `None` if the bytes are not one.
    pub fn decode(bytes: &[u8]) -> Option<StoredCheckpoint> {
        postcard::from_bytes(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_read_from_its_bytes() {
        let checkpoint =
            longhu_log::Checkpoint { sequence: 7, running_hash: Hash([1; 32]), batch_hash: Hash([2; 32]) };
        let stored = StoredCheckpoint::new("bank", checkpoint);
        let again = StoredCheckpoint::decode(&stored.encode()).unwrap();
        assert_eq!(again, stored);
        assert_eq!(again.checkpoint(), checkpoint);
        assert_eq!(StoredCheckpoint::decode(&[1]), None);
    }
}
