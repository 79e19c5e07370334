//! Exact fractions for rates and completions. They are compared exactly, and rounded only where points or a
//! display need a number. Never a float.

use std::cmp::Ordering;

use ethnum::I256;

use crate::types::score::{SCALE, div_half_even};

/// A fraction with a positive denominator. It may be reducible; fractions of equal value are equal.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

impl Ratio {
    /// `numerator / denominator`; `None` if the denominator is not positive.
    pub fn new(numerator: i128, denominator: i128) -> Option<Ratio> {
        (denominator > 0).then_some(Ratio { numerator, denominator })
    }

    /// A number given in 1/10,000.
    pub fn of_e4(value: i128) -> Ratio {
        Ratio { numerator: value, denominator: SCALE }
    }

    /// One fraction divided by another; `None` if the other is not positive. Sums of a bank's events in
    /// 1/10,000 have at most 100 bits and days at most 20, so neither side of the result has more than 127
    /// bits.
    pub fn per(self, other: Ratio) -> Option<Ratio> {
        if other.numerator <= 0 {
            return None;
        }
        let above = self.numerator.checked_mul(other.denominator);
        let below = self.denominator.checked_mul(other.numerator);
        if let (Some(numerator), Some(denominator)) = (above, below) {
            return Some(Ratio { numerator, denominator });
        }
        let numerator = I256::new(self.numerator) * I256::new(other.denominator);
        let denominator = I256::new(self.denominator) * I256::new(other.numerator);
        Some(Ratio::reduced_from(numerator, denominator))
    }

    /// The sum of two, in lowest terms unless both are counted in the same parts. The denominators together may have at
    /// most 127 bits.
    pub fn plus(self, other: Ratio) -> Ratio {
        if self.denominator == other.denominator
            && let Some(numerator) = self.numerator.checked_add(other.numerator)
        {
            return Ratio { numerator, denominator: self.denominator };
        }
        let (one, two) = (I256::new(self.denominator), I256::new(other.denominator));
        Ratio::reduced_from(I256::new(self.numerator) * two + I256::new(other.numerator) * one, one * two)
    }

    /// With the other sign.
    pub fn negated(self) -> Ratio {
        Ratio { numerator: -self.numerator, ..self }
    }

    fn reduced_from(numerator: I256, denominator: I256) -> Ratio {
        let (mut a, mut b) = (numerator.abs(), denominator);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let divisor = if a == 0 { I256::ONE } else { a };
        Ratio { numerator: (numerator / divisor).as_i128(), denominator: (denominator / divisor).as_i128() }
    }

    /// Numerator and denominator in lowest terms.
    pub fn lowest_terms(self) -> (i128, i128) {
        let lowest = Ratio::reduced_from(I256::new(self.numerator), I256::new(self.denominator));
        (lowest.numerator, lowest.denominator)
    }

    /// `self * factor / parts`, rounded half-even.
    pub fn times(self, factor: i128, parts: i128) -> i128 {
        let (product, divisor) = (self.numerator.checked_mul(factor), self.denominator.checked_mul(parts));
        if let (Some(product), Some(divisor)) = (product, divisor)
            && divisor < i128::MAX / 2
        {
            return div_half_even(product, divisor);
        }
        let product = I256::new(self.numerator) * I256::new(factor);
        let divisor = I256::new(self.denominator) * I256::new(parts);
        let (quotient, rest) = (product.div_euclid(divisor), product.rem_euclid(divisor));
        let twice = rest * 2;
        let up = twice > divisor || (twice == divisor && quotient % 2 != 0);
        (quotient + I256::from(up)).as_i128()
    }

    /// In 1/10,000, rounded half-even.
    pub fn to_e4(self) -> i128 {
        self.times(SCALE, 1)
    }

    /// `self - other` in 1/10,000, rounded half-even. Whole parts are subtracted first, so that the
    /// fractional parts fit however large both numbers are.
    pub fn more_than(self, other: Ratio) -> i128 {
        let apart = |ratio: Ratio| {
            let (product, below) =
                (I256::new(ratio.numerator) * I256::new(SCALE), I256::new(ratio.denominator));
            (product.div_euclid(below), product.rem_euclid(below), below)
        };
        let ((whole, rest, below), (other, other_rest, other_below)) = (apart(self), apart(other));
        // Each remainder is less than its denominator, so the difference is between -1 and 1.
        let (rest, below) = (rest * other_below - other_rest * below, below * other_below);
        let (down, rest) = (rest.div_euclid(below), rest.rem_euclid(below));
        let quotient = whole - other + down;
        let up = rest > below - rest || (rest == below - rest && quotient % 2 != 0);
        (quotient + I256::from(up)).as_i128()
    }

    /// The numerator, not necessarily in lowest terms.
    pub fn numerator(self) -> i128 {
        self.numerator
    }

    /// The denominator, not necessarily in lowest terms.
    pub fn denominator(self) -> i128 {
        self.denominator
    }
}

impl PartialEq for Ratio {
    fn eq(&self, other: &Ratio) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ratio {}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Ratio) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Ratio) -> Ordering {
        if self.denominator == other.denominator {
            return self.numerator.cmp(&other.numerator);
        }
        let one = self.numerator.checked_mul(other.denominator);
        let two = other.numerator.checked_mul(self.denominator);
        if let (Some(one), Some(two)) = (one, two) {
            return one.cmp(&two);
        }
        let one = I256::new(self.numerator) * I256::new(other.denominator);
        let two = I256::new(other.numerator) * I256::new(self.denominator);
        one.cmp(&two)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_compare_and_reduce_exactly_however_large() {
        let ratio = |a, b| Ratio::new(a, b).unwrap();
        assert_eq!(ratio(2, 6), ratio(1, 3));
        assert!(ratio(333_333, 1_000_000) < ratio(1, 3));
        assert!(ratio(i128::MAX - 1, i128::MAX) < ratio(1, 1));
        assert_eq!(ratio(-4, 6).lowest_terms(), (-2, 3));
        assert_eq!(ratio(0, 6).lowest_terms(), (0, 1));
        assert!(Ratio::new(1, 0).is_none() && ratio(1, 2).per(ratio(0, 1)).is_none());
        assert_eq!(ratio(83_010_000, 1).per(ratio(35_940_000, 1)).unwrap().to_e4(), 23_097);
        let more = |a: Ratio, b: Ratio| a.more_than(b);
        assert_eq!([more(ratio(1, 2), ratio(1, 3)), more(ratio(1, 3), ratio(1, 2))], [1_667, -1_667]);
        assert_eq!([more(ratio(1, 20_000), ratio(0, 7)), more(ratio(3, 20_000), ratio(0, 7))], [0, 2]);
        assert_eq!(more(ratio(i128::MAX, 3), ratio(i128::MAX - 3, 3)), 10_000);
        assert_eq!(more(ratio(1, i128::MAX), ratio(1, i128::MAX - 1)), 0);
        let sum = ratio(1, 6).plus(ratio(1, 10));
        assert_eq!((sum, sum.lowest_terms()), (ratio(4, 15), (4, 15)));
        assert_eq!(ratio(5, 7).plus(ratio(9, 7).negated()), ratio(-4, 7));
        assert_eq!(ratio(i128::MAX / 2, 3).plus(ratio(i128::MAX / 2, 3)), ratio(i128::MAX - 1, 3));
        assert_eq!([ratio(1, 8).times(4, 1), ratio(3, 8).times(4, 1), ratio(-1, 8).times(4, 1)], [0, 2, 0]);
    }
}
