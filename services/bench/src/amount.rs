//! Numbers with suffixes or separators: `100M`, `250k`, `1_000_000`.

use std::fmt;
use std::str::FromStr;

/// A number, at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(pub u64);

/// A text that is not such a number.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a number of 1 or more; write it like 250000, 250k or 100M")]
pub struct BadAmount(String);

impl FromStr for Amount {
    type Err = BadAmount;

    fn from_str(text: &str) -> Result<Amount, BadAmount> {
        let wrong = || BadAmount(text.to_owned());
        let plain = text.replace(['_', ','], "");
        let (digits, unit) = match plain.strip_suffix(['k', 'K']) {
            Some(digits) => (digits, 1_000),
            None => match plain.strip_suffix(['m', 'M']) {
                Some(digits) => (digits, 1_000_000),
                None => (plain.as_str(), 1),
            },
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) || whole.is_empty() || fraction.len() > 6 {
            return Err(wrong());
        }
        let whole: u64 = whole.parse().map_err(|_| wrong())?;
        let parts = format!("{fraction:0<6}").parse::<u64>().map_err(|_| wrong())? * unit;
        let amount = whole.checked_mul(unit).and_then(|whole| whole.checked_add(parts / 1_000_000));
        amount.filter(|amount| *amount > 0 && parts % 1_000_000 == 0).map(Amount).ok_or_else(wrong)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            millions if millions.is_multiple_of(1_000_000) => write!(f, "{}M", millions / 1_000_000),
            thousands if thousands.is_multiple_of(1_000) => write!(f, "{}k", thousands / 1_000),
            other => write!(f, "{other}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        let cases =
            [("1", 1), ("250k", 250_000), ("100M", 100_000_000), ("1.5M", 1_500_000), ("2_000", 2_000)];
        for (text, amount) in cases {
            assert_eq!(text.parse(), Ok(Amount(amount)), "{text}");
        }
        for text in ["", "0", "-1", "k", "1.5", "1e6", "1G", "0.0000001M", "99999999999999999999"] {
            assert!(text.parse::<Amount>().unwrap_err().to_string().contains("write it like"), "{text}");
        }
        assert_eq!(
            [1, 250_000, 1_500_000, 3_000_000].map(|n| Amount(n).to_string()),
            ["1", "250k", "1500k", "3M"]
        );
    }
}
