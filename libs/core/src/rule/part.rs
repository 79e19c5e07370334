//! The value of an indicator in one span, or in several, as a fraction that can still be added up.

use crate::types::ratio::Ratio;
use crate::types::score::SCALE;

/// A fraction. A denominator of 0 means that there is no value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The number above the line.
    pub numerator: i128,
    /// The number below the line; 0: there is no value.
    pub denominator: i128,
}

impl Part {
    /// A whole number of 1/10,000.
    pub fn whole(number_e4: i128) -> Part {
        Part { numerator: number_e4, denominator: SCALE }
    }

    /// The value of two spans together. Whole numbers have the same denominator, so their numerators are added. Of fractions,
    /// numerators and denominators are added: the rate of both spans is the ratio of the sums.
    pub fn and(self, other: Part, is_whole: bool) -> Part {
        let denominator = match is_whole {
            true => self.denominator.max(other.denominator),
            false => self.denominator + other.denominator,
        };
        Part { numerator: self.numerator + other.numerator, denominator }
    }

    /// The value; none where the denominator is 0.
    pub fn ratio(self) -> Option<Ratio> {
        Ratio::new(self.numerator, self.denominator)
    }
}
