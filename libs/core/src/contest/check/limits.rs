//! The check of windows and caps: that they lie where they can hold, and limit something that there is.

use std::collections::BTreeSet;

use super::{POINTS_E4_MAX, WINDOWS_MAX, check_order};
use crate::contest::{Cap, CapPer, Contest, Indicator, Period, Points};
use crate::types::score::SCALE;
use crate::types::violation::Violation;

/// What is wrong with the windows and caps of an indicator; fields are its own.
pub fn check(indicator: &Indicator, contest: &Contest) -> Vec<Violation> {
    let mut found = check_windows(indicator, contest);
    found.extend(check_caps(indicator, contest));
    found
}

fn check_windows(indicator: &Indicator, contest: &Contest) -> Vec<Violation> {
    if indicator.windows.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    if !indicator.has_points_by_event() {
        let reason = "a window multiplies the points of single events, which this indicator has none of; remove it, or \
                      give points per unit or per amount of a measure that is counted event by event";
        found.push(Violation::new("windows", "NO_POINTS_BY_EVENT", reason));
    }
    if indicator.windows.len() > WINDOWS_MAX {
        let reason = format!("an indicator has at most {WINDOWS_MAX} windows; join those that touch");
        found.push(Violation::new("windows", "OUT_OF_RANGE", reason));
    }
    let periods: Vec<Period> = indicator.windows.iter().map(|window| window.period).collect();
    found.extend(check_order("windows", &periods));
    let whole = Period { start: contest.start, end: contest.end };
    let holds = |outer: Period, inner: Period| outer.covers(inner.start) && outer.covers(inner.end);
    let rate = i128::from(match indicator.points {
        Points::PerUnit(points_e4) | Points::PerAmount { points_e4, .. } => points_e4,
        Points::Tiers(_) | Points::Completion(_) => 0,
    });
    for (index, window) in indicator.windows.iter().enumerate() {
        let period = window.period;
        let is_inside = holds(whole, period) || contest.base().is_some_and(|base| holds(base, period));
        if period.start <= period.end && !is_inside {
            let reason = format!(
                "the window is not within the contest's days, {} to {}; shorten it",
                contest.start, contest.end
            );
            let name = if whole.covers(period.start) { "to" } else { "from" };
            found.push(Violation::new(format!("windows[{index}].{name}"), "OUTSIDE_PERIOD", reason));
        }
        let times = i128::from(window.times_e4);
        if times < 0 {
            let reason = "points are multiplied by 0 or more; to take points away, use a rate below zero";
            found.push(Violation::new(format!("windows[{index}].times"), "OUT_OF_RANGE", reason));
        } else if (rate * times).abs() > i128::from(POINTS_E4_MAX) * SCALE {
            let reason = "the rate times this is more than 1,000,000,000 points; lower one of them";
            found.push(Violation::new(format!("windows[{index}].times"), "OUT_OF_RANGE", reason));
        }
    }
    found
}

fn check_caps(indicator: &Indicator, contest: &Contest) -> Vec<Violation> {
    let mut found = Vec::new();
    for (index, cap) in indicator.caps.iter().enumerate() {
        let mut note = |name: &str, code, reason: String| {
            found.push(Violation::new(format!("caps[{index}].{name}"), code, reason));
        };
        if cap.points_e4 < 0 {
            note("points", "OUT_OF_RANGE", "a cap is 0 points or more; give one".to_owned());
        }
        let is_by_event = matches!(cap.per, CapPer::Event | CapPer::Customer | CapPer::Day);
        if is_by_event && !indicator.has_points_by_event() {
            let reason = format!(
                "a cap per {} adds up points of single events, which this indicator has none of; use a cap per contest \
                 or round",
                name_of(cap.per)
            );
            note("per", "NO_POINTS_BY_EVENT", reason);
        }
        if cap.per == CapPer::Round && contest.rounds.is_empty() {
            let reason = "the contest has no rounds; give it rounds, or cap the contest".to_owned();
            note("per", "NEEDS_ROUNDS", reason);
        }
        let overlaps = |other: &&Cap| other.per == cap.per && share_a_board(other, cap);
        if indicator.caps[..index].iter().any(|other| overlaps(&other)) {
            let reason =
                format!("a board has one cap per {}; keep one, or name other boards", name_of(cap.per));
            note("per", "DUPLICATE_CAP", reason);
        }
        found.extend(check_boards(index, cap, contest));
    }
    if indicator.is_capped(CapPer::Day) && indicator.is_capped(CapPer::Customer) {
        let reason = "an indicator is capped per day or per customer, not both, since the sums cross; keep one, or make \
                      two indicators";
        found.push(Violation::new("caps", "CONFLICTING_FIELDS", reason));
    }
    found
}

fn check_boards(index: usize, cap: &Cap, contest: &Contest) -> Vec<Violation> {
    let mut found = Vec::new();
    if cap.per == CapPer::Event && !cap.boards.is_empty() {
        let reason = "what an event gives is capped before anybody adds it up, so on every board; leave the boards out";
        found.push(Violation::new(format!("caps[{index}].boards"), "CAP_ON_EVERY_BOARD", reason));
    }
    let mut named = BTreeSet::new();
    for (at, board) in cap.boards.iter().enumerate() {
        let field = format!("caps[{index}].boards[{at}]");
        if !contest.boards.contains(board) {
            let boards = contest.boards.join(", ");
            let reason = format!("`{board}` is not a board of the contest; use one of {boards}");
            found.push(Violation::new(&field, "UNKNOWN_BOARD", reason));
        }
        if !named.insert(board) {
            let reason = format!("board `{board}` is named twice; keep one");
            found.push(Violation::new(&field, "DUPLICATE_ID", reason));
        }
    }
    found
}

fn share_a_board(one: &Cap, two: &Cap) -> bool {
    one.boards.is_empty()
        || two.boards.is_empty()
        || one.boards.iter().any(|board| two.boards.contains(board))
}

/// As a file says it.
fn name_of(per: CapPer) -> &'static str {
    match per {
        CapPer::Event => "event",
        CapPer::Customer => "customer",
        CapPer::Day => "day",
        CapPer::Round => "round",
        CapPer::Contest => "contest",
    }
}
