//! Money as files write it: a number in whole or minor units, in a fixed currency or in one from a column.
//! Digits beyond those of the currency are refused, never rounded.

use longhu_core::types::money::{AMOUNT_MAX, Amount, Currency};
use longhu_files::fault::Fault;
use longhu_files::number::{Decimal, Form, NumberStyle, currency_sign};

/// How an amount is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoneyStyle {
    /// The number is in units of 10^-`scale` of the currency: 0 for whole units, 2 for hundredths.
    pub scale: u32,
    /// How the number is written.
    pub number: NumberStyle,
}

/// The greatest scale.
pub const SCALE_MAX: u32 = 9;

impl MoneyStyle {
    /// The amount in `text`, in `currency`.
    pub fn read(self, text: &str, currency: &str) -> Result<Amount, Fault> {
        let currency = Currency::parse(currency).ok_or_else(|| {
            let reason = format!("`{currency}` is not a currency; give the ISO 4217 code, such as `CNY`");
            Fault::new("BAD_CURRENCY", reason)
        })?;
        if self.number.forms.has(Form::CurrencySign)
            && let Some((sign, false)) = currency_sign(text, currency.as_str())
        {
            let reason = format!(
                "`{text}` has `{sign}`, which is not a sign of {currency}; correct it or the currency"
            );
            return Err(Fault::new("BAD_CURRENCY", reason));
        }
        let number = Decimal::parse(text, self.number)?;
        let digits = currency.digits() as i32 - self.scale.min(SCALE_MAX) as i32;
        let minor = number.whole_at(digits).ok_or_else(|| {
            let NumberStyle { decimal, group, .. } = self.number;
            let fraction = text.rsplit_once(decimal).map_or("", |(_, fraction)| fraction);
            let advice = match fraction.len() == 3 && group.is_none() {
                true => {
                    format!("round it, or say `group = \"{decimal}\"` if `{decimal}` is between thousands")
                }
                false => "round it, or correct `scale`".to_owned(),
            };
            let digits = currency.digits();
            Fault::new(
                "TOO_MANY_DIGITS",
                format!("`{text}` has digits beyond the {digits} of {currency}; {advice}"),
            )
        })?;
        let minor = i64::try_from(minor).ok().filter(|minor| minor.abs() <= AMOUNT_MAX).ok_or_else(|| {
            Fault::new("TOO_LARGE", format!("`{text}` is beyond what any event can have; check `scale`"))
        })?;
        Ok(Amount { currency, minor })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhu_files::number::{Forms, PLAIN};

    fn read(text: &str, currency: &str, scale: u32) -> Result<i64, &'static str> {
        let style = MoneyStyle { scale, number: PLAIN };
        style.read(text, currency).map(|amount| amount.minor).map_err(|fault| fault.code)
    }

    #[test]
    fn scale_says_in_which_units_the_file_writes() {
        assert_eq!(read("96396", "CZK", 0), Ok(9_639_600));
        assert_eq!(read("96396", "CZK", 2), Ok(96_396));
        assert_eq!(read("12.34", "CNY", 0), Ok(1234));
        assert_eq!(read("8033.00", "JPY", 0), Ok(8033));
        assert_eq!(read("1234500", "JPY", 2), Ok(12_345));
        assert_eq!(read("-5.125", "KWD", 0), Ok(-5125));
    }

    #[test]
    fn what_is_not_exact_is_refused() {
        assert_eq!(read("12.345", "CNY", 0), Err("TOO_MANY_DIGITS"));
        assert_eq!(read("12345", "JPY", 2), Err("TOO_MANY_DIGITS"));
        assert_eq!(read("1", "czk", 0), Err("BAD_CURRENCY"));
        assert_eq!(read("1000000000000001", "CNY", 0), Err("TOO_LARGE"));
        assert_eq!(read("12,5", "CNY", 0), Err("NOT_A_NUMBER"));
    }

    #[test]
    fn a_sign_of_another_currency_is_refused() {
        let style = MoneyStyle { scale: 0, number: NumberStyle { forms: Forms::ALL, ..PLAIN } };
        let read = |text, currency| style.read(text, currency).map(|amount| amount.minor).map_err(|f| f.code);
        assert_eq!(read("¥12.5", "CNY"), Ok(1250));
        assert_eq!(read("¥12", "JPY"), Ok(12));
        assert_eq!(read("€12", "CNY"), Err("BAD_CURRENCY"));
        assert_eq!(read("12 HKD", "CNY"), Err("BAD_CURRENCY"));
    }
}
