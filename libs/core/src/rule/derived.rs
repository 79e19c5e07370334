//! Checks and words that all measures computed from other indicators share.

use crate::rule::measure_rule::Own;
use crate::rule::phrase::Phrase;
use crate::rule::setting::LEVELS_MAX;
use crate::rule::unit::Unit;
use crate::types::violation::Violation;

/// The most indicators from which one is computed directly.
pub const PARTS_MAX: usize = 16;

/// The most fractions that are added up in one value, through all levels. A denominator of days has at most 20 bits; with
/// four of them the denominator of the sum fits into 127 bits, so that sums stay exact.
const FRACTIONS_MAX: usize = 4;

/// An indicator that a measure names, with the field of the file.
pub struct Named {
    /// The path of the field, below the indicator that is checked.
    pub field: String,
    /// The index of the named indicator.
    pub index: usize,
}

/// What is wrong with the indicators whose values are added or subtracted.
pub fn check_sum(own: &Own, parts: &[Named]) -> Vec<Violation> {
    let rates = parts.iter().enumerate().map(|(at, part)| {
        check_part(own, part, &parts[..at], Unit::can_be_added).or_else(|| check_rate(own, part))
    });
    let mut found: Vec<Violation> = rates.flatten().collect();
    if found.is_empty() {
        found.extend(check_levels(own).or_else(|| check_fractions(own)));
    }
    found.extend(counts_nothing(own, "DERIVED_COUNTS_NOTHING"));
    found
}

/// What is wrong with the indicators whose values are compared.
pub fn check_compared(own: &Own, parts: &[Named]) -> Vec<Violation> {
    let parts = parts.iter().enumerate().map(|(at, part)| check_part(own, part, &parts[..at], |_| true));
    let mut found: Vec<Violation> = parts.flatten().collect();
    if found.is_empty() {
        found.extend(check_levels(own));
    }
    found.extend(counts_nothing(own, "DERIVED_COUNTS_NOTHING"));
    found
}

/// Refuses a rate in a sum.
fn check_rate(own: &Own, part: &Named) -> Option<Violation> {
    let named = own.setting.indicators.get(part.index)?;
    let reason = || format!("`{}` is a rate, and rates do not add up; name what it is the rate of", named.id);
    (!named.unit.can_be_added()).then(|| Violation::new(&part.field, "SUM_OF_RATES", reason()))
}

/// The first thing that is wrong with a part. All parts must have one unit, so its unit is compared with that of the first
/// part in `before`. A unit that the measure cannot use (`fit` is false) is not compared; it is refused elsewhere.
fn check_part(own: &Own, part: &Named, before: &[Named], fit: fn(Unit) -> bool) -> Option<Violation> {
    let setting = own.setting;
    let wrong = |code, reason: String| Some(Violation::new(&part.field, code, reason));
    let Some(named) = setting.indicators.get(part.index) else {
        return wrong("UNKNOWN_INDICATOR", "the contest has no such indicator; name one of its own".into());
    };
    let id = named.id;
    if part.index == own.index || setting.follows_from(part.index, own.index) {
        return wrong("FOLLOWS_FROM_ITSELF", format!("`{id}` follows from this indicator; name another one"));
    }
    if before.iter().any(|other| other.index == part.index) {
        return wrong("DUPLICATE_ID", format!("`{id}` is named twice; keep one"));
    }
    if !fit(named.unit) {
        return None;
    }
    let sound = before.iter().filter(|part| part.index != own.index);
    let first = sound.filter_map(|part| setting.indicators.get(part.index)).find(|one| fit(one.unit))?;
    let reason = || format!("`{id}` is not counted in the unit of `{}`; name one that is", first.id);
    if named.unit == first.unit { None } else { wrong("UNLIKE_UNITS", reason()) }
}

/// Refuses a measure that is computed over too many levels of indicators.
pub fn check_levels(own: &Own) -> Option<Violation> {
    let reason = || {
        format!(
            "it follows from others that follow from others, over more than {LEVELS_MAX} levels; name what they follow \
             from"
        )
    };
    let is_too_far = own.setting.counted_under(own.index).is_none();
    is_too_far.then(|| Violation::new("measure", "TOO_MANY_LEVELS", reason()))
}

/// Refuses a measure that adds up too many fractions.
fn check_fractions(own: &Own) -> Option<Violation> {
    let counted = own.setting.counted_under(own.index)?;
    let fractions = counted.iter().filter(|at| !own.setting.indicators[**at].is_whole).count();
    let reason =
        || format!("it adds up {fractions} averages, and {FRACTIONS_MAX} are the most; leave some out");
    (fractions > FRACTIONS_MAX).then(|| Violation::new("measure", "TOO_MANY", reason()))
}

/// Refuses event types and filters, since such a measure looks at no event.
pub fn counts_nothing(own: &Own, code: &'static str) -> Vec<Violation> {
    let said = [("events", !own.facts().events.is_empty()), ("filter", own.facts().is_filtered)];
    let wrong = |(field, _): (&str, bool)| {
        let reason = format!(
            "what follows from other indicators counts nothing of its own; remove `{field}`, or give it to these"
        );
        Violation::new(field, code, reason)
    };
    said.into_iter().filter(|(_, is_said)| *is_said).map(wrong).collect()
}

/// The names of indicators as the terms of a sum.
pub fn terms(own: &Own, parts: &[usize]) -> Phrase {
    let mut names = parts.iter().map(|part| own.setting.name(*part));
    let first = names.next().unwrap_or_default();
    names.fold(first, |sum, name| Phrase {
        en: format!("{} + {}", sum.en, name.en),
        zh: format!("{} + {}", sum.zh, name.zh),
    })
}
