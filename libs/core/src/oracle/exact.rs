//! Exact fractions: nothing is rounded before the one rounding that a rule requires.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive};

/// An exact fraction in lowest terms.
pub type Rate = BigRational;

/// The number of parts of a unit in which measures and points are written.
pub(crate) const PARTS: i128 = 10_000;

/// `numerator / denominator`. The denominator must not be zero.
pub fn rate(numerator: i128, denominator: i128) -> Rate {
    BigRational::new(BigInt::from(numerator), BigInt::from(denominator))
}

/// An integer as a fraction.
pub(crate) fn whole(number: i128) -> Rate {
    BigRational::from_integer(BigInt::from(number))
}

/// A number given in 1/10,000.
pub(crate) fn of_e4(number: i128) -> Rate {
    rate(number, PARTS)
}

/// In 1/10,000, rounded half-even, as rates are displayed.
pub fn to_e4(rate: &Rate) -> i128 {
    half_even(&(rate * whole(PARTS))).0
}

/// The nearest integer, and whether two were equally near: then it is the even one.
pub(crate) fn half_even(exact: &Rate) -> (i128, bool) {
    let below = exact.floor();
    let rest = exact - &below;
    let below = number(&below.to_integer());
    match rest.cmp(&rate(1, 2)) {
        Ordering::Less => (below, false),
        Ordering::Greater => (below + 1, false),
        Ordering::Equal => (if below % 2 == 0 { below } else { below + 1 }, true),
    }
}

/// Limits a number to a range whose ends may be open.
pub(crate) fn between(number: Rate, least: Option<Rate>, greatest: Option<Rate>) -> Rate {
    match (least, greatest) {
        (Some(least), _) if number < least => least,
        (_, Some(greatest)) if number > greatest => greatest,
        _ => number,
    }
}

/// Limits a sum to `cap` in either direction, if there is a cap.
pub(crate) fn clamp(sum: i128, cap: Option<i128>) -> i128 {
    match cap {
        Some(cap) if sum > cap => cap,
        Some(cap) if sum < -cap => -cap,
        _ => sum,
    }
}

/// The bytes of a rate: 0 for none; otherwise 1, then the numerator and the denominator in lowest terms, each
/// 16 bytes, signed, lowest first.
pub(crate) fn put_rate(bytes: &mut Vec<u8>, rate: Option<&Rate>) {
    let Some(rate) = rate else {
        bytes.push(0);
        return;
    };
    bytes.push(1);
    bytes.extend(number(rate.numer()).to_le_bytes());
    bytes.extend(number(rate.denom()).to_le_bytes());
}

/// As a plain integer. No sum of a bank's events comes near the limits of the type; beyond them the nearest
/// limit is used.
fn number(integer: &BigInt) -> i128 {
    let limit = if integer.is_negative() { i128::MIN } else { i128::MAX };
    integer.to_i128().unwrap_or(limit)
}
