//! Batches whose records are decoded, so that the lock is held for folding only, and how each kind is folded. It reads
//! no log and keeps nothing. An entry that cannot be read is an error, never passed over.

use longhu_core::Position;
use longhu_core::control::{Decision, Payload};
use longhu_core::event::Event;
use longhu_core::fold::shard::Shard;
use longhu_core::types::pages::{PageError, Pages};
use longhu_log::{Entry, Kind};
use longhu_proto::{DecodeError, control, stored_event};

use crate::feed::{Old, Work};
use crate::swap::{Swap, swap};

/// Why the fold stopped.
#[derive(Debug, thiserror::Error)]
pub enum FoldError {
    /// An entry cannot be read. It is never passed over.
    #[error("the entry at {position} cannot be folded")]
    Entry {
        /// Where it is.
        position: Position,
        /// Why.
        source: DecodeError,
    },
    /// The log says that it is another bank's.
    #[error(
        "the log says at {position} that it is of bank `{named}`, and this projector is of bank `{wanted}`; restore the right stream, or start with `--bank {named}`"
    )]
    OtherBank {
        /// Where it says so.
        position: Position,
        /// Whose it says that it is.
        named: String,
        /// Whose it should be.
        wanted: String,
    },
    /// A page of the read model cannot be read.
    #[error("the read model cannot be read; rebuild it from the log with `--rebuild`")]
    Page(#[from] PageError),
}

/// What came of folding a batch.
#[derive(Debug)]
pub enum Folded {
    /// All of it is in.
    Whole,
    /// All of it is in, and with it a computation has ended and is served now.
    Swapped(Swap),
    /// It stopped before a decision that must wait for this contest. Folded again, it goes on there.
    Held(String),
}

/// A decoded batch.
pub enum Prepared<'a> {
    /// The next batch of the log.
    Live(&'a Entry, Records<'a>),
    /// An old one, for a computation.
    Old(&'a Old, Records<'a>),
}

/// The records of a batch.
pub enum Records<'a> {
    Events(Vec<Event<'a>>),
    Decisions(Vec<Decision>),
    Nothing,
}

impl<'a> Records<'a> {
    fn of(entry: &'a Entry) -> Result<Records<'a>, FoldError> {
        match entry.batch.header.kind {
            Kind::Events => each(entry, stored_event::decode).map(Records::Events),
            Kind::Control => each(entry, control::decode).map(Records::Decisions),
            Kind::Tick => Ok(Records::Nothing),
        }
    }
}

/// Decodes each record of a batch. An event is large: they are put where they stay, and not moved as their list grows.
fn each<'a, T>(
    entry: &'a Entry,
    decode: impl Fn(&'a [u8]) -> Result<T, DecodeError>,
) -> Result<Vec<T>, FoldError> {
    let mut decoded = Vec::with_capacity(entry.batch.records.len());
    for (index, record) in (0..).zip(&entry.batch.records) {
        let record: &'a [u8] = record.as_ref();
        decoded.push(
            decode(record).map_err(|source| FoldError::Entry { position: entry.position(index), source })?,
        );
    }
    Ok(decoded)
}

impl<'a> Prepared<'a> {
    /// Decodes a piece of work.
    ///
    /// # Errors
    /// [`FoldError::Entry`].
    pub fn of(work: &'a Work) -> Result<Prepared<'a>, FoldError> {
        match work {
            Work::Live(entry) => Prepared::live(entry),
            Work::Old(old) => Prepared::old(old),
        }
    }

    /// Decodes a batch of the log.
    ///
    /// # Errors
    /// [`FoldError::Entry`].
    pub fn live(entry: &'a Entry) -> Result<Prepared<'a>, FoldError> {
        Ok(Prepared::Live(entry, Records::of(entry)?))
    }

    /// Decodes an old batch; decisions in it say nothing again.
    ///
    /// # Errors
    /// [`FoldError::Entry`].
    pub fn old(old: &'a Old) -> Result<Prepared<'a>, FoldError> {
        let records = match old.entry.batch.header.kind {
            Kind::Events => Records::of(&old.entry)?,
            Kind::Control | Kind::Tick => Records::Nothing,
        };
        Ok(Prepared::Old(old, records))
    }

    /// Refuses a batch that names another bank than this one.
    ///
    /// # Errors
    /// [`FoldError::OtherBank`].
    pub fn check_bank(&self, wanted: &str) -> Result<(), FoldError> {
        let Prepared::Live(entry, Records::Decisions(decisions)) = self else { return Ok(()) };
        for (index, decision) in (0..).zip(decisions) {
            if let Payload::Bank(bank) = &decision.payload
                && bank.id != wanted
            {
                let (named, wanted) = (bank.id.clone(), wanted.to_owned());
                return Err(FoldError::OtherBank { position: entry.position(index), named, wanted });
            }
        }
        Ok(())
    }

    /// Folds it; entries of a live batch after `until` are left out, and so are those that the shard has already.
    ///
    /// # Errors
    /// [`FoldError::Page`].
    pub fn fold(&self, shard: &mut Shard, pages: &dyn Pages, until: Position) -> Result<Folded, FoldError> {
        match self {
            Prepared::Live(entry, records) => live(entry, records, shard, pages, until),
            Prepared::Old(old, records) => again(old, records, shard, pages),
        }
    }
}

fn live(
    entry: &Entry,
    records: &Records,
    shard: &mut Shard,
    pages: &dyn Pages,
    until: Position,
) -> Result<Folded, FoldError> {
    let recorded = entry.batch.header.recorded_time;
    // What the shard has of it, it had before it was held back or stopped in it, be it before a restart.
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
                    return Ok(Folded::Held(contest.to_owned()));
                }
                shard.decision(pages, position, recorded, decision.clone())?;
            }
        }
        Records::Nothing => shard.advance(entry.position(0), recorded),
    }
    Ok(Folded::Whole)
}

/// Credits an old batch to the computation that it was read for. One that another definition has replaced meanwhile, or
/// that has the batch already, is not credited: its events would count twice.
fn again(old: &Old, records: &Records, shard: &mut Shard, pages: &dyn Pages) -> Result<Folded, FoldError> {
    let Old { contest, generation, entry } = old;
    let Some(backfill) = shard.computing(contest, *generation) else { return Ok(Folded::Whole) };
    if entry.sequence < backfill.next_sequence {
        return Ok(Folded::Whole);
    }
    if let Records::Events(events) = records {
        let recorded = entry.batch.header.recorded_time;
        for (index, event) in (0..).zip(events) {
            shard.refold_event(pages, contest, Position::new(entry.sequence, index), recorded, event)?;
        }
    }
    let note = |shard: &mut Shard| shard.refolded_through(contest, *generation, entry.sequence);
    match entry.sequence >= backfill.until.sequence {
        true => Ok(Folded::Swapped(swap(shard, contest, note))),
        false => {
            note(shard);
            Ok(Folded::Whole)
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use longhu_core::organisation::Employee;
    use longhu_core::types::pages::MemoryPages;
    use longhu_core::types::time::EARLIEST;
    use longhu_log::{Batch, BatchHeader, Hash, WriterId, batch};
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
            Prepared::live(entry).unwrap().fold(&mut shard, &pages, until).unwrap();
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
