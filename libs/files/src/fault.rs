//! What is wrong with one value of one row: a code and a reason, before the field is known. It never stops an
//! import: the row is rejected and the next one is read.

use longhu_core::types::violation::Violation;

/// A value that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// A stable UPPER_SNAKE code.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub reason: String,
}

impl Fault {
    /// A fault with its code and reason.
    pub fn new(code: &'static str, reason: impl Into<String>) -> Fault {
        Fault { code, reason: reason.into() }
    }

    /// The same, as a violation of `field`.
    pub fn at(self, field: impl Into<String>) -> Violation {
        Violation::new(field, self.code, self.reason)
    }
}
