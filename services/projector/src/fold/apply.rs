//! How a decoded batch is folded into a shard: a live batch continues where the shard is, and a batch of a
//! backfill goes to the contest for which it was read.

use longhu_core::Position;
use longhu_core::fold::shard::Shard;
use longhu_core::types::pages::{PageError, Pages};
use longhu_log::Entry;

use crate::fold::swap::{Swap, swap};
use crate::input::decoded::{BatchError, DecodedBatch, Records};
use crate::input::work::BackfillBatch;

/// Why the fold stopped.
#[derive(Debug, thiserror::Error)]
pub enum FoldError {
    /// A batch cannot be read, or belongs to another bank.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// A page of the read model cannot be read.
    #[error("the read model cannot be read; rebuild it from the log with `--rebuild`")]
    Page(#[from] PageError),
}

/// The outcome of a batch.
#[derive(Debug)]
pub enum Applied {
    /// The whole batch was folded.
    Whole,
    /// The whole batch was folded, and it ended a backfill: its contest is now served.
    Swapped(Swap),
    /// Folding stopped before a decision that must wait for this contest's backfill. Applied again, it
    /// continues there.
    Held(String),
}

/// Folds a batch. Skips entries of a live batch that are after `until`, and those that the shard already has.
///
/// # Errors
/// [`FoldError::Page`].
pub fn apply(
    batch: &DecodedBatch,
    shard: &mut Shard,
    pages: &dyn Pages,
    until: Position,
) -> Result<Applied, FoldError> {
    match batch {
        DecodedBatch::Live(entry, records) => live(entry, records, shard, pages, until),
        DecodedBatch::Backfill(batch, records) => backfill(batch, records, shard, pages),
    }
}

fn live(
    entry: &Entry,
    records: &Records,
    shard: &mut Shard,
    pages: &dyn Pages,
    until: Position,
) -> Result<Applied, FoldError> {
    let recorded = entry.batch.header.recorded_time;
    // The shard may contain a part of the batch, if the batch was held back earlier, even before a restart.
    let after = shard.head().position;
    let has = |position: &Position| *position <= after;
    let positions = || (0..).map(|index| entry.position(index));
    let is_due = |position: &Position| *position <= until;
    match records {
        Records::Events(events) => {
            let position =
                |index: usize| Some(entry.position(index as u32)).filter(|at| !has(at) && is_due(at));
            shard.events(pages, recorded, events, position)?;
        }
        Records::Decisions(decisions) => {
            let new = positions().zip(decisions).skip_while(|(position, _)| has(position));
            for (position, decision) in new.take_while(|(position, _)| is_due(position)) {
                if let Some(contest) = shard.must_wait_for(decision) {
                    return Ok(Applied::Held(contest.to_owned()));
                }
                shard.decision(pages, position, recorded, decision.clone())?;
            }
        }
        Records::Nothing => shard.advance(entry.position(0), recorded),
    }
    Ok(Applied::Whole)
}

/// Gives an earlier batch to the backfill for which it was read. Does nothing if a newer definition has
/// replaced that backfill, or if the backfill already has the batch, because its events would count twice.
fn backfill(
    batch: &BackfillBatch,
    records: &Records,
    shard: &mut Shard,
    pages: &dyn Pages,
) -> Result<Applied, FoldError> {
    let BackfillBatch { contest, generation, entry } = batch;
    let Some(backfill) = shard.computing(contest, *generation) else { return Ok(Applied::Whole) };
    if entry.sequence < backfill.next_sequence {
        return Ok(Applied::Whole);
    }
    if let Records::Events(events) = records {
        let recorded = entry.batch.header.recorded_time;
        for (index, event) in (0..).zip(events) {
            shard.backfill_event(pages, contest, Position::new(entry.sequence, index), recorded, event)?;
        }
    }
    let note = |shard: &mut Shard| shard.backfilled_through(contest, *generation, entry.sequence);
    match entry.sequence >= backfill.until.sequence {
        true => Ok(Applied::Swapped(swap(shard, contest, note))),
        false => {
            note(shard);
            Ok(Applied::Whole)
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use longhu_core::control::{Decision, Payload};
    use longhu_core::organisation::Employee;
    use longhu_core::types::pages::MemoryPages;
    use longhu_core::types::time::EARLIEST;
    use longhu_log::{Batch, BatchHeader, Hash, Kind, WriterId, batch};
    use longhu_proto::control;
    use longhu_proto::scalar::{date_to_wire, time_to_wire};
    use longhu_proto::wire::event::v1::Event as WireEvent;
    use prost::Message;

    use super::*;

    fn entry(sequence: u64, kind: Kind, records: Vec<Bytes>) -> Entry {
        let header = BatchHeader {
            kind,
            codec: batch::Codec::None,
            writer: WriterId([0; 16]),
            number: sequence,
            previous: Hash::ZERO,
            recorded_time: EARLIEST,
            count: records.len() as u32,
            raw_bytes: 0,
        };
        let batch = Batch { header, hash: Hash::ZERO, records };
        Entry { sequence, subject: "slot".into(), batch, running_hash: Hash::ZERO, pending: 0 }
    }

    fn event(id: usize) -> Bytes {
        let event = WireEvent {
            source: "cards".into(),
            id: id.to_string(),
            r#type: "card.issued".into(),
            occurred_time: Some(time_to_wire(EARLIEST)),
            business_date: Some(date_to_wire(jiff::civil::date(2026, 2, 2))),
            ..WireEvent::default()
        };
        event.encode_to_vec().into()
    }

    fn employee(id: usize) -> Bytes {
        let id = format!("e-{id}");
        let payload = Payload::Employee(Employee::new(&id, &id, None));
        let (principal, change_set) = ("hq".into(), String::new());
        control::encode(&Decision { principal, key: id, revision: 1, change_set, payload }).into()
    }

    #[test]
    fn a_batch_that_was_folded_in_part_goes_on_where_it_stopped_whatever_its_records_are() {
        let (mut shard, pages) = (Shard::default(), MemoryPages::default());
        let batches = [
            entry(1, Kind::Control, (0..4).map(employee).collect()),
            entry(2, Kind::Events, (0..4).map(event).collect()),
        ];
        let mut known = |entry: &Entry, until: Position| {
            apply(&DecodedBatch::live(entry).unwrap(), &mut shard, &pages, until).unwrap();
            let employees =
                (0..4).filter(|id| shard.register().revision("employee", &format!("e-{id}")) == 1);
            let counters = shard.head().counters;
            (shard.head().position, employees.count(), counters.events, counters.duplicates)
        };
        for (batch, folded) in batches.iter().zip([0, 4]) {
            for (until, stops_at) in [(1, 1), (1, 1), (2, 2), (9, 3)] {
                let count = stops_at as usize + 1;
                let (employees, events) = if folded == 0 { (count, 0) } else { (4, count as u64) };
                let expected = (batch.position(stops_at), employees, events, 0);
                assert_eq!(known(batch, batch.position(until)), expected);
            }
        }
    }
}
