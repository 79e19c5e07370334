//! The check of a definition: every contradiction is a violation with the path of its field. It repairs nothing.

use std::collections::BTreeSet;

use crate::catalogue::Catalogue;
use crate::contest::{Contest, Filter, Indicator, Measure, Points, TieBreak};
use crate::organisation::EMPLOYEE;
use crate::violation::{Violation, check_slug, check_text};

/// The most boards of a contest.
pub const BOARDS_MAX: usize = 8;
/// The most indicators of a contest.
pub const INDICATORS_MAX: usize = 64;
/// The longest chain of tie-breaks.
pub const TIE_BREAKS_MAX: usize = 8;
/// The greatest rate, in 1/10,000 of a point.
pub const POINTS_E4_MAX: i64 = 10_000_000_000_000;

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
    found.extend(check_indicators(contest, catalogue));
    found.extend(check_tie_breaks(contest));
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
        let own = check_indicator(indicator, catalogue);
        found.extend(own.into_iter().map(|violation| Violation {
            field: format!("indicators[{index}].{}", violation.field),
            ..violation
        }));
    }
    found
}

fn check_indicator(indicator: &Indicator, catalogue: &Catalogue) -> Vec<Violation> {
    let mut found = Vec::new();
    found.extend(check_slug("id", &indicator.id, "-_").err());
    if indicator.events.is_empty() {
        let reason = format!("indicator `{}` counts no event type; name at least one", indicator.id);
        found.push(Violation::new("events", "NO_EVENT_TYPE", reason));
    }
    for (index, kind) in indicator.events.iter().enumerate() {
        if !catalogue.knows(kind) {
            let hint =
                catalogue.nearest(kind).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            let reason = format!("`{kind}` is not in the catalogue{hint}");
            found.push(Violation::new(format!("events[{index}]"), "UNKNOWN_TYPE", reason));
        }
        if indicator.events[..index].contains(kind) {
            let reason = format!("`{kind}` is named twice; keep one");
            found.push(Violation::new(format!("events[{index}]"), "DUPLICATE_ID", reason));
        }
    }
    found.extend(check_points(indicator));
    found.extend(check_filter(&indicator.filter));
    found
}

fn check_points(indicator: &Indicator) -> Option<Violation> {
    let points_e4 = match indicator.points {
        Points::PerUnit(points_e4) => points_e4,
        Points::PerAmount { points_e4, per_minor } => {
            if indicator.measure != Measure::SumAmount {
                let reason = "points per amount need `measure = \"amount\"`; change one of them";
                return Some(Violation::new("points", "MEASURE_MISMATCH", reason));
            }
            if per_minor <= 0 {
                let reason = "points are given for an amount greater than zero; give one";
                return Some(Violation::new("points.amount", "OUT_OF_RANGE", reason));
            }
            points_e4
        }
        Points::Tiers(_) | Points::Completion(_) => return None,
    };
    (points_e4.abs() > POINTS_E4_MAX)
        .then(|| Violation::new("points", "OUT_OF_RANGE", "a rate is at most 1,000,000,000 points"))
}

fn check_filter(filter: &Filter) -> Vec<Violation> {
    let mut found = Vec::new();
    if let (Some(min), Some(max)) = (filter.amount_min, filter.amount_max)
        && min > max
    {
        let reason = "the least amount is more than the greatest; no event can match";
        found.push(Violation::new("filter.amount_min", "EMPTY_RANGE", reason));
    }
    for (key, values) in &filter.attributes {
        if values.is_empty() {
            let reason = format!("attribute `{key}` allows no value; name at least one");
            found.push(Violation::new("filter.attributes", "EMPTY_RANGE", reason));
        }
    }
    found
}

fn check_tie_breaks(contest: &Contest) -> Vec<Violation> {
    let mut found = Vec::new();
    if contest.tie_breaks.len() > TIE_BREAKS_MAX {
        let reason = format!("a chain has at most {TIE_BREAKS_MAX} tie-breaks; keep those that matter");
        found.push(Violation::new("tie_breaks", "OUT_OF_RANGE", reason));
    }
    for (index, tie_break) in contest.tie_breaks.iter().enumerate() {
        let field = format!("tie_breaks[{index}]");
        if contest.tie_breaks[..index].contains(tie_break) {
            found.push(Violation::new(&field, "DUPLICATE_ID", "this tie-break is named twice; keep one"));
        }
        if matches!(tie_break, TieBreak::Indicator(of) if *of >= contest.indicators.len()) {
            found.push(Violation::new(
                &field,
                "UNKNOWN_INDICATOR",
                "the contest has no such indicator; name one",
            ));
        }
    }
    found
}
