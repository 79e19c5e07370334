//! What is allowed, but probably a mistake: caps that never bind, weights that do not add up to 100, days that count
//! nowhere. Each rule doubts itself; here is what concerns the contest as a whole. Doubts refuse nothing; people decide.

use crate::catalogue::Catalogue;
use crate::contest::{Contest, Period, UnitFrom};
use crate::organisation::EMPLOYEE;
use crate::rule::check::below;
use crate::rule::separates::Separates;
use crate::rule::setting::Setting;
use crate::types::score::{SCALE, Score};
use crate::types::violation::Violation;

/// What a scorecard's weights usually add up to, in 1/10,000 of a point.
const WHOLE_WEIGHT_E4: i128 = 100 * SCALE;

/// Everything doubtful in a definition without violations, in the order of its fields.
pub fn doubts(contest: &Contest, catalogue: &Catalogue) -> Vec<Violation> {
    let setting = contest.setting();
    let rounds: Vec<Period> = contest.rounds.iter().map(|round| round.period).collect();
    let mut found: Vec<Violation> = days_in_no_round(contest).into_iter().collect();
    found.extend(contest.overall.doubts(&rounds));
    found.extend(units_below_branch(contest));
    for (index, tie_break) in contest.tie_breaks.iter().enumerate() {
        found.extend(tie_break.doubt(&format!("tie_breaks[{index}]"), &setting));
    }
    for index in 0..contest.indicators.len() {
        let own = of_indicator(index, contest, &setting, catalogue);
        found.extend(below(&format!("indicators[{index}]"), own));
    }
    found.extend(weights(contest));
    found
}

/// Doubts the first stretch of days of the period that lies in no round.
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
    let reason = format!(
        "events from {start} to {end} are in no round and give no points; please check that this is intended"
    );
    Some(Violation::new(format!("rounds[{index}]"), "DAYS_IN_NO_ROUND", reason))
}

fn units_below_branch(contest: &Contest) -> Option<Violation> {
    let units = contest.boards.iter().filter(|board| *board != EMPLOYEE).count();
    let reason = "an event gives its points to the branch at which it is recorded and to the units above it; a board \
                  of units below that branch stays empty";
    (contest.unit_from == UnitFrom::Event && units > 1)
        .then(|| Violation::new("unit_from", "UNITS_BELOW_BRANCH", reason))
}

/// Doubts about one indicator; fields are its own.
fn of_indicator(index: usize, contest: &Contest, setting: &Setting, catalogue: &Catalogue) -> Vec<Violation> {
    let (indicator, own) = (&contest.indicators[index], &setting.indicators[index]);
    let mut found = Vec::new();
    let needed = indicator.measure.rule().needs();
    for (at, kind) in indicator.events.iter().enumerate() {
        let absent = needed.iter().find(|field| catalogue.knows(kind) && !catalogue.requires(kind, **field));
        if let Some(field) = absent {
            let name = field.name();
            let reason = format!(
                "events of `{kind}` may have no {name}, and those without it count nothing here; please check that they have it"
            );
            found.push(Violation::new(format!("events[{at}]"), "FIELD_MAY_BE_ABSENT", reason));
        }
    }
    if indicator.points.gives_nothing() && !is_used(index, contest, setting) {
        let reason = format!(
            "`{}` gives no points, and neither the ranking nor another indicator uses it; please check that this is intended",
            indicator.id
        );
        found.push(Violation::new("points", "GIVES_NOTHING", reason));
    }
    found.extend(indicator.better.map(|better| better.doubts(own)).unwrap_or_default());
    found.extend(indicator.points.doubts(own));
    for (at, (cap, limited)) in indicator.caps.iter().zip(&own.caps).enumerate() {
        let doubt = cap.per.doubt(own, limited, !setting.rounds.is_empty());
        found.extend(
            doubt.map(|reason| Violation::new(format!("caps[{at}].points"), "CAP_NEVER_BINDS", reason)),
        );
    }
    found
}

fn is_used(index: usize, contest: &Contest, setting: &Setting) -> bool {
    contest.ranked_by.indicator() == Some(index)
        || contest.tie_breaks.iter().any(|tie_break| tie_break.separates() == Separates::Value(index))
        || setting.indicators.iter().any(|own| own.parts.contains(&index))
}

/// Doubts several weights that do not add up to 100.
fn weights(contest: &Contest) -> Option<Violation> {
    let indicators = contest.indicators.iter().enumerate();
    let weights = indicators.filter_map(|(index, own)| Some((index, i128::from(own.points.weight_e4()?))));
    let weights: Vec<(usize, i128)> = weights.collect();
    let (last, _) = weights.last()?;
    let (count, sum) = (weights.len(), weights.iter().map(|(_, weight)| weight).sum::<i128>());
    (count > 1 && sum != WHOLE_WEIGHT_E4).then(|| {
        let reason = format!(
            "the weights of the {count} indicators with targets add up to {}, not 100; please check that this is intended",
            Score(sum)
        );
        Violation::new(format!("indicators[{last}].points.weight"), "WEIGHTS_NOT_100", reason)
    })
}
