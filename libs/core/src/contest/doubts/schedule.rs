//! Doubts about when a contest counts, who is listed, and by what rows are ranked.

use crate::contest::{Contest, Overall, Period, RankedBy, TieBreak, UnitFrom};
use crate::organisation::EMPLOYEE;
use crate::types::date::days_between;
use crate::types::violation::Violation;

/// A longer table of places than people read from a wall.
const PLAUSIBLE_PLACES: usize = 100;

/// Those of the contest as a whole.
pub fn doubts(contest: &Contest) -> Vec<Violation> {
    let mut found = Vec::new();
    found.extend(days_in_no_round(contest));
    found.extend(unequal_rounds(contest));
    if let Overall::Places(table) = &contest.overall
        && table.len() > PLAUSIBLE_PLACES
    {
        let reason = format!("points for {} places are many; is every one meant?", table.len());
        found.push(Violation::new("overall.places", "TABLE_VERY_LONG", reason));
    }
    let units = contest.boards.iter().filter(|board| *board != EMPLOYEE).count();
    if contest.unit_from == UnitFrom::Event && units > 1 {
        let reason = "an event gives its points to the branch that it names and the units above; a board of units below \
                      that branch stays empty";
        found.push(Violation::new("unit_from", "UNITS_BELOW_BRANCH", reason));
    }
    found.extend(doubtful_ties(contest));
    found
}

/// The first stretch of the period that lies in no round.
fn days_in_no_round(contest: &Contest) -> Option<Violation> {
    if contest.rounds.is_empty() {
        return None;
    }
    let mut next = contest.start;
    let mut gap = None;
    for (index, round) in contest.rounds.iter().enumerate() {
        if round.period.start > next {
            gap = gap.or(round.period.start.yesterday().ok().map(|end| (index, next, end)));
        }
        next = round.period.end.tomorrow().ok()?;
    }
    if next <= contest.end {
        gap = gap.or(Some((contest.rounds.len() - 1, next, contest.end)));
    }
    let (index, start, end) = gap?;
    let reason =
        format!("what happens from {start} to {end} is in no round and gives no points; is that meant?");
    Some(Violation::new(format!("rounds[{index}]"), "DAYS_IN_NO_ROUND", reason))
}

/// Months differ by a tenth; half as long again is something else.
fn unequal_rounds(contest: &Contest) -> Option<Violation> {
    let days = |period: Period| days_between(period.start, period.end) + 1;
    let lengths = contest.rounds.iter().map(|round| days(round.period));
    let (shortest, longest) = (lengths.clone().min()?, lengths.max()?);
    let counts = contest.overall == Overall::Sum && longest * 2 >= shortest * 3;
    counts.then(|| {
        let reason = format!(
            "rounds last from {shortest} to {longest} days, and their sum gives the long ones more weight; is that meant?"
        );
        Violation::new("rounds", "ROUNDS_OF_UNEQUAL_LENGTH", reason)
    })
}

fn doubtful_ties(contest: &Contest) -> Vec<Violation> {
    let mut found = Vec::new();
    for (index, tie_break) in contest.tie_breaks.iter().enumerate() {
        let mut note = |code, reason: &str| {
            found.push(Violation::new(format!("tie_breaks[{index}]"), code, reason));
        };
        match (tie_break, &contest.ranked_by) {
            (TieBreak::Indicator(own), RankedBy::Indicator(key)) if own == key => {
                note(
                    "SEPARATES_NOTHING",
                    "rows are ranked by this indicator already, so it separates no equal ones",
                );
            }
            (TieBreak::Earliest, RankedBy::Indicator(_)) => {
                let reason = "it asks who reached the score first, and rows are ranked by an indicator; is that meant?";
                note("REACH_OF_SCORE", reason);
            }
            _ => {}
        }
    }
    found
}
