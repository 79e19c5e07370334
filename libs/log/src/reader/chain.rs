//! The chain of each subject: every batch has a number and the hash of the batch before it. For a subject
//! that was not seen yet, nothing is required of its first batch, unless the stream is read from its start.

use super::error::ReadError;
use crate::batch::{Batch, BatchHeader};
use crate::hash::Hash;
use std::collections::HashMap;
use std::sync::Arc;

/// The last batch of each subject seen so far. One small entry per subject; there are few slots by design.
#[derive(Debug)]
pub(super) struct Chain {
    links: HashMap<Arc<str>, Link>,
    from_start: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Link {
    number: u64,
    hash: Hash,
}

impl Chain {
    /// `from_start`: the first batch of each subject must have number 1.
    pub(super) fn new(from_start: bool) -> Self {
        Chain { links: HashMap::new(), from_start }
    }

    /// The name of a subject, as one shared text.
    pub(super) fn name_of(&self, subject: &str) -> Arc<str> {
        match self.links.get_key_value(subject) {
            Some((name, _)) => name.clone(),
            None => subject.into(),
        }
    }

    /// Makes the batch the subject's last one, if it follows the one before.
    pub(super) fn follow(
        &mut self,
        subject: &Arc<str>,
        sequence: u64,
        batch: &Batch,
    ) -> Result<(), ReadError> {
        let header = &batch.header;
        let link = Link { number: header.number, hash: batch.hash };
        let before = match self.links.get_mut(subject) {
            Some(kept) => Some(std::mem::replace(kept, link)),
            None => self.links.insert(subject.clone(), link).or(self.from_start.then_some(START)),
        };
        match before {
            Some(before) if !follows(header, before) => {
                self.links.insert(subject.clone(), before);
                Err(ReadError::BrokenChain {
                    sequence,
                    subject: subject.to_string(),
                    number: header.number,
                    previous: header.previous,
                    expected_number: before.number,
                    expected_previous: before.hash,
                })
            }
            _ => Ok(()),
        }
    }
}

fn follows(header: &BatchHeader, before: Link) -> bool {
    before.number.checked_add(1) == Some(header.number) && header.previous == before.hash
}

/// Before the first batch of a subject.
const START: Link = Link { number: 0, hash: Hash::ZERO };

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::{Draft, Kind, WriterId, decode, encode};
    use longhu_core::Time;

    fn tick(number: u64, previous: Hash) -> Batch {
        let draft =
            Draft { kind: Kind::Tick, writer: WriterId([7; 16]), number, previous, recorded_time: Time(1) };
        decode(&encode(&draft, &[]).unwrap().bytes).unwrap()
    }

    #[test]
    fn chain_from_the_start_begins_with_number_one() {
        let subject: Arc<str> = "longhu.b.slot.s".into();
        let first = tick(1, Hash::ZERO);
        let second = tick(2, first.hash);
        let mut chain = Chain::new(true);
        assert!(matches!(chain.follow(&subject, 1, &second), Err(ReadError::BrokenChain { .. })));
        chain.follow(&subject, 1, &first).unwrap();
        chain.follow(&subject, 2, &second).unwrap();
        assert!(matches!(chain.follow(&subject, 3, &second), Err(ReadError::BrokenChain { .. })));
        chain.follow(&subject, 3, &tick(3, second.hash)).unwrap();
    }

    #[test]
    fn chain_from_a_checkpoint_takes_the_first_batch_of_a_subject_as_it_is() {
        let subject: Arc<str> = "longhu.b.slot.s".into();
        let mut chain = Chain::new(false);
        let batch = tick(9, Hash([1; 32]));
        chain.follow(&subject, 20, &batch).unwrap();
        assert!(chain.follow(&subject, 21, &tick(10, Hash([2; 32]))).is_err());
        chain.follow(&subject, 21, &tick(10, batch.hash)).unwrap();
        assert!(Arc::ptr_eq(&chain.name_of("longhu.b.slot.s"), &subject));
    }
}
