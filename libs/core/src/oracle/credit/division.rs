//! How the worth of one event is divided: exact fractions, each rounded towards zero, and the units that are left to the
//! largest remainders.

use std::cmp::Reverse;

use crate::event::Credit;

/// What decided who got the last odd unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LastUnit {
    /// Nothing was left to hand out.
    NoneLeft,
    /// The greater remainder.
    Remainder,
    /// That a creditor goes before the unassigned rest.
    Creditor,
    /// The order of roles.
    Role,
    /// The order of employee ids.
    Employee,
    /// Nobody went without.
    Everybody,
}

/// One part of a worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// Whose it is; nobody's: unassigned.
    pub creditor: Option<&'a Credit<'a>>,
    /// How much.
    pub value: i128,
    /// Whether the share is more than zero.
    pub has_weight: bool,
}

/// A fraction of one whole.
#[derive(Clone, Copy)]
struct Share {
    numerator: i128,
    denominator: i128,
}

const MILLION: i128 = 1_000_000;

/// Divides a worth by shares: one part a creditor, and a last one for what nobody is credited for.
pub fn divide<'a>(worth: i128, credits: &'a [Credit<'a>]) -> (Vec<Part<'a>>, LastUnit) {
    let magnitude = if worth < 0 { -worth } else { worth };
    let sign = if worth < 0 { -1 } else { 1 };
    let creditors = credits.iter().map(Some).chain([None]);
    let mut parts = Vec::new();
    let mut queue = Vec::new();
    for (at, (creditor, share)) in creditors.zip(shares(credits)).enumerate() {
        let whole = magnitude * share.numerator / share.denominator;
        // Every share of one event has the same denominator, so remainders compare as they are.
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

/// The share of each creditor, and what is left for nobody.
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
