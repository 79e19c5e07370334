//! The record batch: the stored form of one message of the log. FROZEN as format version 1: every release
//! must read the bytes written by all earlier ones, so nothing here may change the meaning of a version-1
//! batch.
//!
//! All integers are little-endian. A batch is a header of 112 bytes and a body:
//!
//! | at | bytes | what |
//! |---|---|---|
//! | 0 | 3 | magic `LHB` |
//! | 3 | 1 | format version, 1 |
//! | 4 | 1 | kind: 1 events, 2 control, 3 tick |
//! | 5 | 1 | codec of the body: 0 none, 1 zstd |
//! | 6 | 2 | zero |
//! | 8 | 16 | writer: the incarnation that wrote it |
//! | 24 | 8 | number in the chain of the subject, from 1 |
//! | 32 | 32 | hash of the previous batch of the same subject; zero exactly when the number is 1 |
//! | 64 | 8 | recorded_time, nanoseconds since 1970 UTC, signed |
//! | 72 | 4 | count of records |
//! | 76 | 4 | bytes of the body before the codec |
//! | 80 | 32 | hash: BLAKE3 over bytes 0 to 79 and the stored body |
//! | 112 | … | body |
//!
//! The body, before compression, has for each record its length as a varint (LEB128, shortest form) and its
//! bytes. Records are opaque here. The hash is both a checksum and the reference by which the subject's next
//! batch names this one.

mod decode;
mod encode;
mod format;
mod limits;

pub use decode::{DecodeError, decode};
pub use encode::{Draft, EncodeError, EncodedBatch, encode};
pub use format::{
    Batch, BatchHeader, COUNT_MAX, Codec, FORMAT_VERSION, HEADER_BYTES, Kind, MESSAGE_BYTES_MAX,
    RAW_BYTES_MAX, WriterId,
};
pub use limits::BatchLimits;
