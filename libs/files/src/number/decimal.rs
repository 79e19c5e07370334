//! Exact numbers, and how a plain one is read.

use std::borrow::Cow;

use super::form::Forms;

/// How a file writes numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberStyle {
    /// The character between whole part and fraction.
    pub decimal: char,
    /// The character between groups of three digits, if there is one. A blank stands for any blank.
    pub group: Option<char>,
    /// What else a number may have.
    pub forms: Forms,
}

/// How many digits after the point are kept.
pub const FRACTION_DIGITS: u32 = 18;
/// How many digits before the point are kept.
const WHOLE_DIGITS: u32 = 18;

/// An exact number in units of 10^-18, at most 10^18 either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(pub(super) i128);

/// Why a text is not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Not {
    /// It is not a number in the style.
    ANumber,
    /// It has more digits than are kept.
    Kept,
}

impl Decimal {
    /// The number times 10^`power`, if that can be kept.
    pub fn times_ten_to(self, power: u32) -> Option<Decimal> {
        let most = 10i128.pow(WHOLE_DIGITS + FRACTION_DIGITS);
        let units = self.0.checked_mul(10i128.checked_pow(power)?)?;
        (units.abs() < most).then_some(Decimal(units))
    }

    /// The number times 10^`digits`, if that is whole. `digits` may be negative.
    pub fn whole_at(self, digits: i32) -> Option<i128> {
        let divisor =
            (FRACTION_DIGITS as i32).checked_sub(digits).filter(|power| (0..=36).contains(power))?;
        let divisor = 10i128.pow(divisor.unsigned_abs());
        (self.0 % divisor == 0).then_some(self.0 / divisor)
    }
}

/// Reads a number with an optional sign, and returns whether its groups are of two digits.
pub fn signed(text: &str, style: NumberStyle, lakh: bool) -> Result<(Decimal, bool), Not> {
    // U+2212, the typographic minus, is a minus too.
    let (negative, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = match digits.split_once(style.decimal) {
        Some((_, "")) => return Err(Not::ANumber),
        Some((whole, fraction)) => (whole, fraction),
        None if digits.is_empty() => return Err(Not::ANumber),
        None => (digits, ""),
    };
    let (whole, in_twos) = ungrouped(whole, style.group, lakh).ok_or(Not::ANumber)?;
    if !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(Not::ANumber);
    }
    let fraction = fraction.trim_end_matches('0');
    let whole = whole.trim_start_matches('0');
    if whole.len() > WHOLE_DIGITS as usize || fraction.len() > FRACTION_DIGITS as usize {
        return Err(Not::Kept);
    }
    let digits = whole.bytes().chain(fraction.bytes());
    let units = digits.fold(0i128, |units, digit| units * 10 + i128::from(digit - b'0'));
    let units = units * 10i128.pow(FRACTION_DIGITS - fraction.len() as u32);
    Ok((Decimal(if negative { -units } else { units }), in_twos))
}

/// Whether `c` may stand between groups if the style says `group`.
pub fn is_group(c: char, group: char) -> bool {
    match group {
        // Spreadsheets write no-break and thin blanks, and curly apostrophes.
        _ if group.is_whitespace() => c.is_whitespace(),
        '\'' | '\u{2019}' => matches!(c, '\'' | '\u{2019}'),
        group => c == group,
    }
}

/// The digits without group characters. With `lakh`, groups before the last three digits may have two digits;
/// then `true` is returned. `None` if the groups are wrong.
fn ungrouped(whole: &str, group: Option<char>, lakh: bool) -> Option<(Cow<'_, str>, bool)> {
    let Some(group) = group.filter(|group| whole.contains(|c| is_group(c, *group))) else {
        return Some((Cow::Borrowed(whole), false));
    };
    let parts: Vec<&str> = whole.split(|c| is_group(c, group)).collect();
    let (first, rest) = parts.split_first()?;
    let (last, middle) = rest.split_last()?;
    let of = |length: usize| last.len() == 3 && middle.iter().all(|part| part.len() == length);
    let in_threes = (1..=3).contains(&first.len()) && of(3);
    let in_twos = lakh && (1..=2).contains(&first.len()) && !middle.is_empty() && of(2);
    (in_threes || in_twos).then(|| (Cow::Owned(parts.concat()), !in_threes))
}
