//! Refusals on the wire: every status has one ErrorInfo with a stable reason, and says what the caller can
//! do.

use std::time::Duration;

use longhu_core::types::violation::Violation;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// The domain of every ErrorInfo.
pub const DOMAIN: &str = "longhu";

/// A refusal with a stable UPPER_SNAKE reason.
pub fn refusal(code: Code, reason: &str, message: impl Into<String>) -> Status {
    let mut details = ErrorDetails::new();
    details.set_error_info(reason, DOMAIN, std::collections::HashMap::new());
    Status::with_error_details(code, message, details)
}

/// INVALID_ARGUMENT with a BadRequest field for each violation. The code of the first one is the reason.
pub fn invalid(violations: &[Violation]) -> Status {
    let mut details = ErrorDetails::new();
    let reason = violations.first().map_or("INVALID_ARGUMENT", |violation| violation.code);
    let codes = violations.iter().map(|violation| (violation.field.clone(), violation.code.to_owned()));
    details.set_error_info(reason, DOMAIN, codes.collect::<std::collections::HashMap<_, _>>());
    for violation in violations {
        details.add_bad_request_violation(&violation.field, &violation.reason);
    }
    let lines: Vec<String> = violations.iter().map(Violation::to_string).collect();
    Status::with_error_details(Code::InvalidArgument, lines.join("; "), details)
}

/// A refusal that says when to try again.
pub fn retry_later(code: Code, reason: &str, message: impl Into<String>, after: Duration) -> Status {
    let mut details = ErrorDetails::new();
    details.set_error_info(reason, DOMAIN, std::collections::HashMap::new());
    details.set_retry_info(Some(after));
    Status::with_error_details(code, message, details)
}
