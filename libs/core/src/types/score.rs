//! Points as fixed-point numbers: 1/10,000 of a point, exact. Never a float.

use std::fmt;

use ethnum::I256;

/// Ten-thousandths of a point in one point.
pub const SCALE: i128 = 10_000;

/// Points in 1/10,000 of a point. With 128 bits, no sum of a bank's events can overflow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(pub i128);

impl Score {
    /// Parses a plain decimal of at most 4 places, such as `2`, `-0.5` or `12.3456`.
    ///
    /// `None` for anything else, including more than 14 digits before the point.
    pub fn parse(text: &str) -> Option<Score> {
        parse_decimal(text, 4).map(Score)
    }
}

/// Parses a plain decimal of at most `places` places and returns it times 10^`places`. At most 14 digits
/// before the point.
pub fn parse_decimal(text: &str, places: usize) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let shape = !whole.is_empty() && whole.len() <= 14 && fraction.len() <= places;
    if !shape || digits.ends_with('.') || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let scale = 10i128.pow(places as u32);
    let padded = format!("{fraction:0<places$}");
    let fraction: i128 = if padded.is_empty() { 0 } else { padded.parse().ok()? };
    let value = whole.parse::<i128>().ok()? * scale + fraction;
    Some(if negative { -value } else { value })
}

/// The shortest decimal, at most 4 places: `12`, `12.5`, `-0.0001`.
impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let magnitude = self.0.unsigned_abs();
        let (whole, fraction) = (magnitude / SCALE as u128, magnitude % SCALE as u128);
        if fraction == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{fraction:04}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

/// `numerator / denominator`, rounded half-even. The denominator must be positive.
pub fn div_half_even(numerator: i128, denominator: i128) -> i128 {
    if let (Ok(numerator), Ok(denominator)) = (i64::try_from(numerator), i64::try_from(denominator)) {
        // Nearly all numbers fit into 64 bits, which the processor divides directly.
        let (quotient, rest) = (numerator.div_euclid(denominator), numerator.rem_euclid(denominator));
        let up = rest > denominator - rest || (rest == denominator - rest && quotient % 2 != 0);
        return i128::from(quotient) + i128::from(up);
    }
    let quotient = numerator.div_euclid(denominator);
    let twice = numerator.rem_euclid(denominator) * 2;
    let up = twice > denominator || (twice == denominator && quotient % 2 != 0);
    quotient + i128::from(up)
}

/// `a * b / divisor`, rounded half-even, with a product of 256 bits. The divisor must be positive, and the
/// result must fit.
pub fn mul_div_half_even(a: i128, b: i128, divisor: i128) -> i128 {
    if let Some(product) = a.checked_mul(b) {
        return div_half_even(product, divisor);
    }
    let (product, divisor) = (I256::new(a) * I256::new(b), I256::new(divisor));
    let (quotient, rest) = (product.div_euclid(divisor), product.rem_euclid(divisor));
    let twice = rest * 2;
    let up = twice > divisor || (twice == divisor && quotient % 2 != 0);
    (quotient + I256::from(up)).as_i128()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_read_and_show_the_shortest_decimal() {
        for text in ["0", "12", "12.5", "-0.0001", "-3.25", "99999999999999.9999"] {
            assert_eq!(Score::parse(text).unwrap().to_string(), text);
        }
        for text in ["", ".", "1.", ".5", "1.23456", "1e3", "+1", "--1", "123456789012345", "１"] {
            assert_eq!(Score::parse(text), None, "{text}");
        }
    }

    #[test]
    fn halves_round_to_even_on_both_sides_of_zero() {
        let rounded: Vec<i128> = [-5, -3, -1, 1, 3, 5].iter().map(|n| div_half_even(*n, 2)).collect();
        assert_eq!(rounded, [-2, -2, 0, 0, 2, 2]);
        assert_eq!(div_half_even(7, 3), 2);
        assert_eq!(div_half_even(-7, 3), -2);
    }
}
