//! What an ingest process is told. Plain data: it reads no file and opens nothing.

use std::sync::Arc;
use std::time::Duration;

use longhu_core::control::Bank;
use longhu_log::BatchLimits;

use crate::clock::{Clock, system_clock};
use crate::projector_link::ProjectorLink;
use crate::pseudonym::Keyring;

/// How much may wait for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueLimits {
    /// The most events that wait or are on their way to the disk.
    pub events_max: usize,
    /// The most bytes of them, encoded.
    pub bytes_max: usize,
}

impl Default for QueueLimits {
    /// 100,000 events and 32 MiB.
    fn default() -> Self {
        QueueLimits { events_max: 100_000, bytes_max: 32 << 20 }
    }
}

/// How an ingest process works.
#[derive(Clone)]
pub struct IngestConfig {
    /// The bank whose log it is; what the log's first entry says, or will say.
    pub bank: Bank,
    /// The slot that this process writes to, such as `ingest-1`; each process has its own.
    pub slot: String,
    /// The keys of the pseudonyms.
    pub keys: Keyring,
    /// How much may wait for the disk. A call that is larger than that is taken when nothing else waits.
    pub queue: QueueLimits,
    /// How large a record batch may become.
    pub batch: BatchLimits,
    /// How long a call waits for the disk before it is answered UNAVAILABLE.
    pub answer_timeout: Duration,
    /// After how long without events the slot gets a tick, so that time passes in the log.
    pub tick_interval: Duration,
    /// The most messages of one stream that wait for the disk, 1 or more.
    pub stream_in_flight_max: usize,
    /// The way to the projector; without it, GetSourceStatus is answered UNAVAILABLE.
    pub projector: Option<Arc<dyn ProjectorLink>>,
    /// Where the time comes from.
    pub clock: Clock,
}

impl IngestConfig {
    /// The default limits: [`QueueLimits`], [`BatchLimits`], 4 s for an answer, so that with the time to read and check a
    /// large call an adapter has it within 5 s, a tick an hour, 16 messages of a stream in flight, no projector, the
    /// machine's clock.
    pub fn new(bank: Bank, slot: impl Into<String>, keys: Keyring) -> IngestConfig {
        IngestConfig {
            bank,
            slot: slot.into(),
            keys,
            queue: QueueLimits::default(),
            batch: BatchLimits::default(),
            answer_timeout: Duration::from_secs(4),
            tick_interval: Duration::from_secs(3600),
            stream_in_flight_max: 16,
            projector: None,
            clock: system_clock(),
        }
    }
}
