//! Writing a batch. It never reads a clock, because the recorded time is an argument. The same draft with the
//! same records always gives the same uncompressed bytes.

use super::format::{COUNT_MAX, Codec, FORMAT_VERSION, HEADER_BYTES, Kind, MAGIC, RAW_BYTES_MAX, WriterId};
use super::limits::varint_bytes;
use crate::hash::Hash;
use bytes::Bytes;
use longhu_core::Time;
use longhu_core::types::time::{EARLIEST, LATEST};
use std::cell::RefCell;

/// The zstd level; higher levels cost more than the disk space is worth.
const ZSTD_LEVEL: i32 = 1;
/// Smaller bodies are not compressed, because that would save nothing.
const ZSTD_FROM_BYTES: usize = 64;

/// What a writer provides for a batch; the rest of the header follows from the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The kind of the records.
    pub kind: Kind,
    /// The writer's incarnation.
    pub writer: WriterId,
    /// The number in the subject's chain, from 1.
    pub number: u64,
    /// The hash of the subject's previous batch; zero if and only if the number is 1.
    pub previous: Hash,
    /// When the batch was recorded.
    pub recorded_time: Time,
}

/// A batch ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedBatch {
    /// The message's payload.
    pub bytes: Bytes,
    /// The hash of the batch.
    pub hash: Hash,
}

/// Why records cannot be a batch. Nothing was stored; the caller must send something else.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// More records than [`COUNT_MAX`].
    #[error("{count} records are more than a batch holds; send at most {COUNT_MAX}")]
    TooMany {
        /// The number of records.
        count: usize,
    },
    /// More bytes than [`RAW_BYTES_MAX`].
    #[error(
        "{raw_bytes} bytes of records are more than a batch holds; send at most {RAW_BYTES_MAX} in one batch"
    )]
    TooLarge {
        /// The bytes of the body before compression.
        raw_bytes: usize,
    },
    /// A tick with records, or another kind without any.
    #[error(
        "a batch of kind {kind:?} cannot hold {count} records; a tick holds none, any other kind at least one"
    )]
    WrongCount {
        /// The kind.
        kind: Kind,
        /// The number of records.
        count: usize,
    },
    /// Number and previous hash contradict each other.
    #[error(
        "batch {number} with previous hash {previous:.16} is not valid in a chain; batches count from 1 and only the first has no previous one"
    )]
    WrongLink {
        /// The number.
        number: u64,
        /// The previous hash.
        previous: Hash,
    },
    /// The recorded time is outside the years 1900 to 2199.
    #[error("recorded time {0} ns is outside the years 1900 to 2199; set the clock of this host")]
    TimeOutOfRange(i64),
}

thread_local! {
    static COMPRESSOR: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
}

/// Encodes records as a batch of format version 1, compressed when that makes it smaller.
///
/// # Errors
/// See [`EncodeError`]; the outcome depends on the arguments alone.
pub fn encode(draft: &Draft, records: &[Bytes]) -> Result<EncodedBatch, EncodeError> {
    let raw_bytes = check(draft, records)?;
    let mut body = Vec::with_capacity(raw_bytes);
    for record in records {
        put_varint(&mut body, record.len());
        body.extend_from_slice(record);
    }
    debug_assert_eq!(body.len(), raw_bytes);
    let compressed = if raw_bytes < ZSTD_FROM_BYTES { None } else { compress(&body) };
    let (codec, stored) = match &compressed {
        Some(smaller) => (Codec::Zstd, smaller),
        None => (Codec::None, &body),
    };

    let mut bytes = Vec::with_capacity(HEADER_BYTES + stored.len());
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&[FORMAT_VERSION, draft.kind.code(), codec.code(), 0, 0]);
    bytes.extend_from_slice(&draft.writer.0);
    bytes.extend_from_slice(&draft.number.to_le_bytes());
    bytes.extend_from_slice(&draft.previous.0);
    bytes.extend_from_slice(&draft.recorded_time.0.to_le_bytes());
    bytes.extend_from_slice(&(records.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&(raw_bytes as u32).to_le_bytes());
    let hash = hash_of(&bytes, stored);
    bytes.extend_from_slice(&hash.0);
    debug_assert_eq!(bytes.len(), HEADER_BYTES);
    bytes.extend_from_slice(stored);
    Ok(EncodedBatch { bytes: Bytes::from(bytes), hash })
}

/// BLAKE3 of the header up to its hash, and of the stored body.
pub(super) fn hash_of(header_before_hash: &[u8], stored: &[u8]) -> Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(header_before_hash);
    hasher.update(stored);
    Hash(*hasher.finalize().as_bytes())
}

fn check(draft: &Draft, records: &[Bytes]) -> Result<usize, EncodeError> {
    let count = records.len();
    if count > COUNT_MAX {
        return Err(EncodeError::TooMany { count });
    }
    if (draft.kind == Kind::Tick) != (count == 0) {
        return Err(EncodeError::WrongCount { kind: draft.kind, count });
    }
    if !is_link(draft.number, draft.previous) {
        return Err(EncodeError::WrongLink { number: draft.number, previous: draft.previous });
    }
    if !is_time(draft.recorded_time) {
        return Err(EncodeError::TimeOutOfRange(draft.recorded_time.0));
    }
    let raw_bytes = records.iter().map(|record| record.len() + varint_bytes(record.len())).sum();
    if raw_bytes > RAW_BYTES_MAX {
        return Err(EncodeError::TooLarge { raw_bytes });
    }
    Ok(raw_bytes)
}

/// True if the number is at least 1, and only the first batch has no previous one.
pub(super) fn is_link(number: u64, previous: Hash) -> bool {
    number > 0 && (number == 1) == previous.is_zero()
}

/// True if an entry may have this time.
pub(super) fn is_time(time: Time) -> bool {
    (EARLIEST..LATEST).contains(&time)
}

fn put_varint(body: &mut Vec<u8>, length: usize) {
    let mut rest = length;
    while rest >= 0x80 {
        body.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    body.push(rest as u8);
}

/// The compressed body; `None` if it is not smaller. A failure to compress only costs space.
fn compress(body: &[u8]) -> Option<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|kept| {
        if kept.is_none() {
            *kept = zstd::bulk::Compressor::new(ZSTD_LEVEL).ok();
        }
        let smaller = kept.as_mut()?.compress(body).ok()?;
        (smaller.len() < body.len()).then_some(smaller)
    })
}
