//! Numbers as files write them, exact and without floats. A number that does not fit is refused, never
//! rounded. A number in a form that is not allowed is refused with that form's name.

mod decimal;
mod form;
mod looks;
mod reading;

pub use decimal::{Decimal, FRACTION_DIGITS, NumberStyle};
pub use form::{Form, Forms, currency_sign};

use decimal::{Not, signed};

use crate::fault::Fault;

/// `1234.5`
pub const PLAIN: NumberStyle = NumberStyle { decimal: '.', group: None, forms: Forms::NONE };

impl Decimal {
    /// Reads a sign, digits, an optional fraction, and whatever else the style allows.
    ///
    /// # Errors
    /// `NOT_A_NUMBER`, with the form that the text seems to have; `TOO_LARGE`.
    pub fn parse(text: &str, style: NumberStyle) -> Result<Decimal, Fault> {
        let text = text.trim();
        let read = match signed(text, style, false) {
            Err(Not::ANumber) if style.forms != Forms::NONE => {
                reading::read(text, style, style.forms).map(|(number, _)| number)
            }
            read => read.map(|(number, _)| number),
        };
        read.map_err(|not| match not {
            Not::ANumber => Fault::new("NOT_A_NUMBER", looks::reason(text, style)),
            Not::Kept => Fault::new("TOO_LARGE", format!("`{text}` has too many digits; check the column")),
        })
    }
}

/// A whole number that fits into `T`.
pub fn whole<T: TryFrom<i128>>(text: &str) -> Result<T, Fault> {
    let number = Decimal::parse(text, PLAIN)?;
    let whole = number.whole_at(0).ok_or_else(|| {
        Fault::new("NOT_A_WHOLE_NUMBER", format!("`{text}` has a fraction; give a whole number"))
    })?;
    T::try_from(whole)
        .map_err(|_| Fault::new("OUT_OF_RANGE", format!("`{text}` is out of range; check the column")))
}

/// The number in a percentage: what comes before the Latin or Chinese percent sign.
pub fn before_percent(text: &str) -> Option<&str> {
    text.strip_suffix(['%', '％']).map(str::trim_end)
}

/// The greatest whole number that is taken for a percentage without its sign. A hundred parts per million are
/// only 0.01 %.
const PERCENT_MAX: u32 = 100;

/// A share in parts per million, written as parts per million, as a percentage such as `33.3333%`, or as a
/// fraction such as `0.7`.
///
/// # Errors
/// A text that is not a share. Also a number that looks like a percentage without its sign, such as `50`: its
/// author meant half, but 50 parts per million are next to nothing.
pub fn share_ppm(text: &str) -> Result<u32, Fault> {
    let out_of_range =
        || Fault::new("OUT_OF_RANGE", format!("`{text}` is not a share; give 0 % to 100 %, such as `50%`"));
    let (number, digits, finest) = match before_percent(text) {
        Some(percent) => (percent, 4, "0.0001 %; give at most four digits"),
        None if text.contains('.') => (text, 6, "0.000001; give at most six digits"),
        None => {
            let ppm: u32 = whole(text)?;
            if (1..=PERCENT_MAX).contains(&ppm) {
                let percent = Decimal::parse(text, PLAIN)?;
                // A spreadsheet stores 100 % as 1.
                let whole = if ppm == 1 { "; if the whole is meant, write `100%`" } else { "" };
                let reason = format!(
                    "`{text}` is {text} parts per million; if {text} % is meant, write `{text}%` or {}{whole}",
                    percent.whole_at(4).unwrap_or_default()
                );
                return Err(Fault::new("PERCENT_WITHOUT_SIGN", reason));
            }
            return Ok(ppm);
        }
    };
    let ppm = Decimal::parse(number, PLAIN)?;
    let ppm = ppm
        .whole_at(digits)
        .ok_or_else(|| Fault::new("TOO_MANY_DIGITS", format!("`{text}` is finer than {finest}")))?;
    u32::try_from(ppm).ok().filter(|ppm| *ppm <= SHARE_WHOLE).ok_or_else(out_of_range)
}

/// The whole, in parts per million.
const SHARE_WHOLE: u32 = 1_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    const EUROPEAN: NumberStyle = NumberStyle { decimal: ',', group: Some('.'), forms: Forms::NONE };

    #[test]
    fn numbers_are_exact_and_anything_else_is_refused() {
        assert_eq!(Decimal::parse("8033.00", PLAIN).unwrap().whole_at(0), Some(8033));
        assert_eq!(Decimal::parse("-0.005", PLAIN).unwrap().whole_at(3), Some(-5));
        assert_eq!(Decimal::parse("0.1", PLAIN).unwrap().whole_at(0), None);
        assert_eq!(Decimal::parse("1200", PLAIN).unwrap().whole_at(-2), Some(12));
        assert_eq!(Decimal::parse(".50", PLAIN).unwrap().whole_at(1), Some(5));
        assert_eq!(Decimal::parse("\u{2212}49.03", PLAIN).unwrap().whole_at(2), Some(-4903));
        for bad in ["", "-", "+-1", "1.", ".", "-.", "1e3", "1,000", "0x10", "１２", "NaN", "1.2.3"] {
            assert_eq!(Decimal::parse(bad, PLAIN).unwrap_err().code, "NOT_A_NUMBER", "{bad}");
        }
        let long = "9".repeat(19);
        assert_eq!(Decimal::parse(&long, PLAIN).unwrap_err().code, "TOO_LARGE");
    }

    #[test]
    fn digits_are_grouped_in_threes() {
        assert_eq!(Decimal::parse("1.234.567,89", EUROPEAN).unwrap().whole_at(2), Some(123_456_789));
        for bad in ["1.23", "12.3456", ".123", "1234.567", "12.34.567"] {
            assert_eq!(Decimal::parse(bad, EUROPEAN).unwrap_err().code, "NOT_A_NUMBER", "{bad}");
        }
        let grouped = |group| NumberStyle { group: Some(group), ..EUROPEAN };
        for text in ["1 234,5", "1\u{a0}234,5", "1\u{202f}234,5", "1\u{2009}234,5"] {
            assert_eq!(Decimal::parse(text, grouped(' ')).unwrap().whole_at(1), Some(12_345), "{text}");
        }
        assert_eq!(Decimal::parse("1\u{2019}234,5", grouped('\'')).unwrap().whole_at(1), Some(12_345));
    }

    #[test]
    fn shares_are_parts_per_million_or_percent() {
        assert_eq!(share_ppm("500000").unwrap(), 500_000);
        assert_eq!(share_ppm("33.3333%").unwrap(), 333_333);
        assert_eq!(share_ppm("33.3333 ％").unwrap(), 333_333);
        assert_eq!(share_ppm("33.33333%").unwrap_err().code, "TOO_MANY_DIGITS");
        assert_eq!(share_ppm("-1%").unwrap_err().code, "OUT_OF_RANGE");
        assert_eq!(share_ppm("0.7").unwrap(), 700_000);
        assert_eq!(share_ppm("1.0").unwrap(), 1_000_000);
        assert_eq!(share_ppm("0.3333333").unwrap_err().code, "TOO_MANY_DIGITS");
        for text in ["50.0", "101%", "1000001.0"] {
            assert_eq!(share_ppm(text).unwrap_err().code, "OUT_OF_RANGE", "{text}");
        }
    }

    #[test]
    fn a_percentage_without_its_sign_is_refused_with_the_fix() {
        for text in ["1", "50", "100"] {
            let fault = share_ppm(text).unwrap_err();
            assert_eq!(fault.code, "PERCENT_WITHOUT_SIGN");
            assert!(fault.reason.contains(&format!("write `{text}%` or {text}0000")), "{}", fault.reason);
        }
        let one = share_ppm("1").unwrap_err().reason;
        assert!(one.contains("if the whole is meant, write `100%`"), "{one}");
        assert_eq!((share_ppm("0"), share_ppm("101")), (Ok(0), Ok(101)));
    }
}
