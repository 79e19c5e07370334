//! Dividing the value of an event among its creditors, exact to the last unit, by largest remainder.
//!
//! Largest remainder (Hamilton's method): each part is rounded down, and the remaining units go to the
//! largest remainders. Equal remainders are ordered by role, then by employee id (libs/core/README.md, "Worked
//! examples").

use crate::event::{Credit, WHOLE_PPM};

/// The weight of each creditor, and the weight that no creditor gets. They add up to `denominator`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weights {
    /// One for each creditor, in order.
    pub creditors: Vec<i128>,
    /// The weight that stays unassigned.
    pub unassigned: i128,
    /// The sum of all weights.
    pub denominator: i128,
}

/// The weights of an event's creditors: explicit shares are used as given, and creditors without a share
/// divide the rest equally.
pub fn weights(credits: &[Credit]) -> Weights {
    let explicit: i128 = credits.iter().filter_map(|credit| credit.share_ppm).map(i128::from).sum();
    let open = credits.iter().filter(|credit| credit.share_ppm.is_none()).count() as i128;
    let left = i128::from(WHOLE_PPM) - explicit;
    let factor = open.max(1);
    let creditors = credits
        .iter()
        .map(|credit| credit.share_ppm.map_or(left, |share| i128::from(share) * factor))
        .collect();
    let unassigned = if open == 0 { left * factor } else { 0 };
    Weights { creditors, unassigned, denominator: i128::from(WHOLE_PPM) * factor }
}

/// Divides `worth` into a part for each creditor and a last part that is unassigned. The parts add up to
/// `worth`.
pub fn divide(worth: i128, credits: &[Credit], weights: &Weights) -> Vec<i128> {
    let count = credits.len();
    let weight = |index: usize| weights.creditors.get(index).copied().unwrap_or(weights.unassigned);
    // Divides the absolute value, so that taking a value back gives exactly the negated parts.
    let magnitude = worth.abs();
    let mut parts: Vec<i128> = (0..=count).map(|i| magnitude * weight(i) / weights.denominator).collect();
    let left = magnitude - parts.iter().sum::<i128>();
    let mut order: Vec<usize> = (0..=count).filter(|index| weight(*index) > 0).collect();
    order.sort_by(|a, b| {
        let remainder = |index: usize| magnitude * weight(index) % weights.denominator;
        let tie = |index: usize| credits.get(index).map(|credit| (&credit.role, &credit.employee));
        remainder(*b)
            .cmp(&remainder(*a))
            .then_with(|| tie(*a).is_none().cmp(&tie(*b).is_none()))
            .then_with(|| tie(*a).cmp(&tie(*b)))
    });
    for index in order.into_iter().take(left as usize) {
        parts[index] += 1;
    }
    if worth < 0 {
        parts.iter_mut().for_each(|part| *part = -*part);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credit(employee: &'static str, share_ppm: Option<u32>) -> Credit<'static> {
        Credit { employee: employee.into(), role: "".into(), share_ppm }
    }

    #[test]
    fn ten_points_in_three_equal_parts_give_the_odd_unit_to_the_first_id() {
        let credits = [credit("c", None), credit("a", None), credit("b", None)];
        let weights = weights(&credits);
        assert_eq!(divide(100_000, &credits, &weights), [33_333, 33_334, 33_333, 0]);
        assert_eq!(divide(-100_000, &credits, &weights), [-33_333, -33_334, -33_333, 0]);
    }

    #[test]
    fn what_explicit_shares_leave_is_unassigned_or_divided_among_the_rest() {
        let credits = [credit("a", Some(600_000)), credit("b", Some(300_000))];
        assert_eq!(divide(10, &credits, &weights(&credits)), [6, 3, 1]);
        let credits = [credit("a", Some(500_000)), credit("b", None), credit("c", None)];
        assert_eq!(divide(7, &credits, &weights(&credits)), [3, 2, 2, 0]);
    }
}
