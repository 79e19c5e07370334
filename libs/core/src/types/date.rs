//! Business dates as numbers of days. This file only knows the Gregorian calendar; it does not know today's
//! date.

use jiff::civil::Date;

/// Days from `earlier` to `later`; negative when they are the other way round.
pub fn days_between(earlier: Date, later: Date) -> i64 {
    i64::from((later - earlier).get_days())
}

/// A date as one number that sorts like the date.
pub fn pack(date: Date) -> i32 {
    (i32::from(date.year()) << 9) | (i32::from(date.month()) << 5) | i32::from(date.day())
}

/// The date for a number that [`pack`] returned. For any other number, the earliest date.
pub fn unpack(packed: i32) -> Date {
    let day = (packed & 31) as i8;
    let month = ((packed >> 5) & 15) as i8;
    i16::try_from(packed >> 9).ok().and_then(|year| Date::new(year, month, day).ok()).unwrap_or(Date::MIN)
}

/// The day number of a packed date; consecutive days have consecutive numbers.
pub fn day_number(packed: i32) -> i64 {
    let (year, month, day) = (i64::from(packed >> 9), i64::from((packed >> 5) & 15), i64::from(packed & 31));
    // Years begin in March here, so that the leap day is the last day of a year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leaps + (month * 153 + 2) / 5 + day
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn packed_dates_sort_like_dates_and_come_back() {
        let dates = [Date::MIN, date(1969, 12, 31), date(2024, 2, 29), date(2024, 3, 1), Date::MAX];
        assert!(dates.windows(2).all(|pair| pack(pair[0]) < pack(pair[1])));
        assert!(dates.iter().all(|date| unpack(pack(*date)) == *date));
        assert_eq!(unpack(i32::MAX), Date::MIN);
    }

    #[test]
    fn days_are_counted_across_months_and_backwards() {
        assert_eq!(days_between(date(2024, 2, 28), date(2024, 3, 1)), 2);
        assert_eq!(days_between(date(2024, 3, 1), date(2024, 2, 28)), -2);
        assert_eq!(days_between(date(2025, 12, 31), date(2025, 12, 31)), 0);
    }
    #[test]
    fn numbers_of_days_differ_by_the_days_between() {
        let first = date(-401, 1, 1);
        for days in (0..1_000_000).step_by(97).chain(0..1_500) {
            let other = first.checked_add(jiff::Span::new().days(days)).unwrap();
            let numbers = day_number(pack(other)) - day_number(pack(first));
            assert_eq!(numbers, days_between(first, other), "{other}");
        }
    }
}
