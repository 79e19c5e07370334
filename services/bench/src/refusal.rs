//! Why a benchmark ends without a report, with stable codes.

use longhu_client::failure::Failure;

/// A failure with a stable code.
pub fn coded(code: &str, what: impl Into<String>) -> Failure {
    Failure::new(what).details(vec![format!("code {code}")])
}

/// An invalid argument, with a stable code.
pub fn coded_usage(code: &str, what: impl Into<String>) -> Failure {
    Failure::usage(what).details(vec![format!("code {code}")])
}

/// The result is not what was sent, so its figures are worthless.
pub fn wrong_result(what: impl Into<String>) -> Failure {
    coded("WRONG_RESULT", what)
        .next("this is a defect of what was measured; please report it with the whole command")
}
