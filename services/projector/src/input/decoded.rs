//! Batches with their records decoded. Decoding is done before the shard is locked, so that the lock is held
//! for folding only. An entry that cannot be read is an error and is never skipped.

use longhu_core::Position;
use longhu_core::control::{Decision, Payload};
use longhu_core::event::Event;
use longhu_log::{Entry, Kind};
use longhu_proto::{DecodeError, control, stored_event};

use crate::input::work::{BackfillBatch, Work};

/// Why a batch cannot be folded.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// An entry cannot be read.
    #[error("the entry at {position} cannot be folded")]
    Entry {
        /// Its position.
        position: Position,
        /// Why.
        source: DecodeError,
    },
    /// The log names another bank than the projector's.
    #[error(
        "the log says at {position} that it belongs to bank `{named}`, but this projector to bank `{wanted}`; restore the right stream, or start with `--bank {named}`"
    )]
    OtherBank {
        /// The position where the log names it.
        position: Position,
        /// The bank that the log names.
        named: String,
        /// The projector's bank.
        wanted: String,
    },
}

/// A decoded batch.
pub enum DecodedBatch<'a> {
    /// The next batch of the log.
    Live(&'a Entry, Records<'a>),
    /// An earlier batch, for a backfill.
    Backfill(&'a BackfillBatch, Records<'a>),
}

/// The records of a batch.
pub enum Records<'a> {
    Events(Vec<Event<'a>>),
    Decisions(Vec<Decision>),
    Nothing,
}

impl<'a> Records<'a> {
    fn of(entry: &'a Entry) -> Result<Records<'a>, BatchError> {
        match entry.batch.header.kind {
            Kind::Events => each(entry, stored_event::decode).map(Records::Events),
            Kind::Control => each(entry, control::decode).map(Records::Decisions),
            Kind::Tick => Ok(Records::Nothing),
        }
    }
}

/// Decodes each record of a batch. The list is allocated once, because events are large and moving them would
/// be slow.
fn each<'a, T>(
    entry: &'a Entry,
    decode: impl Fn(&'a [u8]) -> Result<T, DecodeError>,
) -> Result<Vec<T>, BatchError> {
    let mut decoded = Vec::with_capacity(entry.batch.records.len());
    for (index, record) in (0..).zip(&entry.batch.records) {
        let record: &'a [u8] = record.as_ref();
        decoded.push(
            decode(record).map_err(|source| BatchError::Entry { position: entry.position(index), source })?,
        );
    }
    Ok(decoded)
}

impl<'a> DecodedBatch<'a> {
    /// Decodes an item of work.
    ///
    /// # Errors
    /// [`BatchError::Entry`].
    pub fn of(work: &'a Work) -> Result<DecodedBatch<'a>, BatchError> {
        match work {
            Work::Live(entry) => DecodedBatch::live(entry),
            Work::Backfill(batch) => DecodedBatch::backfill(batch),
        }
    }

    /// Decodes a live batch.
    ///
    /// # Errors
    /// [`BatchError::Entry`].
    pub fn live(entry: &'a Entry) -> Result<DecodedBatch<'a>, BatchError> {
        Ok(DecodedBatch::Live(entry, Records::of(entry)?))
    }

    /// Decodes a batch of a backfill. Its decisions are left out, because they took effect when the batch was
    /// live.
    ///
    /// # Errors
    /// [`BatchError::Entry`].
    pub fn backfill(batch: &'a BackfillBatch) -> Result<DecodedBatch<'a>, BatchError> {
        let records = match batch.entry.batch.header.kind {
            Kind::Events => Records::of(&batch.entry)?,
            Kind::Control | Kind::Tick => Records::Nothing,
        };
        Ok(DecodedBatch::Backfill(batch, records))
    }

    /// Refuses a batch that names another bank.
    ///
    /// # Errors
    /// [`BatchError::OtherBank`].
    pub fn check_bank(&self, wanted: &str) -> Result<(), BatchError> {
        let DecodedBatch::Live(entry, Records::Decisions(decisions)) = self else { return Ok(()) };
        for (index, decision) in (0..).zip(decisions) {
            if let Payload::Bank(bank) = &decision.payload
                && bank.id != wanted
            {
                let (named, wanted) = (bank.id.clone(), wanted.to_owned());
                return Err(BatchError::OtherBank { position: entry.position(index), named, wanted });
            }
        }
        Ok(())
    }
}
