//! Points, windows and caps of an indicator on the wire. Defaults are filled in; whether a definition makes
//! sense is checked elsewhere.

use longhu_core::contest::{Cap, Completion, Limit, Points, Tier, TierKind, Tiers, Window, ZeroTarget};
use longhu_core::rule::limit;
use longhu_core::rule::points::{PerAmount, PerUnit};
use longhu_core::types::money::{Amount, Currency};
use longhu_core::types::score::SCALE;
use longhu_core::types::violation::Violation;

use super::fields::{known, minor, period_from_wire};
use crate::scalar::{date_to_wire, money_to_wire};
use crate::wire::contest::v1 as wire;
use crate::wire::contest::v1::indicator::Points as WirePoints;

/// The default is one point per unit.
pub(super) fn from_wire(points: Option<&WirePoints>, currency: Currency) -> Result<Points, Violation> {
    Ok(match points {
        None => Points::per_unit(SCALE as i64),
        Some(WirePoints::PerUnit(points)) => Points::per_unit(points.points_e4),
        Some(WirePoints::PerAmount(points)) => Points::PerAmount(PerAmount {
            points_e4: points.points_e4,
            per_minor: minor("points.amount", points.amount.as_ref(), currency)?.unwrap_or(0),
        }),
        Some(WirePoints::Tiers(tiers)) => Points::Tiers(Tiers {
            kind: match known("points.tiers", tiers.kind)? {
                wire::TierKind::Marginal => TierKind::Marginal,
                wire::TierKind::WholeVolume => TierKind::WholeVolume,
                wire::TierKind::Unspecified => {
                    let reason = "a table is marginal or of the whole volume; say how it is read";
                    return Err(Violation::new("points.tiers", "MISSING_FIELD", reason));
                }
            },
            steps: tiers.steps.iter().map(tier_from_wire).collect(),
        }),
        Some(WirePoints::Completion(completion)) => Points::Completion(Completion {
            weight_e4: completion.weight_e4,
            floor_e4: completion.floor_e4,
            cap_e4: completion.cap_e4,
            threshold_e4: completion.threshold_e4,
            zero_target: match known("points.zero_target", completion.zero_target)? {
                wire::ZeroTarget::Unspecified | wire::ZeroTarget::NoCompletion => ZeroTarget::NoCompletion,
                wire::ZeroTarget::Reached => ZeroTarget::Reached,
            },
        }),
    })
}

pub(super) fn to_wire(points: &Points, currency: Currency) -> WirePoints {
    match points {
        Points::PerUnit(PerUnit { points_e4 }) => {
            WirePoints::PerUnit(wire::PointsPerUnit { points_e4: *points_e4 })
        }
        Points::PerAmount(PerAmount { points_e4, per_minor }) => {
            WirePoints::PerAmount(wire::PointsPerAmount {
                points_e4: *points_e4,
                amount: Some(money_to_wire(Amount { currency, minor: *per_minor })),
            })
        }
        Points::Tiers(tiers) => {
            let kind = match tiers.kind {
                TierKind::Marginal => wire::TierKind::Marginal,
                TierKind::WholeVolume => wire::TierKind::WholeVolume,
            };
            let steps = tiers.steps.iter().map(tier_to_wire).collect();
            WirePoints::Tiers(wire::PointsByTiers { kind: kind.into(), steps })
        }
        Points::Completion(completion) => {
            let zero_target = match completion.zero_target {
                ZeroTarget::NoCompletion => wire::ZeroTarget::NoCompletion,
                ZeroTarget::Reached => wire::ZeroTarget::Reached,
            };
            WirePoints::Completion(wire::PointsForCompletion {
                weight_e4: completion.weight_e4,
                floor_e4: completion.floor_e4,
                cap_e4: completion.cap_e4,
                threshold_e4: completion.threshold_e4,
                zero_target: zero_target.into(),
            })
        }
    }
}

fn tier_from_wire(tier: &wire::Tier) -> Tier {
    Tier {
        from_e4: tier.from_e4,
        to_e4: tier.to_e4,
        points_e4: tier.points_e4,
        per_e4: tier.per_e4.unwrap_or(SCALE as i64),
        fixed_e4: tier.fixed_e4,
    }
}

fn tier_to_wire(tier: &Tier) -> wire::Tier {
    wire::Tier {
        from_e4: tier.from_e4,
        to_e4: tier.to_e4,
        points_e4: tier.points_e4,
        per_e4: Some(tier.per_e4),
        fixed_e4: tier.fixed_e4,
    }
}

pub(super) fn windows_from_wire(windows: &[wire::Window]) -> Result<Vec<Window>, Violation> {
    let window = |(index, window): (usize, &wire::Window)| {
        let path = format!("windows[{index}].");
        let period = period_from_wire(&path, window.start_date.as_ref(), window.end_date.as_ref())?;
        Ok(Window { period, times_e4: window.times_e4 })
    };
    windows.iter().enumerate().map(window).collect()
}

pub(super) fn window_to_wire(window: &Window) -> wire::Window {
    wire::Window {
        start_date: Some(date_to_wire(window.period.start)),
        end_date: Some(date_to_wire(window.period.end)),
        times_e4: window.times_e4,
    }
}

pub(super) fn caps_from_wire(caps: &[wire::Cap]) -> Result<Vec<Cap>, Violation> {
    let cap = |(index, cap): (usize, &wire::Cap)| {
        let field = format!("caps[{index}].per");
        let per = match known(&field, cap.per)? {
            wire::CapPer::Event => Limit::Event(limit::Event),
            wire::CapPer::Customer => Limit::Customer(limit::Customer),
            wire::CapPer::Day => Limit::Day(limit::Day),
            wire::CapPer::Round => Limit::Round(limit::Round),
            wire::CapPer::Contest => Limit::Contest(limit::Contest),
            wire::CapPer::Unspecified => {
                let reason = "a cap is per event, customer, day, round or contest; say of what";
                return Err(Violation::new(field, "MISSING_FIELD", reason));
            }
        };
        Ok(Cap { per, points_e4: cap.points_e4, boards: cap.boards.clone() })
    };
    caps.iter().enumerate().map(cap).collect()
}

pub(super) fn cap_to_wire(cap: &Cap) -> wire::Cap {
    let per = match cap.per {
        Limit::Event(limit::Event) => wire::CapPer::Event,
        Limit::Customer(limit::Customer) => wire::CapPer::Customer,
        Limit::Day(limit::Day) => wire::CapPer::Day,
        Limit::Round(limit::Round) => wire::CapPer::Round,
        Limit::Contest(limit::Contest) => wire::CapPer::Contest,
    };
    wire::Cap { per: per.into(), points_e4: cap.points_e4, boards: cap.boards.clone() }
}
