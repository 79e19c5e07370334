//! The check of when a contest counts: its rounds, what they make together, its calendar and its zone's offsets. Whether
//! a bank has such a calendar is not asked.

use std::collections::BTreeSet;

use super::{PLACES_MAX, POINTS_E4_MAX, ROUNDS_MAX, check_order};
use crate::contest::{Contest, Overall, Period};
use crate::types::violation::{Violation, check_slug, check_text};

/// The most that a zone may be ahead of UTC or behind it.
const OFFSET_SECONDS_MAX: i32 = 26 * 3600;

/// What is wrong with the schedule.
pub fn check(contest: &Contest) -> Vec<Violation> {
    let mut found = check_rounds(contest);
    found.extend(check_overall(contest));
    found.extend(contest.calendar.as_ref().and_then(|id| check_slug("calendar", id, "-_.").err()));
    found.extend(check_offsets(contest));
    found
}

fn check_rounds(contest: &Contest) -> Vec<Violation> {
    let mut found = Vec::new();
    if contest.rounds.len() > ROUNDS_MAX {
        let reason = format!("a contest has at most {ROUNDS_MAX} rounds; make two contests of it");
        found.push(Violation::new("rounds", "OUT_OF_RANGE", reason));
    }
    let periods: Vec<Period> = contest.rounds.iter().map(|round| round.period).collect();
    found.extend(check_order("rounds", &periods));
    let mut ids = BTreeSet::new();
    for (index, round) in contest.rounds.iter().enumerate() {
        let at = |name: &str| format!("rounds[{index}].{name}");
        found.extend(check_slug(&at("id"), &round.id, "-_").err());
        found.extend(check_text(&at("name.zh"), &round.name.zh, 256).err());
        found.extend(check_text(&at("name.en"), &round.name.en, 256).err());
        if !ids.insert(round.id.as_str()) {
            let reason = format!("two rounds have the id `{}`; rename one", round.id);
            found.push(Violation::new(at("id"), "DUPLICATE_ID", reason));
        }
        for (name, date) in [("from", round.period.start), ("to", round.period.end)] {
            if contest.start <= contest.end && !(contest.start..=contest.end).contains(&date) {
                let reason = format!(
                    "{date} is not a day of the contest, {} to {}; move it, or lengthen the contest",
                    contest.start, contest.end
                );
                found.push(Violation::new(at(name), "OUTSIDE_PERIOD", reason));
            }
        }
    }
    found
}

fn check_overall(contest: &Contest) -> Vec<Violation> {
    let Overall::Places(table) = &contest.overall else { return Vec::new() };
    let mut found = Vec::new();
    if contest.rounds.is_empty() {
        let reason =
            "places are taken in rounds, and the contest has none; give it rounds, or leave `overall` out";
        found.push(Violation::new("overall", "NEEDS_ROUNDS", reason));
    }
    if table.is_empty() || table.len() > PLACES_MAX {
        let reason =
            format!("a table has points for 1 to {PLACES_MAX} places; give them from the first place on");
        found.push(Violation::new("overall.places", "OUT_OF_RANGE", reason));
    }
    for (index, points) in table.iter().enumerate() {
        let mut note = |code, reason: &str| {
            found.push(Violation::new(format!("overall.places[{index}]"), code, reason));
        };
        if !(0..=POINTS_E4_MAX).contains(points) {
            note("OUT_OF_RANGE", "a place gives from 0 to 1,000,000,000 points");
        }
        if index > 0 && *points > table[index - 1] {
            note("OUT_OF_ORDER", "a place gives no more than the one before it; put the table in order");
        }
    }
    found
}

fn check_offsets(contest: &Contest) -> Vec<Violation> {
    let mut found = Vec::new();
    for (index, offset) in contest.utc_offsets.iter().enumerate() {
        let mut note = |code, reason: &str| {
            found.push(Violation::new(format!("utc_offsets[{index}]"), code, reason));
        };
        if index > 0 && offset.from_seconds <= contest.utc_offsets[index - 1].from_seconds {
            note("OUT_OF_ORDER", "offsets follow one another in time; leave them out, they are computed");
        }
        if offset.seconds.unsigned_abs() > OFFSET_SECONDS_MAX.unsigned_abs() {
            note("OUT_OF_RANGE", "no zone is more than 26 hours from UTC; leave it out, it is computed");
        }
    }
    found
}
