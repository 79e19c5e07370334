//! What numbers may have beside a sign, digits and a point. Each form is read only where a mapping allows it:
//! `(49.03)` may be a negative number or a remark.

/// A way to write numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `12,34,567`: groups of two digits before the last three, as in India.
    Lakh,
    /// `49.03-`
    TrailingMinus,
    /// `(49.03)`: negative, as bookkeepers write it.
    Parentheses,
    /// `¥4,711.98`, `4711.98 CNY`
    CurrencySign,
    /// `１２３．４５`
    FullWidth,
    /// `12.5万`: ten thousands; `1.2亿`: hundred millions.
    Wan,
}

impl Form {
    /// Every form.
    pub const ALL: [Form; 6] =
        [Form::Lakh, Form::TrailingMinus, Form::Parentheses, Form::CurrencySign, Form::FullWidth, Form::Wan];

    /// Its name in a mapping.
    pub fn name(self) -> &'static str {
        match self {
            Form::Lakh => "lakh",
            Form::TrailingMinus => "trailing_minus",
            Form::Parentheses => "parentheses",
            Form::CurrencySign => "currency_sign",
            Form::FullWidth => "full_width",
            Form::Wan => "wan",
        }
    }

    /// A description of such a number, for messages.
    pub fn told(self) -> &'static str {
        match self {
            Form::Lakh => "grouped in lakh",
            Form::TrailingMinus => "with its minus behind",
            Form::Parentheses => "negative in parentheses",
            Form::CurrencySign => "with a sign of its currency",
            Form::FullWidth => "in full-width digits",
            Form::Wan => "in 万 or 亿",
        }
    }
}

/// A set of forms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forms(u8);

impl Forms {
    /// No form.
    pub const NONE: Forms = Forms(0);
    /// Every form.
    pub const ALL: Forms = Forms(0b11_1111);

    /// Whether a form is in the set.
    pub fn has(self, form: Form) -> bool {
        self.0 & (1 << form as u8) != 0
    }

    /// The set with another form.
    pub fn with(self, form: Form) -> Forms {
        Forms(self.0 | (1 << form as u8))
    }

    /// The forms that are not in `others`.
    pub fn without(self, others: Forms) -> Forms {
        Forms(self.0 & !others.0)
    }

    /// Each form in the set.
    pub fn each(self) -> impl Iterator<Item = Form> {
        Form::ALL.into_iter().filter(move |form| self.has(*form))
    }
}

/// Signs of currencies and the codes that they may stand for. Longer signs come before those that are part of
/// them.
const SIGNS: [(&str, &[&str]); 24] = [
    ("US$", &["USD"]),
    ("HK$", &["HKD"]),
    ("NT$", &["TWD"]),
    ("S$", &["SGD"]),
    ("A$", &["AUD"]),
    ("C$", &["CAD"]),
    ("RMB", &["CNY"]),
    ("¥", &["CNY", "JPY"]),
    ("￥", &["CNY", "JPY"]),
    ("人民币", &["CNY"]),
    ("元", &["CNY"]),
    ("円", &["JPY"]),
    ("€", &["EUR"]),
    ("£", &["GBP"]),
    ("$", &["USD", "AUD", "CAD", "HKD", "NZD", "SGD", "TWD", "MXN"]),
    ("₹", &["INR"]),
    ("₩", &["KRW"]),
    ("₽", &["RUB"]),
    ("₫", &["VND"]),
    ("₺", &["TRY"]),
    ("฿", &["THB"]),
    ("Kč", &["CZK"]),
    ("zł", &["PLN"]),
    ("Fr.", &["CHF"]),
];

/// The sign or code of a currency in a number, and whether it may stand for `currency`.
pub fn currency_sign<'a>(text: &'a str, currency: &str) -> Option<(&'a str, bool)> {
    let (at, length, codes) = sign_in(text)?;
    let sign = text.get(at..at + length)?;
    let fits = if codes.is_empty() { sign == currency } else { codes.contains(&currency) };
    Some((sign, fits))
}

/// The sign of a currency in a text: its start, its length, and the codes that it may stand for; none if it
/// is itself a code.
pub(super) fn sign_in(text: &str) -> Option<(usize, usize, &'static [&'static str])> {
    let known = SIGNS.iter().find_map(|(sign, codes)| Some((text.find(sign)?, sign.len(), *codes)));
    known.or_else(|| {
        let start = text.find(|c: char| c.is_ascii_uppercase())?;
        let code = text.get(start..start + 3)?;
        code.bytes().all(|byte| byte.is_ascii_uppercase()).then_some((start, 3, &[]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_stands_for_its_currencies_only() {
        assert_eq!(currency_sign("¥12", "JPY"), Some(("¥", true)));
        assert_eq!(currency_sign("12 €", "CNY"), Some(("€", false)));
        assert_eq!(currency_sign("HKD 12", "HKD"), Some(("HKD", true)));
        assert_eq!(currency_sign("HK$ 12", "USD"), Some(("HK$", false)));
        assert_eq!(currency_sign("12", "CNY"), None);
    }
}
