//! Why ingest did not start, or ended by itself. Each error says what to do; its source says why.

use longhu_core::Position;
use longhu_core::control::Bank;
use longhu_core::types::violation::Violation;
use longhu_log::{AppendError, Hash, LogError, ReadError};
use longhu_proto::DecodeError;

use crate::memory::MemoryError;

/// The decision that is not understood.
#[derive(Debug, thiserror::Error)]
#[error("the decision at {sequence}.{index} is not understood")]
pub struct DecisionError {
    /// The stream sequence.
    pub sequence: u64,
    /// The index in the batch.
    pub index: usize,
    /// Why.
    pub source: DecodeError,
}

/// Why ingest did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The bank's zone is not in the time-zone database.
    #[error("`{zone}` is not a time zone; give an IANA name, such as `Asia/Shanghai`")]
    Zone {
        /// The configured name.
        zone: String,
        /// Why.
        source: jiff::Error,
    },
    /// A new log would be bound to a currency that does not exist.
    #[error("a bank cannot begin with this currency: {0}")]
    Currency(Violation),
    /// The bank's id is not the one for which the log was opened.
    #[error("the log was opened for bank `{log}`, but bank `{configured}` is configured; use the same id")]
    OtherLog {
        /// The bank that the log was opened for.
        log: String,
        /// The configured bank.
        configured: String,
    },
    /// The log names another bank, time zone or currency.
    #[error(
        "the log belongs to bank {}, but {} is configured; correct the configuration, or give this bank its own log",
        shown(named),
        shown(configured)
    )]
    OtherBank {
        /// The bank in the log's first entry.
        named: Box<Bank>,
        /// The configured bank.
        configured: Box<Bank>,
    },
    /// The log is empty: nobody founded the bank.
    #[error(
        "the log of bank `{bank}` is empty; check the bank's id and the broker's address. A new bank is begun with `longhu bank init`, and a log that was lost is restored from its backup (LOG_NOT_BEGUN)"
    )]
    NotBegun {
        /// The bank.
        bank: String,
    },
    /// The log has entries, but the first one does not name a bank.
    #[error(
        "the log has entries, but none names its bank, so longhu did not begin it; give this bank an empty log"
    )]
    Nameless,
    /// What was acknowledged cannot be read.
    #[error("it is not known what was acknowledged last")]
    Memory(#[from] MemoryError),
    /// The log does not have what was acknowledged.
    #[error(transparent)]
    Contradicts(Box<Contradicts>),
    /// The log could not be queried.
    #[error("the log cannot be queried for its decisions")]
    Log(#[from] LogError),
    /// The decisions could not be read.
    #[error("the decisions in the log cannot be read")]
    Read(#[from] ReadError),
    /// What a crash left open in the audit log could not be completed.
    #[error("the audit log cannot be completed")]
    Audit(#[source] Box<tonic::Status>),
    /// A decision is not understood.
    #[error("the log holds a decision that cannot be used")]
    Decision(#[from] DecisionError),
    /// The first entry could not be appended.
    #[error("the log's first entry could not be appended")]
    FirstEntry(#[source] AppendError),
    /// The slot could not be taken over.
    #[error("slot `{slot}` could not be taken over")]
    Slot {
        /// The slot.
        slot: String,
        /// Why.
        source: AppendError,
    },
}

/// Who knows what was acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Witness {
    /// This process, in its state folder.
    Memory,
    /// The projector.
    Projector,
}

/// The log is not the one that was written before: it was restored, emptied or exchanged.
#[derive(Debug, thiserror::Error)]
#[error(
    "the log of bank `{bank}` is not the one that was written before: {}, but the log {} and ends at {end} (batch hash {end_hash}). Restore the log, or correct the broker's address. If its end is lost for good, `longhu log adopt --lost-after {end} --reason TEXT` accepts what is left and lists what to send again (LOG_CONTRADICTS)",
    self.known(),
    self.has()
)]
pub struct Contradicts {
    /// The bank.
    pub bank: String,
    /// Who knows better.
    pub witness: Witness,
    /// The position that was acknowledged or read.
    pub position: Position,
    /// The hash of the batch there.
    pub hash: Hash,
    /// The last position of the log; 0.0 if it is empty.
    pub end: Position,
    /// The hash of the batch there; zero if it is empty.
    pub end_hash: Hash,
    /// The hash of the batch that the log has at `position`, if there is one.
    pub found: Option<Hash>,
}

impl Contradicts {
    fn known(&self) -> String {
        let Contradicts { position, hash, .. } = self;
        match self.witness {
            Witness::Memory => format!("{position} was acknowledged (batch hash {hash})"),
            Witness::Projector => format!("the projector has read {position} (batch hash {hash})"),
        }
    }

    fn has(&self) -> String {
        match self.found {
            Some(found) => format!("has another batch there ({found})"),
            None => "does not have it".to_owned(),
        }
    }
}

fn shown(bank: &Bank) -> String {
    format!("`{}` (zone {}, currency {})", bank.id, bank.zone, bank.currency)
}

/// Why ingest ended by itself.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// Another process took over the slot, or the log is not the one that was written before.
    #[error("the slot cannot be written any more; see the cause for what to do")]
    Slot(#[source] AppendError),
    /// The decisions could not be followed.
    #[error("the decisions in the log cannot be followed; events cannot be checked without them")]
    Read(#[from] ReadError),
    /// A decision is not understood.
    #[error("the log holds a decision that cannot be used; events cannot be checked without it")]
    Decision(#[from] DecisionError),
    /// A task of ingest panicked or was cancelled. This is a defect.
    #[error("a task of ingest failed; this is a defect, please report it")]
    Task(#[from] tokio::task::JoinError),
}
