//! Why a benchmark ends without a report, each with a stable code.

use longhu_client::failure::Failure;

/// A failure with a stable code.
pub fn coded(code: &str, what: impl Into<String>) -> Failure {
    Failure::new(what).details(vec![format!("code {code}")])
}

/// A wrong argument with a stable code.
pub fn coded_usage(code: &str, what: impl Into<String>) -> Failure {
    Failure::usage(what).details(vec![format!("code {code}")])
}

/// A result that is not what was sent: no figure of it is worth anything.
pub fn wrong_result(what: impl Into<String>) -> Failure {
    coded("WRONG_RESULT", what)
        .next("this is a defect of what was measured; please report it with the whole command")
}
