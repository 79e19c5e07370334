//! Violations: what is wrong with an input. Each has a field, a stable code, and a reason that says what to
//! do.

use std::fmt;

/// One violation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The path of the field, such as `credits[1].employee`.
    pub field: String,
    /// A stable UPPER_SNAKE code.
    pub code: &'static str,
    /// What is wrong and what to do about it, as a sentence.
    pub reason: String,
}

impl Violation {
    /// A violation of `field`.
    pub fn new(field: impl Into<String>, code: &'static str, reason: impl Into<String>) -> Violation {
        Violation { field: field.into(), code, reason: reason.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.field, self.reason, self.code)
    }
}

/// The longest id, in bytes.
pub const ID_BYTES_MAX: usize = 128;

/// Checks an id or code that people choose: 1 to 128 bytes, no control characters, no blanks at the ends.
pub fn check_id(field: &str, text: &str) -> Result<(), Violation> {
    if text.is_empty() {
        return Err(Violation::new(
            field,
            "MISSING_FIELD",
            format!("`{field}` is required; give it a value"),
        ));
    }
    check_text(field, text, ID_BYTES_MAX)
}

/// Checks an optional text: at most `bytes_max` bytes, no control characters, no blanks at the ends.
pub fn check_text(field: &str, text: &str, bytes_max: usize) -> Result<(), Violation> {
    if text.len() > bytes_max {
        let reason = format!("it has {} bytes; shorten it to at most {bytes_max}", text.len());
        return Err(Violation::new(field, "TOO_LONG", reason));
    }
    // Nearly every text is plain ASCII. Without an early exit the compiler can check many bytes at once.
    if text.bytes().fold(true, |is_plain, byte| is_plain & byte.is_ascii_graphic()) {
        return Ok(());
    }
    if text.chars().any(char::is_control) {
        return Err(Violation::new(field, "CONTROL_CHARACTER", "it has a control character; remove it"));
    }
    if text.trim() != text {
        return Err(Violation::new(field, "BLANK_ENDS", "it begins or ends with a blank; trim it"));
    }
    Ok(())
}

/// Checks a name that is used in scripts: 1 to 64 bytes of lower-case ASCII letters, digits and `extra`.
pub fn check_slug(field: &str, text: &str, extra: &str) -> Result<(), Violation> {
    if text.is_empty() {
        return Err(Violation::new(
            field,
            "MISSING_FIELD",
            format!("`{field}` is required; give it a value"),
        ));
    }
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || extra.contains(c);
    if text.len() > 64 || !text.chars().all(allowed) {
        let reason = format!("`{text}` is not allowed; use 1 to 64 lower-case letters, digits and `{extra}`");
        return Err(Violation::new(field, "BAD_NAME", reason));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_may_have_blanks_and_any_script_within_but_no_control_characters_and_no_blank_ends() {
        let code = |text: &str| check_text("t", text, 12).err().map(|violation| violation.code);
        for fine in ["", "c-1", "a b", "李娜", "a\u{a0}b", "~!\"'"] {
            assert_eq!(code(fine), None, "{fine:?}");
        }
        for (text, wrong) in [
            ("a\tb", "CONTROL_CHARACTER"),
            ("\u{7f}", "CONTROL_CHARACTER"),
            ("a\u{85}", "CONTROL_CHARACTER"),
            (" a", "BLANK_ENDS"),
            ("a\u{3000}", "BLANK_ENDS"),
            ("1234567890123", "TOO_LONG"),
        ] {
            assert_eq!(code(text), Some(wrong), "{text:?}");
        }
    }
}
