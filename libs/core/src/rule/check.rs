//! Checks that several rules share.

use std::collections::BTreeSet;

use crate::catalogue::Catalogue;
use crate::rule::setting::{Facts, Setting};
use crate::types::period::Period;
use crate::types::violation::Violation;

/// The greatest rate, in 1/10,000 of a point.
pub const POINTS_E4_MAX: i64 = 10_000_000_000_000;
/// The greatest number of products per customer that a rule may require.
pub const PRODUCTS_MAX: u32 = 1_000;
/// The greatest completion, in 1/10,000.
pub const COMPLETION_E4_MAX: i64 = 10_000_000_000;

/// Refuses an index that is not an indicator of the contest.
pub fn unknown_indicator(field: &str, index: usize, setting: &Setting) -> Option<Violation> {
    let reason = "the contest has no such indicator; name one of its own";
    (index >= setting.indicators.len()).then(|| Violation::new(field, "UNKNOWN_INDICATOR", reason))
}

/// Refuses to order rows by the higher values of an indicator of which less is better.
pub fn greater_is_worse(field: &str, index: usize, setting: &Setting) -> Option<Violation> {
    let own = setting.indicators.get(index).filter(|own| own.is_less_better)?;
    let reason = format!(
        "the highest value stands first, but less of `{}` is better; rank by its completion of a target, or give it \
         points below zero",
        own.id
    );
    Some(Violation::new(field, "LESS_IS_BETTER", reason))
}

/// Refuses a rate above [`POINTS_E4_MAX`], so that sums of points stay exact.
pub fn rate(field: &str, points_e4: i64) -> Option<Violation> {
    let is_out = points_e4.unsigned_abs() > POINTS_E4_MAX.unsigned_abs();
    is_out.then(|| Violation::new(field, "OUT_OF_RANGE", "a rate is at most 1,000,000,000 points"))
}

/// Refuses a cap that needs points of single events where the indicator gives none. `per` is the word in the file.
pub fn needs_points_by_event(per: &str, own: &Facts) -> Option<Violation> {
    let reason = || {
        format!(
            "a cap per {per} adds up the points of single events, and this indicator gives no points for single events; \
             use a cap per contest or round"
        )
    };
    (!own.has_points_by_event()).then(|| Violation::new("per", "NO_POINTS_BY_EVENT", reason()))
}

/// Periods that must be in order: none reversed, none before its predecessor, no overlap. `path` is the list's.
pub fn order(path: &str, periods: &[Period]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (index, period) in periods.iter().enumerate() {
        let mut note = |name: &str, code, reason| {
            found.push(Violation::new(format!("{path}[{index}].{name}"), code, reason));
        };
        if period.end < period.start {
            let reason =
                format!("it ends on {}, before it starts on {}; swap them", period.end, period.start);
            note("to", "PERIOD_REVERSED", reason);
        }
        let Some(before) = index.checked_sub(1).map(|before| periods[before]) else { continue };
        if period.end < before.start {
            let reason = format!(
                "it comes before the one above it, which starts on {}; put them in order",
                before.start
            );
            note("from", "OUT_OF_ORDER", reason);
        } else if period.start <= before.end {
            let reason = format!("the one above it lasts until {}; let it begin after that", before.end);
            note("from", "PERIODS_OVERLAP", reason);
        }
    }
    found
}

/// Violations with their fields put below the path of the table that contains them.
pub fn below(path: &str, found: impl IntoIterator<Item = Violation>) -> impl Iterator<Item = Violation> {
    found
        .into_iter()
        .map(move |violation| Violation { field: format!("{path}.{}", violation.field), ..violation })
}

/// Refuses event types that the catalogue does not know or that are named twice. `field` is the list's.
pub fn types(field: &str, kinds: &[String], catalogue: &Catalogue) -> Vec<Violation> {
    let (mut found, mut named) = (Vec::new(), BTreeSet::new());
    for (index, kind) in kinds.iter().enumerate() {
        let field = format!("{field}[{index}]");
        if !catalogue.knows(kind) {
            let hint =
                catalogue.nearest(kind).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            let reason = format!("`{kind}` is not in the catalogue{hint}");
            found.push(Violation::new(&field, "UNKNOWN_TYPE", reason));
        }
        if !named.insert(kind) {
            let reason = format!("`{kind}` is named twice; keep one");
            found.push(Violation::new(&field, "DUPLICATE_ID", reason));
        }
    }
    found
}

/// Refuses a number outside of a range; both ends are allowed.
pub fn within(field: &str, value: u32, least: u32, most: u32) -> Option<Violation> {
    let reason = || format!("{value} is not possible here; give a number from {least} to {most}");
    (!(least..=most).contains(&value)).then(|| Violation::new(field, "OUT_OF_RANGE", reason()))
}
