//! Refusals that several queries use.

use longhu_core::types::pages::PageError;
use longhu_proto::status::refusal;
use tonic::{Code, Status};

/// A contest that was never defined.
pub fn contest_not_found(contest: &str) -> Status {
    let message = format!("there is no contest `{contest}`; see `longhu contest list`");
    refusal(Code::NotFound, "CONTEST_NOT_FOUND", message)
}

/// A page of the read model that cannot be read.
pub fn read_model_unreadable(error: &PageError) -> Status {
    refusal(Code::Internal, "READ_MODEL_UNREADABLE", error.to_string())
}

/// A log that cannot be read, with every cause.
pub fn log_unavailable(error: &dyn std::error::Error) -> Status {
    refusal(Code::Unavailable, "LOG_UNAVAILABLE", chain(error))
}

/// An error and its causes in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
