//! Reading a batch. Malformed bytes are refused with a typed error. It never panics and never allocates more
//! than the limit of a body, whatever the bytes contain.

use super::encode::{hash_of, is_link, is_time};
use super::format::{
    AT_CODEC, AT_COUNT, AT_HASH, AT_KIND, AT_NUMBER, AT_PREVIOUS, AT_RAW_BYTES, AT_RECORDED, AT_RESERVED,
    AT_WRITER, Batch, BatchHeader, COUNT_MAX, Codec, FORMAT_VERSION, HEADER_BYTES, Kind, MAGIC,
    RAW_BYTES_MAX, WriterId,
};
use crate::hash::Hash;
use bytes::Bytes;
use longhu_core::Time;
use std::cell::RefCell;

/// Why bytes are not a batch. Readers stop at such a message; an unreadable message is never skipped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Fewer bytes than a header.
    #[error(
        "the message has {0} bytes, fewer than a batch's header; something other than longhu wrote it (BATCH_TOO_SHORT)"
    )]
    TooShort(usize),
    /// Another magic: not a batch.
    #[error(
        "the message is not a record batch; something other than longhu wrote to this stream (NOT_A_BATCH)"
    )]
    NotABatch,
    /// The format version is from a later release.
    #[error(
        "the batch has format version {0}, this release reads {FORMAT_VERSION}; upgrade longhu (UNKNOWN_VERSION)"
    )]
    UnknownVersion(u8),
    /// The bytes are not the ones that were written.
    #[error(
        "the batch does not match its own hash; its bytes are damaged, restore them from a replica or a backup (HASH_MISMATCH)"
    )]
    HashMismatch,
    /// The kind is from a later release.
    #[error("the batch has kind {0}, which this release does not know; upgrade longhu (UNKNOWN_KIND)")]
    UnknownKind(u8),
    /// The codec is from a later release.
    #[error("the batch has codec {0}, which this release does not know; upgrade longhu (UNKNOWN_CODEC)")]
    UnknownCodec(u8),
    /// Reserved bytes that are not zero: a later release, or a broken writer.
    #[error("the batch sets reserved bytes of its header; upgrade longhu (RESERVED_BYTES)")]
    ReservedBytes,
    /// Number and previous hash contradict each other.
    #[error(
        "the batch claims number {0} with a contradicting previous hash; its writer is broken (WRONG_LINK)"
    )]
    WrongLink(u64),
    /// The recorded time is outside the years 1900 to 2199.
    #[error(
        "the batch was recorded at {0} ns, outside the years 1900 to 2199; its writer is broken (TIME_OUT_OF_RANGE)"
    )]
    TimeOutOfRange(i64),
    /// A tick with records, another kind without any, or more than [`COUNT_MAX`] records.
    #[error("the batch claims {0} records, which its kind cannot hold; its writer is broken (WRONG_COUNT)")]
    WrongCount(u32),
    /// More bytes than [`RAW_BYTES_MAX`].
    #[error(
        "the batch claims a body of {0} bytes, more than {RAW_BYTES_MAX}; its writer is broken (BATCH_TOO_LARGE)"
    )]
    TooLarge(u32),
    /// The stored body does not unpack to exactly the bytes that the header claims.
    #[error(
        "the body of the batch does not unpack to the {0} bytes that its header claims; its writer is broken (WRONG_BODY)"
    )]
    WrongBody(u32),
    /// A record's length exceeds the body, is not in its shortest form, or bytes remain after the last
    /// record.
    #[error("record {0} of the batch does not fit its body; its writer is broken (WRONG_RECORD)")]
    WrongRecord(u32),
}

thread_local! {
    static DECOMPRESSOR: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Decodes and verifies a batch of format version 1. The records are slices of the body, not copies.
///
/// # Errors
/// See [`DecodeError`]. Unknown versions are told from damage because the version is checked before the hash;
/// unknown kinds and codecs because they are checked after it.
pub fn decode(message: &Bytes) -> Result<Batch, DecodeError> {
    let (header, hash) = decode_header(message)?;
    let stored = message.slice(HEADER_BYTES..);
    let body = match header.codec {
        Codec::None => stored,
        Codec::Zstd => decompress(&stored, header.raw_bytes)?,
    };
    if body.len() != header.raw_bytes as usize {
        return Err(DecodeError::WrongBody(header.raw_bytes));
    }
    let records = split(&body, header.count)?;
    Ok(Batch { header, hash, records })
}

fn decode_header(message: &[u8]) -> Result<(BatchHeader, Hash), DecodeError> {
    if message.len() > 3 && message[..3] != MAGIC {
        return Err(DecodeError::NotABatch);
    }
    if message.len() > 3 && message[3] != FORMAT_VERSION {
        return Err(DecodeError::UnknownVersion(message[3]));
    }
    let Some((head, stored)) = message.split_first_chunk::<HEADER_BYTES>() else {
        return Err(DecodeError::TooShort(message.len()));
    };
    let hash = Hash(bytes_at(head, AT_HASH));
    if hash_of(&head[..AT_HASH], stored) != hash {
        return Err(DecodeError::HashMismatch);
    }
    let header = BatchHeader {
        kind: Kind::from_code(head[AT_KIND]).ok_or(DecodeError::UnknownKind(head[AT_KIND]))?,
        codec: Codec::from_code(head[AT_CODEC]).ok_or(DecodeError::UnknownCodec(head[AT_CODEC]))?,
        writer: WriterId(bytes_at(head, AT_WRITER)),
        number: u64::from_le_bytes(bytes_at(head, AT_NUMBER)),
        previous: Hash(bytes_at(head, AT_PREVIOUS)),
        recorded_time: Time(i64::from_le_bytes(bytes_at(head, AT_RECORDED))),
        count: u32::from_le_bytes(bytes_at(head, AT_COUNT)),
        raw_bytes: u32::from_le_bytes(bytes_at(head, AT_RAW_BYTES)),
    };
    if head[AT_RESERVED..AT_WRITER] != [0, 0] {
        return Err(DecodeError::ReservedBytes);
    }
    check(&header)?;
    Ok((header, hash))
}

fn check(header: &BatchHeader) -> Result<(), DecodeError> {
    if !is_link(header.number, header.previous) {
        return Err(DecodeError::WrongLink(header.number));
    }
    if !is_time(header.recorded_time) {
        return Err(DecodeError::TimeOutOfRange(header.recorded_time.0));
    }
    if header.count as usize > COUNT_MAX || (header.kind == Kind::Tick) != (header.count == 0) {
        return Err(DecodeError::WrongCount(header.count));
    }
    if header.raw_bytes as usize > RAW_BYTES_MAX {
        return Err(DecodeError::TooLarge(header.raw_bytes));
    }
    Ok(())
}

/// `N` bytes at a fixed place of the header.
fn bytes_at<const N: usize>(head: &[u8; HEADER_BYTES], at: usize) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.copy_from_slice(&head[at..at + N]);
    bytes
}

/// Unpacks into at most `raw_bytes`. A body that unpacks to more or fewer bytes is refused.
fn decompress(stored: &[u8], raw_bytes: u32) -> Result<Bytes, DecodeError> {
    let wrong = || DecodeError::WrongBody(raw_bytes);
    DECOMPRESSOR.with_borrow_mut(|kept| {
        let decompressor = match kept {
            Some(decompressor) => decompressor,
            None => kept.insert(zstd::bulk::Decompressor::new().map_err(|_| wrong())?),
        };
        let mut body = Vec::with_capacity(raw_bytes as usize);
        decompressor.decompress_to_buffer(stored, &mut body).map_err(|_| wrong())?;
        if body.len() != raw_bytes as usize {
            return Err(wrong());
        }
        Ok(Bytes::from(body))
    })
}

fn split(body: &Bytes, count: u32) -> Result<Vec<Bytes>, DecodeError> {
    let mut records = Vec::with_capacity(count as usize);
    let mut at = 0_usize;
    for index in 0..count {
        let wrong = DecodeError::WrongRecord(index);
        let Some((length, from)) = take_varint(body, at) else {
            return Err(wrong);
        };
        let to = from + length;
        if to > body.len() {
            return Err(wrong);
        }
        records.push(body.slice(from..to));
        at = to;
    }
    if at == body.len() { Ok(records) } else { Err(DecodeError::WrongRecord(count)) }
}

/// The varint at `at`, and where it ends. It has at most four bytes and must be in its shortest form.
fn take_varint(body: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut length = 0_usize;
    for place in 0..4 {
        let byte = *body.get(at + place)?;
        length |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            let shortest = place == 0 || byte != 0;
            return shortest.then_some((length, at + place + 1));
        }
    }
    None
}
