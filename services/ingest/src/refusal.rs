//! Why a whole call is refused, whatever it contains. Each refusal has one status. If it is not known whether
//! events are stored, the status says so.

use std::time::Duration;

use longhu_log::AppendError;
use longhu_proto::status::{refusal, retry_later};
use tonic::{Code, Status};

/// Why the log did not accept a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The queue is full.
    Overloaded,
    /// There is no connection to the log. Nothing was sent.
    LogAway,
    /// The log did not answer in time. The outcome is unknown.
    LogSilent,
    /// The log is full.
    LogFull,
    /// The log refuses for a reason that trying again does not remove.
    LogRefused(String),
    /// Another process writes to the slot. This process is ending.
    SlotFenced(String),
    /// The log is not the one that was written before. This process is ending.
    LogRewound(String),
    /// The process was asked to end.
    ShuttingDown,
}

const SOON: Duration = Duration::from_millis(200);
const LATER: Duration = Duration::from_secs(1);
const MUCH_LATER: Duration = Duration::from_secs(30);

impl Refusal {
    /// The status for the caller.
    pub(crate) fn status(&self) -> Status {
        match self {
            Refusal::Overloaded => retry_later(
                Code::ResourceExhausted,
                "INGEST_OVERLOADED",
                "too many events are waiting for the disk; send the same ids again a little later",
                SOON,
            ),
            Refusal::LogAway => retry_later(
                Code::Unavailable,
                "LOG_UNAVAILABLE",
                "the log cannot be reached and nothing was accepted; send the same ids again",
                LATER,
            ),
            Refusal::LogSilent => retry_later(
                Code::Unavailable,
                "LOG_UNAVAILABLE",
                "the log did not answer in time, so the outcome is unknown; send the same ids again",
                LATER,
            ),
            Refusal::LogFull => retry_later(
                Code::ResourceExhausted,
                "LOG_FULL",
                "the log is full and nothing was accepted; raise its maximum size, then send the same ids again",
                MUCH_LATER,
            ),
            Refusal::LogRefused(why) => {
                let message = format!("the log refused ({why}); see the service's own log");
                refusal(Code::FailedPrecondition, "LOG_REFUSED", message)
            }
            Refusal::SlotFenced(why) => {
                let message = format!("{why}; send the same ids again to the process that now has the slot");
                retry_later(Code::Unavailable, "SLOT_FENCED", message, LATER)
            }
            Refusal::LogRewound(why) => {
                let message = format!("{why}; send the same ids again when operations have repaired it");
                retry_later(Code::Unavailable, "LOG_REWOUND", message, MUCH_LATER)
            }
            Refusal::ShuttingDown => retry_later(
                Code::Unavailable,
                "SHUTTING_DOWN",
                "this process is ending and accepted nothing; send the same ids again",
                LATER,
            ),
        }
    }
}

impl From<&AppendError> for Refusal {
    fn from(error: &AppendError) -> Refusal {
        match error {
            AppendError::NotSent(_) => Refusal::LogAway,
            AppendError::Unknown(_) => Refusal::LogSilent,
            AppendError::Log(inner) if inner.is_retriable() => Refusal::LogAway,
            AppendError::Full(_) => Refusal::LogFull,
            AppendError::Fenced { .. } | AppendError::Contended { .. } => {
                Refusal::SlotFenced(error.to_string())
            }
            AppendError::Rewound { .. } => Refusal::LogRewound(error.to_string()),
            other => Refusal::LogRefused(other.to_string()),
        }
    }
}
