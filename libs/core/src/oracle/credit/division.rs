//! How the value of an event is divided: exact fractions, each rounded towards zero, and the remaining units
//! go to the largest remainders.

use std::cmp::Reverse;

use crate::event::Credit;

/// What decided who got the last remaining unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LastUnit {
    /// No units remained.
    NoneLeft,
    /// The greater remainder.
    Remainder,
    /// A creditor comes before the unassigned part.
    Creditor,
    /// The order of roles.
    Role,
    /// The order of employee ids.
    Employee,
    /// Nothing: everybody got one.
    Everybody,
}

/// One part of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// The creditor; `None` for the unassigned part.
    pub creditor: Option<&'a Credit<'a>>,
    /// The value of the part.
    pub value: i128,
    /// Whether the share is greater than zero.
    pub has_weight: bool,
}

/// A fraction of the whole.
#[derive(Clone, Copy)]
struct Share {
    numerator: i128,
    denominator: i128,
}

const MILLION: i128 = 1_000_000;

/// Divides a value by shares: one part for each creditor, and a last one that is unassigned.
pub fn divide<'a>(worth: i128, credits: &'a [Credit<'a>]) -> (Vec<Part<'a>>, LastUnit) {
    let magnitude = if worth < 0 { -worth } else { worth };
    let sign = if worth < 0 { -1 } else { 1 };
    let creditors = credits.iter().map(Some).chain([None]);
    let mut parts = Vec::new();
    let mut queue = Vec::new();
    for (at, (creditor, share)) in creditors.zip(shares(credits)).enumerate() {
        let whole = magnitude * share.numerator / share.denominator;
        // All shares of an event have the same denominator, so remainders can be compared directly.
        let remainder = magnitude * share.numerator - whole * share.denominator;
        let has_weight = share.numerator > 0;
        parts.push(Part { creditor, value: whole, has_weight });
        if has_weight {
            let role = creditor.map_or("", |credit| &credit.role);
            let employee = creditor.map_or("", |credit| &credit.employee);
            queue.push((Reverse(remainder), creditor.is_none(), role, employee, at));
        }
    }
    queue.sort();
    let left = magnitude - parts.iter().map(|part| part.value).sum::<i128>();
    for (.., at) in queue.iter().take(left as usize) {
        parts[*at].value += 1;
    }
    for part in &mut parts {
        part.value *= sign;
    }
    let left = left as usize;
    let last = match (left.checked_sub(1).and_then(|last| queue.get(last)), queue.get(left)) {
        (None, _) => LastUnit::NoneLeft,
        (Some(_), None) => LastUnit::Everybody,
        (Some(got), Some(went_without)) if got.0 != went_without.0 => LastUnit::Remainder,
        (Some(got), Some(went_without)) if got.1 != went_without.1 => LastUnit::Creditor,
        (Some(got), Some(went_without)) if got.2 != went_without.2 => LastUnit::Role,
        (Some(_), Some(_)) => LastUnit::Employee,
    };
    (parts, last)
}

/// The share of each creditor, and the unassigned share.
fn shares(credits: &[Credit]) -> Vec<Share> {
    let named: i128 = credits.iter().map(|credit| i128::from(credit.share_ppm.unwrap_or(0))).sum();
    let without = credits.iter().filter(|credit| credit.share_ppm.is_none()).count() as i128;
    let denominator = if without == 0 { MILLION } else { MILLION * without };
    let mut shares = Vec::new();
    for credit in credits {
        let numerator = match credit.share_ppm {
            Some(ppm) if without == 0 => i128::from(ppm),
            Some(ppm) => i128::from(ppm) * without,
            None => MILLION - named,
        };
        shares.push(Share { numerator, denominator });
    }
    let rest = if without == 0 { MILLION - named } else { 0 };
    shares.push(Share { numerator: rest, denominator });
    shares
}
