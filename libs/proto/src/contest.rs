//! Conversion of contest definitions between the wire and the core. Defaults are filled in here, so that the
//! core needs none.

mod fields;
mod indicator;
mod points;
mod schedule;

use longhu_core::contest::{Contest, Listing, TieBreak, TieRule, UnitFrom};
use longhu_core::rule::{tie_break, tie_rule};
use longhu_core::types::money::Currency;
use longhu_core::types::violation::Violation;

use self::fields::{id_of, index_of, known, period_from_wire, text_from_wire, text_to_wire};
use crate::scalar::{date_to_wire, time_from_wire, time_to_wire};
use crate::wire::contest::v1 as wire;

/// Converts to a contest of the core. `bank_currency` is used if the definition names none.
pub fn from_wire(contest: &wire::ContestDefinition, bank_currency: Currency) -> Result<Contest, Violation> {
    let currency = match contest.currency.as_str() {
        "" => bank_currency,
        code => Currency::parse(code).ok_or_else(|| {
            let reason = format!("`{code}` is not a currency; give the ISO 4217 code");
            Violation::new("currency", "BAD_CURRENCY", reason)
        })?,
    };
    let period = period_from_wire("period.", contest.start_date.as_ref(), contest.end_date.as_ref())?;
    let indicator = |(index, indicator): (usize, &wire::Indicator)| {
        let read = indicator::from_wire(indicator, contest, currency);
        read.map_err(|violation| below(&format!("indicators[{index}]"), violation))
    };
    let deadline = contest.scoring_deadline_time.as_ref();
    Ok(Contest {
        id: contest.id.clone(),
        name: text_from_wire(contest.name.as_ref()),
        campaign: contest.campaign.clone(),
        start: period.start,
        end: period.end,
        grace_days: contest.grace_days,
        scoring_deadline: deadline.map(|time| time_from_wire("scoring_deadline_time", time)).transpose()?,
        boards: contest.boards.clone(),
        listing: match known("listed", contest.listing)? {
            wire::Listing::Unspecified | wire::Listing::Scored => Listing::Scored,
            wire::Listing::Eligible => Listing::Eligible,
        },
        indicators: contest.indicators.iter().enumerate().map(indicator).collect::<Result<_, _>>()?,
        tie_rule: match known("tie_rule", contest.tie_rule)? {
            wire::TieRule::Unspecified | wire::TieRule::TieRule1224 => TieRule::Standard(tie_rule::Standard),
            wire::TieRule::TieRule1223 => TieRule::Dense(tie_rule::Dense),
            wire::TieRule::TieRule1234 => TieRule::Ordinal(tie_rule::Ordinal),
        },
        tie_breaks: tie_breaks_from_wire(contest)?,
        unit_from: match known("unit_from", contest.unit_from)? {
            wire::UnitFrom::Unspecified | wire::UnitFrom::Membership => UnitFrom::Membership,
            wire::UnitFrom::Event => UnitFrom::Event,
        },
        currency,
        rounds: schedule::rounds_from_wire(&contest.rounds)?,
        overall: schedule::overall_from_wire(contest.overall.as_ref())?,
        ranked_by: schedule::ranked_by_from_wire(contest)?,
        calendar: Some(contest.calendar.clone()).filter(|id| !id.is_empty()),
        utc_offsets: contest.utc_offsets.iter().map(schedule::utc_offset_from_wire).collect(),
    })
}

/// The ranking key; `None` if rows are ranked by score.
pub fn ranked_by_to_wire(contest: &Contest) -> Option<wire::RankedBy> {
    schedule::ranked_by_to_wire(contest)
}

/// Converts a contest to its message.
pub fn to_wire(contest: &Contest) -> wire::ContestDefinition {
    let tie_rule = match contest.tie_rule {
        TieRule::Standard(tie_rule::Standard) => wire::TieRule::TieRule1224,
        TieRule::Dense(tie_rule::Dense) => wire::TieRule::TieRule1223,
        TieRule::Ordinal(tie_rule::Ordinal) => wire::TieRule::TieRule1234,
    };
    let listing = match contest.listing {
        Listing::Scored => wire::Listing::Scored,
        Listing::Eligible => wire::Listing::Eligible,
    };
    let unit_from = match contest.unit_from {
        UnitFrom::Membership => wire::UnitFrom::Membership,
        UnitFrom::Event => wire::UnitFrom::Event,
    };
    wire::ContestDefinition {
        id: contest.id.clone(),
        name: Some(text_to_wire(&contest.name)),
        campaign: contest.campaign.clone(),
        start_date: Some(date_to_wire(contest.start)),
        end_date: Some(date_to_wire(contest.end)),
        grace_days: contest.grace_days,
        scoring_deadline_time: contest.scoring_deadline.map(time_to_wire),
        boards: contest.boards.clone(),
        listing: listing.into(),
        indicators: contest.indicators.iter().map(|own| indicator::to_wire(own, contest)).collect(),
        tie_rule: tie_rule.into(),
        tie_breaks: contest
            .tie_breaks
            .iter()
            .map(|tie_break| tie_break_to_wire(tie_break, contest))
            .collect(),
        unit_from: unit_from.into(),
        currency: contest.currency.as_str().to_owned(),
        rounds: contest.rounds.iter().map(schedule::round_to_wire).collect(),
        overall: schedule::overall_to_wire(&contest.overall),
        ranked_by: schedule::ranked_by_to_wire(contest),
        calendar: contest.calendar.clone().unwrap_or_default(),
        utc_offsets: contest.utc_offsets.iter().map(schedule::utc_offset_to_wire).collect(),
    }
}

/// A violation in a part of the message, with the part's path in front.
fn below(path: &str, violation: Violation) -> Violation {
    Violation { field: format!("{path}.{}", violation.field), ..violation }
}

fn tie_breaks_from_wire(contest: &wire::ContestDefinition) -> Result<Vec<TieBreak>, Violation> {
    let mut tie_breaks = Vec::new();
    for (index, tie_break) in contest.tie_breaks.iter().enumerate() {
        tie_breaks.push(match &tie_break.by {
            Some(wire::tie_break::By::Earliest(_)) => TieBreak::Earliest(tie_break::Earliest),
            Some(wire::tie_break::By::Name(_)) => TieBreak::Name(tie_break::Name),
            Some(wire::tie_break::By::Indicator(id)) => {
                let index = index_of(&format!("tie_breaks[{index}]"), id, contest)?;
                TieBreak::Indicator(tie_break::Indicator(index))
            }
            None => {
                let reason = "a tie-break must say by what; use earliest, an indicator, or name";
                return Err(Violation::new(format!("tie_breaks[{index}]"), "MISSING_FIELD", reason));
            }
        });
    }
    Ok(tie_breaks)
}

fn tie_break_to_wire(tie_break: &TieBreak, contest: &Contest) -> wire::TieBreak {
    let by = match tie_break {
        TieBreak::Earliest(tie_break::Earliest) => wire::tie_break::By::Earliest(wire::EarliestToReach {}),
        TieBreak::Name(tie_break::Name) => wire::tie_break::By::Name(wire::ByName {}),
        TieBreak::Indicator(tie_break::Indicator(index)) => {
            wire::tie_break::By::Indicator(id_of(*index, contest))
        }
    };
    wire::TieBreak { by: Some(by) }
}
