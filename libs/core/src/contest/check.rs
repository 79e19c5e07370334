//! The check of a definition: every contradiction is a violation with the path of its field, as a contest's file names
//! it. Each rule checks itself; here is what every contest must satisfy. The check repairs nothing.

use std::collections::BTreeSet;

use crate::catalogue::Catalogue;
use crate::contest::cap::Cap;
use crate::contest::filter::Filter;
use crate::contest::{Contest, Period};
use crate::organisation::EMPLOYEE;
use crate::rule::check::{below, order, types};
use crate::rule::class::{Apart, Class, Scope};
use crate::rule::measure_rule::Own;
use crate::rule::setting::Setting;
use crate::rule::window::Window;
use crate::types::violation::{Violation, check_slug, check_text};

/// The most boards of a contest.
pub const BOARDS_MAX: usize = 8;
/// The most indicators of a contest.
pub const INDICATORS_MAX: usize = 64;
/// The longest chain of tie-breaks.
const TIE_BREAKS_MAX: usize = 8;
/// The most rounds of a contest.
pub const ROUNDS_MAX: usize = 64;
/// The most seconds that a zone may be ahead of UTC or behind it.
const OFFSET_SECONDS_MAX: i32 = 26 * 3600;

/// Everything that is wrong with a definition, in the order of its fields; `kinds` are the organisation's unit kinds,
/// `None` where they are not known.
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
    note(contest.currency.check("currency"));
    let setting = contest.setting();
    let rounds: Vec<Period> = contest.rounds.iter().map(|round| round.period).collect();
    found.extend(check_boards(contest, kinds));
    found.extend(check_rounds(contest, &rounds));
    found.extend(contest.overall.check(&rounds));
    found.extend(contest.calendar.as_ref().and_then(|id| check_slug("calendar", id, "-_.").err()));
    found.extend(check_offsets(contest));
    found.extend(check_indicators(contest, &setting, catalogue));
    found.extend(contest.ranked_by.check(&setting));
    found.extend(check_tie_breaks(contest, &setting));
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
            let reason = format!("board `{board}` is named twice; keep one");
            found.push(Violation::new(&field, "DUPLICATE_ID", reason));
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

fn check_rounds(contest: &Contest, periods: &[Period]) -> Vec<Violation> {
    let mut found = Vec::new();
    if contest.rounds.len() > ROUNDS_MAX {
        let reason = format!("a contest has at most {ROUNDS_MAX} rounds; split it into two contests");
        found.push(Violation::new("rounds", "OUT_OF_RANGE", reason));
    }
    found.extend(order("rounds", periods));
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

fn check_indicators(contest: &Contest, setting: &Setting, catalogue: &Catalogue) -> Vec<Violation> {
    let mut found = Vec::new();
    if contest.indicators.is_empty() || contest.indicators.len() > INDICATORS_MAX {
        let reason = format!("a contest has 1 to {INDICATORS_MAX} indicators; say what is counted");
        found.push(Violation::new("indicators", "OUT_OF_RANGE", reason));
    }
    let mut ids = BTreeSet::new();
    for (index, indicator) in contest.indicators.iter().enumerate() {
        let path = format!("indicators[{index}]");
        if !ids.insert(indicator.id.as_str()) {
            let reason = format!("two indicators have the id `{}`; rename one", indicator.id);
            found.push(Violation::new(format!("{path}.id"), "DUPLICATE_ID", reason));
        }
        let own = Own { index, setting };
        let mut wrong = Vec::new();
        wrong.extend(check_slug("id", &indicator.id, "-_").err());
        wrong.extend(indicator.measure.rule().check(&own, catalogue));
        if own.facts().class != Class::Derived && indicator.events.is_empty() {
            let reason = format!("indicator `{}` counts no event type; name at least one", indicator.id);
            wrong.push(Violation::new("events", "NO_EVENT_TYPE", reason));
        }
        wrong.extend(types("events", &indicator.events, catalogue));
        wrong.extend(check_filter(&indicator.filter));
        wrong.extend(indicator.points.check(own.facts()));
        wrong.extend(Window::check_all(&indicator.windows, own.facts(), setting));
        wrong.extend(check_caps(&indicator.caps, &own));
        found.extend(below(&path, wrong));
    }
    found
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

fn check_caps(caps: &[Cap], own: &Own) -> Vec<Violation> {
    let (facts, mut found) = (own.facts(), Vec::new());
    for (index, (cap, limited)) in caps.iter().zip(&facts.caps).enumerate() {
        let mut wrong = Vec::new();
        if cap.points_e4 < 0 {
            wrong.push(Violation::new("points", "OUT_OF_RANGE", "a cap is 0 points or more; give one"));
        }
        wrong.extend(cap.per.check(facts, limited, !own.setting.rounds.is_empty()));
        let overlaps = |other: &&Cap| other.per == cap.per && share_a_board(other, cap);
        if caps[..index].iter().any(|other| overlaps(&other)) {
            let reason = "a board has one cap of a kind; keep one, or name other boards";
            wrong.push(Violation::new("per", "DUPLICATE_CAP", reason));
        }
        wrong.extend(check_boards_of(cap, own.setting));
        found.extend(below(&format!("caps[{index}]"), wrong));
    }
    if [Apart::Days, Apart::Customers].iter().all(|apart| facts.is_capped(Scope::Apart(*apart))) {
        let reason = "an indicator is capped per day or per customer, not both, since the sums cross; keep one, or make \
                      two indicators";
        found.push(Violation::new("caps", "CONFLICTING_FIELDS", reason));
    }
    found
}

fn check_boards_of(cap: &Cap, setting: &Setting) -> Vec<Violation> {
    let (mut found, mut named) = (Vec::new(), BTreeSet::new());
    for (at, board) in cap.boards.iter().enumerate() {
        let field = format!("boards[{at}]");
        if !setting.boards.contains(board) {
            let boards = setting.boards.join(", ");
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

fn check_tie_breaks(contest: &Contest, setting: &Setting) -> Vec<Violation> {
    let mut found = Vec::new();
    if contest.tie_breaks.len() > TIE_BREAKS_MAX {
        let reason = format!("a chain has at most {TIE_BREAKS_MAX} tie-breaks; keep those that matter");
        found.push(Violation::new("tie_breaks", "OUT_OF_RANGE", reason));
    }
    for (index, tie_break) in contest.tie_breaks.iter().enumerate() {
        let path = format!("tie_breaks[{index}]");
        if contest.tie_breaks[..index].contains(tie_break) {
            let reason = "this tie-break is named twice; keep one";
            found.push(Violation::new(&path, "DUPLICATE_ID", reason));
        }
        found.extend(tie_break.check(&path, setting));
    }
    found
}
