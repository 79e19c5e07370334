//! Reads the points of an indicator: rates, tables of rates, weights, windows and caps. Points that could not be read are
//! replaced by one point per unit, so that the check does not report them again.

use longhu_core::contest::{Cap, Completion, Limit, Points, Tier, TierKind, Tiers, Window, ZeroTarget};
use longhu_core::rule::points::{PerAmount, STEP_KEYS};
use longhu_core::rule::{limit, window};
use longhu_core::types::money::Currency;
use longhu_core::types::score::SCALE;

use super::keys::{self, names};
use super::parts::{amount, fitting, from_to};
use crate::fields::Fields;

const UNREAD: Points = Points::per_unit(SCALE as i64);

pub(super) fn read(fields: &Fields, currency: Option<Currency>) -> Points {
    if fields.is_text("points") {
        return fields.choice("points", &[("none", ())]).map_or(UNREAD, |()| Points::per_unit(0));
    }
    let Some(points) = fields.table("points", &names(&Points::KEYS.concat())) else { return UNREAD };
    let has = |names: &[&str]| names.iter().any(|name| points.has(name));
    let per_amount = has(&["points", "per_amount"]);
    let tiers = has(&["tiers", "steps"]);
    let completion = has(&["weight", "floor", "cap", "threshold", "zero_target"]);
    let read = match (has(&["per_unit"]), per_amount, tiers, completion) {
        (true, false, false, false) => rate(&points, "per_unit").map(Points::per_unit),
        (false, true, false, false) if points.has("points") && points.has("per_amount") => {
            let (points_e4, per_minor) = (rate(&points, "points"), amount(&points, "per_amount", currency));
            points_e4
                .zip(per_minor)
                .map(|(points_e4, per_minor)| Points::PerAmount(PerAmount { points_e4, per_minor }))
        }
        (false, false, true, false) => by_tiers(&points),
        (false, false, false, true) => for_completion(&points),
        _ => {
            let reason = "say one of `per_unit`; `points` and `per_amount` together; `tiers` with `steps`; `weight` with \
                          what limits it; or \"none\"";
            fields.note("points", "CONFLICTING_FIELDS", reason);
            None
        }
    };
    read.unwrap_or(UNREAD)
}

/// In 1/10,000.
fn rate(fields: &Fields, name: &str) -> Option<i64> {
    fitting(fields.decimal(name, 4))
}

fn by_tiers(points: &Fields) -> Option<Points> {
    points.require("tiers");
    points.require("steps");
    let kinds = [("marginal", TierKind::Marginal), ("whole_volume", TierKind::WholeVolume)];
    let kind = points.choice("tiers", &kinds);
    let tables = points.tables("steps", &names(&STEP_KEYS));
    let mut steps: Vec<Option<Tier>> = tables.iter().map(step).collect();
    // A step without an end ends where the next one begins.
    for index in 1..steps.len() {
        let next = steps[index].map(|next| next.from_e4);
        if let Some(tier) = &mut steps[index - 1]
            && !tables[index - 1].has("to")
        {
            tier.to_e4 = next;
        }
    }
    Some(Points::Tiers(Tiers { kind: kind?, steps: steps.into_iter().collect::<Option<_>>()? }))
}

fn step(fields: &Fields) -> Option<Tier> {
    fields.require("from");
    let (points_e4, per_e4) = match (fields.has("per_unit"), fields.has("points"), fields.has("per_amount")) {
        (true, false, false) => (rate(fields, "per_unit"), Some(SCALE as i64)),
        (false, true, true) => (rate(fields, "points"), rate(fields, "per_amount")),
        (false, false, false) if fields.has("fixed") => (Some(0), Some(SCALE as i64)),
        _ => {
            let reason =
                "a step says either `per_unit`, or `points` and `per_amount` together, or only `fixed`";
            fields.note_self("CONFLICTING_FIELDS", reason);
            (None, None)
        }
    };
    let fixed = if fields.has("fixed") { rate(fields, "fixed") } else { Some(0) };
    let from = rate(fields, "from");
    Some(Tier {
        from_e4: from?,
        to_e4: rate(fields, "to"),
        points_e4: points_e4?,
        per_e4: per_e4?,
        fixed_e4: fixed?,
    })
}

fn for_completion(points: &Fields) -> Option<Points> {
    points.require("weight");
    let share = |name: &str| fitting(points.share(name));
    let zero_targets = [("no_completion", ZeroTarget::NoCompletion), ("reached", ZeroTarget::Reached)];
    let (floor_e4, cap_e4, threshold_e4) = (share("floor"), share("cap"), share("threshold"));
    let zero_target = points.choice("zero_target", &zero_targets).unwrap_or(ZeroTarget::NoCompletion);
    let weight_e4 = rate(points, "weight")?;
    Some(Points::Completion(Completion { weight_e4, floor_e4, cap_e4, threshold_e4, zero_target }))
}

pub(super) fn windows(fields: &Fields) -> Vec<Window> {
    let window = |table: &Fields| {
        table.require("times");
        Window { period: from_to(table), times_e4: rate(table, "times").unwrap_or(SCALE as i64) }
    };
    fields.tables("windows", &names(&window::KEYS)).iter().map(window).collect()
}

pub(super) fn caps(fields: &Fields) -> Vec<Cap> {
    let kinds = [
        ("event", Limit::Event(limit::Event)),
        ("customer", Limit::Customer(limit::Customer)),
        ("day", Limit::Day(limit::Day)),
        ("round", Limit::Round(limit::Round)),
        ("contest", Limit::Contest(limit::Contest)),
    ];
    let cap = |table: &Fields| {
        table.require("per");
        table.require("points");
        let (per, points_e4) = (table.choice("per", &kinds), rate(table, "points"));
        let boards = table.texts("boards");
        Some(Cap { per: per?, points_e4: points_e4?, boards })
    };
    let read: Vec<Option<Cap>> = fields.tables("caps", &names(&keys::CAP)).iter().map(cap).collect();
    // All caps or none: leaving one out would shift the others, and their violations would point at the wrong lines.
    read.into_iter().collect::<Option<_>>().unwrap_or_default()
}
