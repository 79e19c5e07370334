//! The check of a definition: every contradiction is a violation with the path of its field, as a contest's file names
//! it. It repairs nothing.

mod limits;
mod measure;
mod points;
mod ranking;
mod schedule;

pub(super) use points::common_multiple;

use std::collections::BTreeSet;

use crate::catalogue::Catalogue;
use crate::contest::{Contest, Period};
use crate::organisation::EMPLOYEE;
use crate::types::violation::{Violation, check_slug, check_text};

/// The most boards of a contest.
pub const BOARDS_MAX: usize = 8;
/// The most indicators of a contest.
pub const INDICATORS_MAX: usize = 64;
/// The longest chain of tie-breaks.
pub const TIE_BREAKS_MAX: usize = 8;
/// The greatest rate, in 1/10,000 of a point.
pub const POINTS_E4_MAX: i64 = 10_000_000_000_000;
/// The most rounds of a contest.
pub const ROUNDS_MAX: usize = 64;
/// The longest table of points for places.
pub const PLACES_MAX: usize = 1_000;
/// The most windows of an indicator.
pub const WINDOWS_MAX: usize = 64;
/// The most steps of a table of rates.
pub const TIERS_MAX: usize = 64;
/// The most products that may be asked of a customer.
pub const PRODUCTS_MAX: u32 = 1_000;
/// The longest time from an opening to the n-th product, in days.
pub const WITHIN_DAYS_MAX: u32 = 36_500;
/// The greatest completion, in 1/10,000.
pub const COMPLETION_E4_MAX: i64 = 10_000_000_000;

/// Everything that is wrong with a definition, in the order of its fields; `kinds` are the organisation's unit kinds,
/// `None` when they are not known here.
pub fn check(contest: &Contest, catalogue: &Catalogue, kinds: Option<&BTreeSet<&str>>) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut note = |result: Result<(), Violation>| found.extend(result.err());
    note(check_slug("id", &contest.id, "-_."));
    note(check_text("name.zh", &contest.name.zh, 256));
    note(check_text("name.en", &contest.name.en, 256));
    note(check_text("campaign", &contest.campaign, 256));
    if contest.end < contest.start {
        let reason =
            format!("the period ends on {}, before it starts on {}; swap them", contest.end, contest.start);
        note(Err(Violation::new("period.to", "PERIOD_REVERSED", reason)));
    }
    if contest.grace_days.is_some_and(|days| days > 3650) {
        note(Err(Violation::new("grace_days", "OUT_OF_RANGE", "grace is at most 3,650 days")));
    }
    found.extend(check_boards(contest, kinds));
    found.extend(schedule::check(contest));
    found.extend(check_indicators(contest, catalogue));
    found.extend(ranking::check(contest));
    found
}

fn check_boards(contest: &Contest, kinds: Option<&BTreeSet<&str>>) -> Vec<Violation> {
    let mut found = Vec::new();
    if contest.boards.is_empty() || contest.boards.len() > BOARDS_MAX {
        let reason = format!("a contest has 1 to {BOARDS_MAX} boards; name unit kinds or `employee`");
        found.push(Violation::new("boards", "OUT_OF_RANGE", reason));
    }
    for (index, board) in contest.boards.iter().enumerate() {
        let field = format!("boards[{index}]");
        if contest.boards[..index].contains(board) {
            found.push(Violation::new(
                &field,
                "DUPLICATE_ID",
                format!("board `{board}` is named twice; keep one"),
            ));
        }
        if let Some(kinds) = kinds
            && board != EMPLOYEE
            && !kinds.contains(board.as_str())
        {
            let known: Vec<&str> = kinds.iter().copied().chain([EMPLOYEE]).collect();
            let reason = format!(
                "no unit of the organisation has the kind `{board}`; use one of {}, or apply the organisation first",
                known.join(", ")
            );
            found.push(Violation::new(&field, "UNKNOWN_UNIT_KIND", reason));
        }
    }
    found
}

fn check_indicators(contest: &Contest, catalogue: &Catalogue) -> Vec<Violation> {
    let mut found = Vec::new();
    if contest.indicators.is_empty() || contest.indicators.len() > INDICATORS_MAX {
        let reason = format!("a contest has 1 to {INDICATORS_MAX} indicators; say what counts");
        found.push(Violation::new("indicators", "OUT_OF_RANGE", reason));
    }
    let mut ids = BTreeSet::new();
    for (index, indicator) in contest.indicators.iter().enumerate() {
        if !ids.insert(indicator.id.as_str()) {
            let reason = format!("two indicators have the id `{}`; rename one", indicator.id);
            found.push(Violation::new(format!("indicators[{index}].id"), "DUPLICATE_ID", reason));
        }
        let mut own = Vec::new();
        own.extend(check_slug("id", &indicator.id, "-_").err());
        own.extend(measure::check(index, contest, catalogue));
        own.extend(points::check(indicator));
        own.extend(limits::check(indicator, contest));
        found.extend(own.into_iter().map(|violation| Violation {
            field: format!("indicators[{index}].{}", violation.field),
            ..violation
        }));
    }
    found
}

/// Periods that must follow one another: none reversed, none before or over the one before it. `path` is the list's.
fn check_order(path: &str, periods: &[Period]) -> Vec<Violation> {
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
