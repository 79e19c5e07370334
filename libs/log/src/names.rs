//! The names of a bank's stream and its subjects. They are frozen: with another name it would be another log.

use std::sync::Arc;

/// The longest id of a bank, in bytes.
pub const BANK_BYTES_MAX: usize = 40;
/// The longest name of a slot, in bytes.
pub const SLOT_BYTES_MAX: usize = 40;

/// Why a text is not a valid id of a bank or name of a slot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a valid {what}; write 1 to {bytes_max} lower-case letters, digits and single hyphens, starting with a letter or digit, such as `{example}`"
)]
pub struct NameError {
    what: &'static str,
    text: String,
    bytes_max: usize,
    example: &'static str,
}

/// The stream and the subjects of one bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    bank: Arc<str>,
    stream: Arc<str>,
    control: Arc<str>,
}

impl Names {
    /// The names for a bank's id: lower-case letters, digits and single hyphens, at most [`BANK_BYTES_MAX`] bytes.
    ///
    /// # Errors
    /// [`NameError`] for any other id.
    pub fn of_bank(bank: &str) -> Result<Self, NameError> {
        if !is_name(bank, BANK_BYTES_MAX) {
            return Err(NameError {
                what: "bank id",
                text: bank.to_owned(),
                bytes_max: BANK_BYTES_MAX,
                example: "demo-bank",
            });
        }
        Ok(Names {
            bank: bank.into(),
            stream: format!("LONGHU_{}", bank.to_ascii_uppercase().replace('-', "_")).into(),
            control: format!("longhu.{bank}.control").into(),
        })
    }

    /// The id of the bank.
    pub fn bank(&self) -> &str {
        &self.bank
    }

    /// The stream: `LONGHU_<BANK>`.
    pub fn stream(&self) -> &str {
        &self.stream
    }

    /// The subject of decisions: `longhu.<bank>.control`.
    pub fn control_subject(&self) -> &Arc<str> {
        &self.control
    }

    /// The subject of a slot: `longhu.<bank>.slot.<slot>`.
    ///
    /// # Errors
    /// [`NameError`] if the slot is not lower-case letters, digits and single hyphens, at most
    /// [`SLOT_BYTES_MAX`] bytes.
    pub fn slot_subject(&self, slot: &str) -> Result<Arc<str>, NameError> {
        if !is_name(slot, SLOT_BYTES_MAX) {
            return Err(NameError {
                what: "slot name",
                text: slot.to_owned(),
                bytes_max: SLOT_BYTES_MAX,
                example: "ingest-1",
            });
        }
        Ok(format!("longhu.{}.slot.{slot}", self.bank).into())
    }

    /// The wildcard for the subjects of all slots, for the stream's configuration.
    pub fn slots_wildcard(&self) -> String {
        format!("longhu.{}.slot.*", self.bank)
    }
}

fn is_name(text: &str, bytes_max: usize) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.len() <= bytes_max
        && text.starts_with(plain)
        && text.ends_with(plain)
        && !text.contains("--")
        && text.chars().all(|c| plain(c) || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_from_the_bank() {
        let names = Names::of_bank("east-1").unwrap();
        assert_eq!(names.stream(), "LONGHU_EAST_1");
        assert_eq!(&**names.control_subject(), "longhu.east-1.control");
        assert_eq!(&*names.slot_subject("a").unwrap(), "longhu.east-1.slot.a");
        assert_eq!(names.slots_wildcard(), "longhu.east-1.slot.*");
    }

    #[test]
    fn names_with_a_meaning_for_nats_are_refused() {
        for wrong in ["", "-a", "a-", "a--b", "A", "a.b", "a*", "a>", "a b", "龙虎", &"a".repeat(41)] {
            assert!(Names::of_bank(wrong).is_err(), "{wrong}");
            assert!(Names::of_bank("b").unwrap().slot_subject(wrong).is_err(), "{wrong}");
        }
    }
}
