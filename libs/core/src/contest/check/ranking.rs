//! The check of how rows are ranked: the key, and the chain that separates equal ones.

use super::TIE_BREAKS_MAX;
use crate::contest::{CapPer, Contest, Indicator, Overall, Period, Points, RankedBy, TieBreak};
use crate::types::violation::Violation;

/// What is wrong with the ranking.
pub fn check(contest: &Contest) -> Vec<Violation> {
    let mut found = check_key(contest);
    found.extend(check_tie_breaks(contest));
    found
}

fn check_key(contest: &Contest) -> Vec<Violation> {
    let unknown = |field: &str| {
        Violation::new(field, "UNKNOWN_INDICATOR", "the contest has no such indicator; name one of its own")
    };
    let one = |violation: Option<Violation>| violation.into_iter().collect();
    match &contest.ranked_by {
        RankedBy::Score | RankedBy::PerHead => Vec::new(),
        RankedBy::Indicator(index) => {
            let is_unknown = *index >= contest.indicators.len();
            one(is_unknown.then(|| unknown("ranked_by.indicator")))
        }
        RankedBy::Completion(index) => one(match contest.indicators.get(*index) {
            None => Some(unknown("ranked_by.completion")),
            Some(Indicator { points: Points::Completion(_), .. }) => None,
            Some(indicator) => {
                let reason = format!(
                    "`{}` has no completion to rank by; give it `points = {{ weight = ... }}`",
                    indicator.id
                );
                Some(Violation::new("ranked_by.completion", "NO_COMPLETION", reason))
            }
        }),
        RankedBy::Improvement { base, .. } => check_improvement(*base, contest),
    }
}

fn check_improvement(base: Period, contest: &Contest) -> Vec<Violation> {
    let mut found = Vec::new();
    if base.end < base.start {
        let reason = format!("the base ends on {}, before it starts on {}; swap them", base.end, base.start);
        found.push(Violation::new("ranked_by.to", "PERIOD_REVERSED", reason));
    }
    if base.end >= contest.start {
        let reason = format!(
            "the base lasts until {}, and the contest starts on {}; let it end before that",
            base.end, contest.start
        );
        found.push(Violation::new("ranked_by.to", "BASE_NOT_BEFORE", reason));
    }
    if !contest.rounds.is_empty() {
        let reason = "improvement compares two periods, and rounds are many; remove the rounds, or rank by something else";
        found.push(Violation::new("ranked_by", "CONFLICTING_FIELDS", reason));
    }
    if let Some(indicator) = contest.indicators.iter().find(|own| matches!(own.points, Points::Completion(_)))
    {
        let reason = format!(
            "the base has no targets, so `{}` would have no points there; give it other points, or rank by something else",
            indicator.id
        );
        found.push(Violation::new("ranked_by", "NO_TARGETS_IN_BASE", reason));
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
        let mut note = |code, reason: &str| {
            found.push(Violation::new(format!("tie_breaks[{index}]"), code, reason));
        };
        if contest.tie_breaks[..index].contains(tie_break) {
            note("DUPLICATE_ID", "this tie-break is named twice; keep one");
        }
        match tie_break {
            TieBreak::Indicator(of) if *of >= contest.indicators.len() => {
                note("UNKNOWN_INDICATOR", "the contest has no such indicator; name one");
            }
            TieBreak::Earliest => {
                if let Some(reason) = why_reach_has_no_meaning(contest) {
                    note("REACH_HAS_NO_MEANING", &reason);
                }
            }
            TieBreak::Indicator(_) | TieBreak::Name => {}
        }
    }
    found
}

/// Reach asks which credit raised the score to where it is, which needs a score that is a sum of credits.
fn why_reach_has_no_meaning(contest: &Contest) -> Option<String> {
    const INSTEAD: &str = "break ties by an indicator or by name instead";
    if matches!(contest.overall, Overall::Places(_)) {
        return Some(format!("points for places are reached when rounds end, not by an event; {INSTEAD}"));
    }
    contest.indicators.iter().find_map(|indicator| {
        // What gives nothing never raises a score.
        let gives = indicator.points != Points::PerUnit(0);
        if gives && !indicator.has_points_by_event() {
            return Some(format!(
                "the points of `{}` follow from all that was counted, so no single event raised the score; {INSTEAD}",
                indicator.id
            ));
        }
        if gives && indicator.measure.looks_back() {
            return Some(format!(
                "which event `{}` counts depends on the customer's other events, so none by itself raised the score; {INSTEAD}",
                indicator.id
            ));
        }
        let is_capped = indicator.caps.iter().any(|cap| cap.per != CapPer::Event);
        (gives && is_capped).then(|| {
            format!(
                "`{}` is capped as a sum, so which event raised the score is not determined; {INSTEAD}",
                indicator.id
            )
        })
    })
}
