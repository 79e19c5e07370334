//! Numbers as files write them, exact: no float anywhere. A number that does not fit is refused, never rounded.

use crate::fault::Fault;

/// How a file writes numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberStyle {
    /// Between whole part and fraction.
    pub decimal: char,
    /// Between groups of three digits, if there is such a character.
    pub group: Option<char>,
}

/// `1234.5`
pub const PLAIN: NumberStyle = NumberStyle { decimal: '.', group: None };

/// Digits after the point that are kept.
pub const FRACTION_DIGITS: u32 = 18;

/// An exact number: units of 10^-18, at most 10^18 either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(i128);

impl Decimal {
    /// Reads a sign, digits, and a fraction if there is one.
    pub fn parse(text: &str, style: NumberStyle) -> Result<Decimal, Fault> {
        let bad = || {
            let reason = format!("`{text}` is not a number with `{}` before the fraction", style.decimal);
            Fault::new("NOT_A_NUMBER", format!("{reason}; correct it, or say `decimal` and `group`"))
        };
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = match digits.split_once(style.decimal) {
            Some((_, "")) => return Err(bad()),
            Some((whole, fraction)) => (whole, fraction),
            None => (digits, ""),
        };
        let whole = ungrouped(whole, style.group).ok_or_else(bad)?;
        let fraction = fraction.trim_end_matches('0');
        if whole.is_empty() || !whole.chars().chain(fraction.chars()).all(|c| c.is_ascii_digit()) {
            return Err(bad());
        }
        let too_large = || Fault::new("TOO_LARGE", format!("`{text}` has too many digits; check the column"));
        let whole = whole.trim_start_matches('0');
        if whole.len() > 18 || fraction.len() > FRACTION_DIGITS as usize {
            return Err(too_large());
        }
        let padded = format!("{whole}{fraction:0<width$}", width = FRACTION_DIGITS as usize);
        let units: i128 = padded.parse().map_err(|_| too_large())?;
        Ok(Decimal(if negative { -units } else { units }))
    }

    /// The number times 10^`digits`, when that is whole; `digits` may be negative.
    pub fn whole_at(self, digits: i32) -> Option<i128> {
        let divisor =
            (FRACTION_DIGITS as i32).checked_sub(digits).filter(|power| (0..=36).contains(power))?;
        let divisor = 10i128.pow(divisor.unsigned_abs());
        (self.0 % divisor == 0).then_some(self.0 / divisor)
    }
}

/// The digits without the character between groups of three; nothing when the groups are not of three.
fn ungrouped(whole: &str, group: Option<char>) -> Option<String> {
    let Some(group) = group.filter(|group| whole.contains(*group)) else { return Some(whole.to_owned()) };
    let mut parts = whole.split(group);
    let first = parts.next()?;
    if first.is_empty() || first.len() > 3 || parts.any(|part| part.len() != 3) {
        return None;
    }
    Some(whole.split(group).collect())
}

/// A whole number that fits.
pub fn whole<T: TryFrom<i128>>(text: &str) -> Result<T, Fault> {
    let number = Decimal::parse(text, PLAIN)?;
    let whole = number.whole_at(0).ok_or_else(|| {
        Fault::new("NOT_A_WHOLE_NUMBER", format!("`{text}` has a fraction; give a whole number"))
    })?;
    T::try_from(whole)
        .map_err(|_| Fault::new("OUT_OF_RANGE", format!("`{text}` is out of range; check the column")))
}

/// The number of a percentage: what stands before its sign, as it is written in Latin or in Chinese texts.
pub fn before_percent(text: &str) -> Option<&str> {
    text.strip_suffix(['%', '％']).map(str::trim_end)
}

/// A share in parts per million: a whole number, or a percentage such as `33.3333%`.
pub fn share_ppm(text: &str) -> Result<u32, Fault> {
    let Some(percent) = before_percent(text) else { return whole(text) };
    let ppm = Decimal::parse(percent, PLAIN)?.whole_at(4).ok_or_else(|| {
        Fault::new("TOO_MANY_DIGITS", format!("`{text}` is finer than 0.0001 %; give at most four digits"))
    })?;
    u32::try_from(ppm)
        .map_err(|_| Fault::new("OUT_OF_RANGE", format!("`{text}` is no share; give 0 % to 100 %")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EUROPEAN: NumberStyle = NumberStyle { decimal: ',', group: Some('.') };

    #[test]
    fn numbers_are_exact_and_anything_else_is_refused() {
        assert_eq!(Decimal::parse("8033.00", PLAIN).unwrap().whole_at(0), Some(8033));
        assert_eq!(Decimal::parse("-0.005", PLAIN).unwrap().whole_at(3), Some(-5));
        assert_eq!(Decimal::parse("0.1", PLAIN).unwrap().whole_at(0), None);
        assert_eq!(Decimal::parse("1200", PLAIN).unwrap().whole_at(-2), Some(12));
        for bad in ["", "-", "+-1", "1.", ".5", "1e3", "1,000", "0x10", "１２", "NaN", "1.2.3"] {
            assert_eq!(Decimal::parse(bad, PLAIN).unwrap_err().code, "NOT_A_NUMBER", "{bad}");
        }
        let long = "9".repeat(19);
        assert_eq!(Decimal::parse(&long, PLAIN).unwrap_err().code, "TOO_LARGE");
    }

    #[test]
    fn grouped_digits_come_in_threes() {
        assert_eq!(Decimal::parse("1.234.567,89", EUROPEAN).unwrap().whole_at(2), Some(123_456_789));
        for bad in ["1.23", "12.3456", ".123", "1234.567"] {
            assert_eq!(Decimal::parse(bad, EUROPEAN).unwrap_err().code, "NOT_A_NUMBER", "{bad}");
        }
    }

    #[test]
    fn shares_are_parts_per_million_or_percent() {
        assert_eq!(share_ppm("500000").unwrap(), 500_000);
        assert_eq!(share_ppm("33.3333%").unwrap(), 333_333);
        assert_eq!(share_ppm("33.3333 ％").unwrap(), 333_333);
        assert_eq!(share_ppm("33.33333%").unwrap_err().code, "TOO_MANY_DIGITS");
        assert_eq!(share_ppm("-1%").unwrap_err().code, "OUT_OF_RANGE");
    }
}
