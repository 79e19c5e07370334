//! What the log stores: record batches with their records, decisions, and events. A damaged batch no longer
//! has the right hash, so most get a corrected one; otherwise nothing after the hash would be checked.

use bytes::Bytes;
use longhu_core::Time;
use longhu_log::batch::{self, Draft, HEADER_BYTES};
use longhu_log::{Hash, Kind, WriterId};
use longhu_proto::{control, stored_event};

use crate::corpus;
use crate::driver::{Bound, Input, Step, Surface, Verdict, run};
use crate::messages::Message;
use crate::mutate::{self, shown};

/// Where the hash is in the header.
const AT_HASH: usize = 80;

#[derive(Clone)]
struct Stored(Vec<u8>);

impl Input for Stored {
    fn bytes(&self) -> usize {
        self.0.len()
    }

    fn shown(&self) -> String {
        shown(&self.0)
    }

    fn damage(&mut self, step: Step, others: &[Stored]) {
        let other = &others[step.2 as usize % others.len()].0;
        mutate::bytes(&mut self.0, step, other);
        if step.2 >> 60 != 0 && self.0.len() >= HEADER_BYTES {
            let mut hasher = blake3::Hasher::new();
            hasher.update(&self.0[..AT_HASH]).update(&self.0[HEADER_BYTES..]);
            self.0[AT_HASH..HEADER_BYTES].copy_from_slice(hasher.finalize().as_bytes());
        }
    }
}

fn encoded(kind: Kind, number: u64, records: &[Vec<u8>]) -> Vec<u8> {
    let previous = if number == 1 { Hash::ZERO } else { Hash([7; 32]) };
    let draft = Draft { kind, writer: WriterId([3; 16]), number, previous, recorded_time: Time(1) };
    let records: Vec<Bytes> = records.iter().cloned().map(Bytes::from).collect();
    batch::encode(&draft, &records).unwrap().bytes.to_vec()
}

#[test]
fn no_record_batch_panics_takes_more_memory_than_a_batch_may_or_is_refused_without_a_code() {
    let (events, decisions) = (corpus::events(), corpus::control_entries());
    let mut batches = corpus::contents("tests/fixtures/log", ".batch");
    batches.extend([1, 7, 40].map(|count| encoded(Kind::Events, count as u64, &events[..count])));
    batches.extend([1, 5].map(|count| encoded(Kind::Control, count as u64, &decisions[..count])));
    batches.push(encoded(Kind::Tick, 9, &[]));
    // A body that unpacks to much more than its own size.
    batches.push(encoded(Kind::Events, 2, &[vec![0; 1 << 20]]));
    let corpus = batches.into_iter().map(Stored).collect();
    // A header can claim the largest body and the greatest number of records, and buffers are made for these.
    let fixed = (batch::RAW_BYTES_MAX + batch::COUNT_MAX * 64 + (1 << 20)) as u64;
    let bound = Bound { per_byte: 64, fixed };
    run(Surface { name: "record batches", corpus, bound, one_in: 1 }, |Stored(bytes)| {
        let read = batch::decode(&Bytes::from(bytes.clone()));
        let Ok(batch) = &read else { return Verdict::said(read) };
        for record in &batch.records {
            let verdict = match batch.header.kind {
                Kind::Events => Verdict::said(stored_event::decode(record)),
                _ => Verdict::said(control::decode(record)),
            };
            if let Verdict::Refused(_) = verdict {
                return verdict;
            }
        }
        Verdict::Accepted
    });
}

#[test]
fn no_control_entry_panics_takes_much_memory_or_is_refused_without_a_code() {
    let corpus = corpus::control_entries().into_iter().map(Message).collect();
    // In a list, a message without content takes two bytes, and the largest kind of message some hundred in
    // memory; a growing list is copied.
    let bound = Bound { per_byte: 512, fixed: 1 << 20 };
    run(Surface { name: "control entries", corpus, bound, one_in: 1 }, |Message(bytes)| {
        let read = control::decode(bytes);
        // Writing what was read must give the same.
        if let Ok(decision) = &read {
            assert_eq!(control::decode(&control::encode(decision)).as_ref().ok(), Some(decision));
        }
        Verdict::said(read)
    });
}

#[test]
fn no_stored_event_panics_takes_much_memory_or_is_refused_without_a_code() {
    let corpus = corpus::events().into_iter().map(Message).collect();
    let bound = Bound { per_byte: 256, fixed: 1 << 20 };
    run(Surface { name: "stored events", corpus, bound, one_in: 1 }, |Message(bytes)| {
        Verdict::said(stored_event::decode(bytes))
    });
}
