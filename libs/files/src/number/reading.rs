//! Reads numbers in the forms that a mapping allows.

use std::borrow::Cow;

use super::decimal::{Decimal, Not, NumberStyle, signed};
use super::form::{Form, Forms, sign_in};

/// A number in some of the allowed forms, and which forms it has.
pub fn read(text: &str, style: NumberStyle, allowed: Forms) -> Result<(Decimal, Forms), Not> {
    let mut used = Forms::NONE;
    let mut take = |form: Form| {
        let may = allowed.has(form);
        if may {
            used = used.with(form);
        }
        may
    };
    let mut text = Cow::Borrowed(text);
    if text.chars().any(|c| narrow(c) != c) && take(Form::FullWidth) {
        text = Cow::Owned(text.chars().map(narrow).collect());
    }
    if let Some((at, length, _)) = sign_in(&text)
        && take(Form::CurrencySign)
    {
        let (before, after) = (text.get(..at).unwrap_or(""), text.get(at + length..).unwrap_or(""));
        let has_digits = |part: &str| part.contains(|c: char| c.is_ascii_digit());
        if has_digits(before) && has_digits(after) {
            return Err(Not::ANumber);
        }
        text = Cow::Owned(format!("{}{}", before.trim(), after.trim()));
    }
    let mut rest = text.trim();
    let mut negative = false;
    let inner = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    if let Some(inner) = inner
        && take(Form::Parentheses)
    {
        (rest, negative) = (inner.trim(), true);
    } else if let Some(before) = rest.strip_suffix(['-', '\u{2212}'])
        && take(Form::TrailingMinus)
    {
        (rest, negative) = (before.trim_end(), true);
    }
    if negative && rest.starts_with(['-', '+', '\u{2212}']) {
        return Err(Not::ANumber);
    }
    let mut power = 0;
    for (sign, digits) in [('万', 4), ('萬', 4), ('亿', 8), ('億', 8)] {
        if let Some(before) = rest.strip_suffix(sign)
            && power == 0
            && take(Form::Wan)
        {
            (rest, power) = (before.trim_end(), digits);
        }
    }
    let (number, in_twos) = signed(rest, style, allowed.has(Form::Lakh))?;
    if in_twos {
        take(Form::Lakh);
    }
    let Decimal(units) = number.times_ten_to(power).ok_or(Not::Kept)?;
    Ok((Decimal(if negative { -units } else { units }), used))
}

/// The ASCII character for a full-width one.
fn narrow(c: char) -> char {
    match c {
        '０'..='９' | '．' | '，' | '－' | '＋' | '（' | '）' => {
            // Full-width characters are in the order of ASCII.
            char::from_u32(c as u32 - '！' as u32 + '!' as u32).unwrap_or(c)
        }
        '\u{3000}' => ' ',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cents(text: &str, forms: Forms) -> Result<i128, &'static str> {
        let style = NumberStyle { decimal: '.', group: Some(','), forms };
        Decimal::parse(text, style).map_err(|fault| fault.code).map(|number| number.whole_at(2).unwrap())
    }

    const EXAMPLES: [(&str, Form, i128); 12] = [
        ("12,34,567.89", Form::Lakh, 123_456_789),
        ("49.03-", Form::TrailingMinus, -4_903),
        ("49.03 -", Form::TrailingMinus, -4_903),
        ("(49.03)", Form::Parentheses, -4_903),
        ("¥4,711.98", Form::CurrencySign, 471_198),
        ("-¥4,711.98", Form::CurrencySign, -471_198),
        ("4711.98 CNY", Form::CurrencySign, 471_198),
        ("US$12", Form::CurrencySign, 1_200),
        ("１２３．４５", Form::FullWidth, 12_345),
        ("－１，２３４", Form::FullWidth, -123_400),
        ("12.5万", Form::Wan, 12_500_000),
        ("1.2 亿", Form::Wan, 12_000_000_000),
    ];

    #[test]
    fn each_form_is_read_where_it_is_allowed_and_named_where_it_is_not() {
        for (text, form, expected) in EXAMPLES {
            assert_eq!(cents(text, Forms::NONE.with(form)), Ok(expected), "{text}");
            assert_eq!(cents(text, Forms::ALL), Ok(expected), "{text}");
            assert_eq!(
                cents(text, Forms::ALL.without(Forms::NONE.with(form))),
                Err("NOT_A_NUMBER"),
                "{text}"
            );
            let style = NumberStyle { decimal: '.', group: Some(','), forms: Forms::NONE };
            let reason = Decimal::parse(text, style).unwrap_err().reason;
            assert!(reason.contains(&format!("`styles = [\"{}\"]`", form.name())), "{text}: {reason}");
        }
        assert_eq!(cents("(￥1,234.5万元)", Forms::ALL), Err("NOT_A_NUMBER"), "two signs are too much");
        assert_eq!(cents("(￥1,234.5万)", Forms::ALL), Ok(-1_234_500_000));
    }

    #[test]
    fn forms_that_contradict_each_other_are_not_a_number() {
        for bad in
            ["(-1)", "-1-", "+1-", "1万2", "万", "()", "12¥34", "1,23,4567", "12,345,67", "1万亿x", "ABC"]
        {
            assert_eq!(cents(bad, Forms::ALL), Err("NOT_A_NUMBER"), "{bad}");
        }
        assert_eq!(cents("99999999999亿", Forms::ALL), Err("TOO_LARGE"));
    }
}
