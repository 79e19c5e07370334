//! The configuration of an ingest process. Plain data.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use longhu_core::control::Bank;
use longhu_log::BatchLimits;
use longhu_runtime::Audit;

use crate::clock::{Clock, system_clock};
use crate::projector_link::ProjectorLink;
use crate::pseudonym::Keyring;

/// How much may wait for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueLimits {
    /// The most events that may be waiting or on their way to the disk.
    pub events_max: usize,
    /// The most bytes of these events, encoded.
    pub bytes_max: usize,
}

impl Default for QueueLimits {
    /// 100,000 events and 32 MiB.
    fn default() -> Self {
        QueueLimits { events_max: 100_000, bytes_max: 32 << 20 }
    }
}

/// The configuration of an ingest process.
#[derive(Clone)]
pub struct IngestConfig {
    /// The bank whose log it is. The log's first entry names it.
    pub bank: Bank,
    /// The slot that this process writes to, such as `ingest-1`; each process has its own.
    pub slot: String,
    /// The keys of the pseudonyms.
    pub keys: Keyring,
    /// How much may wait for the disk. A call that is larger than this is accepted when nothing else is
    /// waiting.
    pub queue: QueueLimits,
    /// The limits of a record batch.
    pub batch: BatchLimits,
    /// How long a call waits for the disk before it is answered UNAVAILABLE.
    pub answer_timeout: Duration,
    /// After this time without events, the slot gets a tick, so that time passes in the log.
    pub tick_interval: Duration,
    /// How many messages of one stream may wait for the disk; at least 1.
    pub stream_in_flight_max: usize,
    /// The connection to the projector. Without it, GetSourceStatus is answered UNAVAILABLE.
    pub projector: Option<Arc<dyn ProjectorLink>>,
    /// The folder in which this process remembers what it acknowledged last. Without it, a log that lost its
    /// end is noticed only by what the projector knows.
    pub state_dir: Option<PathBuf>,
    /// Where decisions are recorded before and after they are made; `None` for nowhere.
    pub audit: Option<Audit>,
    /// The source of the time.
    pub clock: Clock,
}

impl IngestConfig {
    /// The defaults: [`QueueLimits`], [`BatchLimits`]; 4 s for an answer, so that an adapter has it within 5
    /// s, including the time to read and check a large call; a tick per hour; 16 messages of a stream in
    /// flight; no projector; no memory; no audit log; the machine's clock.
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
            state_dir: None,
            audit: None,
            clock: system_clock(),
        }
    }
}
