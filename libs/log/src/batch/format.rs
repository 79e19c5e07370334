//! The parts of a batch: the place of each header field, limits, and the batch as a reader gets it. The
//! format is described in the module above.

use crate::hash::Hash;
use bytes::Bytes;
use longhu_core::Time;
use std::fmt;

/// The format version that this code writes.
pub const FORMAT_VERSION: u8 = 1;
/// Bytes of the header; the body follows.
pub const HEADER_BYTES: usize = 112;
/// The most records that a batch holds.
pub const COUNT_MAX: usize = 4096;
/// The most bytes of a body before compression, with the lengths of the records: 4 MiB.
pub const RAW_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The most bytes of a batch as a message, with the headers of NATS. The server's `max_payload` must allow
/// this.
pub const MESSAGE_BYTES_MAX: usize = RAW_BYTES_MAX + 64 * 1024;

pub(super) const MAGIC: [u8; 3] = *b"LHB";
pub(super) const AT_KIND: usize = 4;
pub(super) const AT_CODEC: usize = 5;
pub(super) const AT_RESERVED: usize = 6;
pub(super) const AT_WRITER: usize = 8;
pub(super) const AT_NUMBER: usize = 24;
pub(super) const AT_PREVIOUS: usize = 32;
pub(super) const AT_RECORDED: usize = 64;
pub(super) const AT_COUNT: usize = 72;
pub(super) const AT_RAW_BYTES: usize = 76;
pub(super) const AT_HASH: usize = 80;

/// The kind of records in a batch. A batch has records of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Events.
    Events,
    /// Decisions: definitions, organisation, targets, adjustments, seals.
    Control,
    /// No records: it shows that time passed, or that a writer took over its slot.
    Tick,
}

impl Kind {
    pub(super) const fn code(self) -> u8 {
        match self {
            Kind::Events => 1,
            Kind::Control => 2,
            Kind::Tick => 3,
        }
    }

    pub(super) const fn from_code(code: u8) -> Option<Kind> {
        match code {
            1 => Some(Kind::Events),
            2 => Some(Kind::Control),
            3 => Some(Kind::Tick),
            _ => None,
        }
    }
}

/// How the body is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Codec {
    /// Uncompressed.
    None,
    /// One zstd frame, written with level 1.
    Zstd,
}

impl Codec {
    pub(super) const fn code(self) -> u8 {
        match self {
            Codec::None => 0,
            Codec::Zstd => 1,
        }
    }

    pub(super) const fn from_code(code: u8) -> Option<Codec> {
        match code {
            0 => Some(Codec::None),
            1 => Some(Codec::Zstd),
            _ => None,
        }
    }
}

/// One incarnation of a writer: a new UUID (version 7) for each time a subject is opened.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WriterId(pub [u8; 16]);

impl WriterId {
    /// A new incarnation. It differs from all others, and later ones sort after earlier ones.
    pub fn new_incarnation() -> Self {
        WriterId(*uuid::Uuid::now_v7().as_bytes())
    }
}

impl fmt::Display for WriterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        uuid::Uuid::from_bytes(self.0).fmt(f)
    }
}

impl fmt::Debug for WriterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The header of a batch that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchHeader {
    /// The kind of the records.
    pub kind: Kind,
    /// How the body was stored.
    pub codec: Codec,
    /// The incarnation that wrote the batch.
    pub writer: WriterId,
    /// The number in the subject's chain, from 1. It continues across incarnations.
    pub number: u64,
    /// The hash of the subject's previous batch; zero for the first.
    pub previous: Hash,
    /// When the batch was recorded, by the writer's clock.
    pub recorded_time: Time,
    /// The number of records, 0 to [`COUNT_MAX`]; 0 for ticks only.
    pub count: u32,
    /// Bytes of the body before compression, 0 to [`RAW_BYTES_MAX`].
    pub raw_bytes: u32,
}

/// A batch that was read and verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The header.
    pub header: BatchHeader,
    /// The hash of the batch, to which the next batch of the subject refers.
    pub hash: Hash,
    /// The records in order. They share one allocation: keeping one of them keeps the whole body in memory.
    pub records: Vec<Bytes>,
}
