//! What was counted under one indicator in one span or in several.

use crate::types::ratio::Ratio;
use crate::types::score::SCALE;

/// A fraction, unless the denominator is 0: then there is nothing to count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Above.
    pub numerator: i128,
    /// Below; 0: there is none.
    pub denominator: i128,
}

impl Part {
    /// A whole number of 1/10,000.
    pub fn whole(number_e4: i128) -> Part {
        Part { numerator: number_e4, denominator: SCALE }
    }

    /// With what another span has. Of a whole number only what is above the line adds up; of a fraction both do.
    pub fn and(self, other: Part, is_whole: bool) -> Part {
        let denominator = match is_whole {
            true => self.denominator.max(other.denominator),
            false => self.denominator + other.denominator,
        };
        Part { numerator: self.numerator + other.numerator, denominator }
    }

    /// Its value; none without a denominator.
    pub fn ratio(self) -> Option<Ratio> {
        Ratio::new(self.numerator, self.denominator)
    }
}
