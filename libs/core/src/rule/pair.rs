//! What is kept of an indicator for a creditor: two exact numbers. What they mean follows from the class of its measure,
//! so they are put in and taken out under names, one struct a meaning. All numbers are in 1/10,000.

use std::ops::{Neg, Sub};

use crate::types::score::SCALE;

/// Two numbers, as they are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair(pub [i128; 2]);

/// Of events that are counted one by one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Events, pieces, or major units of currency.
    pub measure: i128,
    /// Points; none where they follow from what is counted of a participant.
    pub points: i128,
}

/// Of events that refer to customers and products.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct References {
    /// Live references.
    pub count: i128,
}

/// Of customers who are counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// What is counted of them: they themselves, or their products.
    pub counted: i128,
    /// For how many customers it is counted, where that is asked.
    pub customers: i128,
}

/// Of balances that are compared with those of a date before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// How much more they are, in major units.
    pub more: i128,
}

/// Of balances that are held day by day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Daily {
    /// Balances times days, without what each day adds.
    pub held: i128,
    /// What each day of the span that is known adds.
    pub each_day: i128,
}

impl Daily {
    /// Balances times days when so many days are known.
    pub fn of_days(self, days: i64) -> i128 {
        self.held + self.each_day * i128::from(days)
    }
}

impl References {
    /// One reference.
    pub const ONE: References = References { count: SCALE };
}

impl Pair {
    /// Adds another one, number by number.
    #[inline]
    pub fn add(&mut self, other: Pair) {
        self.0[0] += other.0[0];
        self.0[1] += other.0[1];
    }

    /// As of events that are counted one by one.
    #[inline]
    pub fn counted(self) -> Counted {
        Counted { measure: self.0[0], points: self.0[1] }
    }

    /// As of events that refer to customers.
    #[inline]
    pub fn references(self) -> References {
        References { count: self.0[0] }
    }

    /// As of customers.
    pub fn served(self) -> Served {
        Served { counted: self.0[0], customers: self.0[1] }
    }

    /// As of balances that are compared.
    pub fn change(self) -> Change {
        Change { more: self.0[0] }
    }

    /// As of balances that are held day by day.
    pub fn daily(self) -> Daily {
        Daily { held: self.0[0], each_day: self.0[1] }
    }
}

impl From<Counted> for Pair {
    #[inline]
    fn from(counted: Counted) -> Pair {
        Pair([counted.measure, counted.points])
    }
}

impl From<References> for Pair {
    #[inline]
    fn from(references: References) -> Pair {
        Pair([references.count, 0])
    }
}

impl From<Served> for Pair {
    fn from(served: Served) -> Pair {
        Pair([served.counted, served.customers])
    }
}

impl From<Change> for Pair {
    fn from(change: Change) -> Pair {
        Pair([change.more, 0])
    }
}

impl From<Daily> for Pair {
    fn from(daily: Daily) -> Pair {
        Pair([daily.held, daily.each_day])
    }
}

impl Neg for Pair {
    type Output = Pair;

    #[inline]
    fn neg(self) -> Pair {
        Pair(self.0.map(|number| -number))
    }
}

impl Sub for Pair {
    type Output = Pair;

    #[inline]
    fn sub(self, other: Pair) -> Pair {
        Pair([self.0[0] - other.0[0], self.0[1] - other.0[1]])
    }
}
