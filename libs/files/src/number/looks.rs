//! Which form a refused number seems to have, so that the message can suggest the option for it.

use super::decimal::{Decimal, NumberStyle, is_group};
use super::form::{Form, Forms};
use super::reading;

/// Characters before the fraction and between groups, as they are used together.
const PUNCTUATION: [(char, Option<char>); 7] = [
    ('.', Some(',')),
    (',', Some('.')),
    ('.', Some(' ')),
    (',', Some(' ')),
    ('.', Some('\'')),
    (',', None),
    ('.', None),
];

/// Why a text is not a number in a style.
pub fn reason(text: &str, style: NumberStyle) -> String {
    let refused = format!("`{text}` is not a number with `{}` before the fraction", style.decimal);
    let says = |forms: Forms| {
        let told: Vec<&str> = forms.each().map(Form::told).collect();
        let names: Vec<String> = forms.each().map(|form| format!("\"{}\"", form.name())).collect();
        (told.join(", "), format!("`styles = [{}]`", names.join(", ")))
    };
    if let Ok((_, used)) = reading::read(text, style, Forms::ALL) {
        let (told, say) = says(used.without(style.forms));
        return format!("{refused}; it looks like one {told}: correct it, or say {say} of the amounts");
    }
    if is_scientific(text) {
        return format!("{refused}; it looks like one that a spreadsheet rounded: export the column as text");
    }
    let mut readings: Vec<(Decimal, String)> = Vec::new();
    for (decimal, group) in PUNCTUATION {
        let other = NumberStyle { decimal, group, forms: Forms::ALL };
        let Ok((number, used)) = reading::read(text, other, Forms::ALL) else { continue };
        let mut say = Vec::new();
        if decimal != style.decimal {
            say.push(format!("`decimal = \"{decimal}\"`"));
        }
        if let Some(group) = group.filter(|group| text.contains(|c| is_group(c, *group))) {
            say.push(format!("`group = \"{group}\"`"));
        }
        let missing = used.without(style.forms);
        if missing != Forms::NONE {
            say.push(says(missing).1);
        }
        if !say.is_empty() && readings.iter().all(|(known, _)| *known != number) {
            readings.push((number, say.join(" and ")));
        }
    }
    let readings: Vec<String> = readings.into_iter().map(|(_, say)| say).collect();
    match readings.as_slice() {
        [] => format!("{refused}; correct it, or say `decimal` and `group`"),
        [one] => format!("{refused}; it looks like one of another style: correct it, or say {one}"),
        several => format!("{refused}; say what its signs mean: {}", several.join(", or ")),
    }
}

/// Whether a text is a number with an exponent, such as `6.22E+18`.
pub fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let is_number = |text: &str, dots: usize| {
        text.starts_with(|c: char| c.is_ascii_digit())
            && text.matches('.').count() <= dots
            && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    is_number(mantissa.strip_prefix('-').unwrap_or(mantissa), 1) && is_number(exponent, 0)
}

#[cfg(test)]
mod tests {
    use super::super::PLAIN;
    use super::*;

    #[test]
    fn the_reason_names_the_style_and_what_to_say_of_it() {
        let grouped = NumberStyle { group: Some(','), ..PLAIN };
        for (text, style, part) in [
            ("1.234.567,89", PLAIN, "say `decimal = \",\"` and `group = \".\"`"),
            ("1,234,567.8", PLAIN, "say `group = \",\"`"),
            ("1 234 567", PLAIN, "say `group = \" \"`"),
            ("1'234.50", PLAIN, "say `group = \"'\"`"),
            ("1,234", PLAIN, "what its signs mean: `group = \",\"`, or `decimal = \",\"`"),
            ("12,34,567", grouped, "grouped in lakh: correct it, or say `styles = [\"lakh\"]`"),
            ("(1.234,5)", PLAIN, "`styles = [\"parentheses\"]`"),
            ("6.22E+18", PLAIN, "a spreadsheet rounded"),
            ("twelve", PLAIN, "correct it, or say `decimal` and `group`"),
        ] {
            let reason = reason(text, style);
            assert!(reason.contains(part), "{text}: {reason}");
        }
    }
}
