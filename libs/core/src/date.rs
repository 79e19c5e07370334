//! Business dates as numbers of days. Nothing here knows a calendar beyond the Gregorian one or what today is.

use jiff::civil::Date;

/// Days from `earlier` to `later`; negative when they are the other way round.
pub fn days_between(earlier: Date, later: Date) -> i64 {
    i64::from((later - earlier).get_days())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_counted_across_months_and_backwards() {
        assert_eq!(days_between(date(2024, 2, 28), date(2024, 3, 1)), 2);
        assert_eq!(days_between(date(2024, 3, 1), date(2024, 2, 28)), -2);
        assert_eq!(days_between(date(2025, 12, 31), date(2025, 12, 31)), 0);
    }
}
