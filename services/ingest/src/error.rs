//! Why ingest did not start, or ended by itself. Each error says what to do; its source says why.

use longhu_core::control::Bank;
use longhu_core::types::violation::Violation;
use longhu_log::{AppendError, LogError, ReadError};
use longhu_proto::DecodeError;

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
    /// The log has entries, but the first one does not name a bank.
    #[error(
        "the log has entries, but none names its bank, so longhu did not begin it; give this bank an empty log"
    )]
    Nameless,
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

fn shown(bank: &Bank) -> String {
    format!("`{}` (zone {}, currency {})", bank.id, bank.zone, bank.currency)
}

/// Why ingest ended by itself. Nothing that was acknowledged is lost.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// Another process took over the slot, or the log is not the one that was written before.
    #[error(
        "the slot cannot be written any more; nothing acknowledged is lost, see the cause for what to do"
    )]
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
