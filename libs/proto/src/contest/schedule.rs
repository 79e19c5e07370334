//! The schedule and ranking of a contest on the wire. If nothing is said, it means what it meant before these
//! fields existed: one period, ranked by score. Written back, it is left out again, so that old definitions
//! keep their bytes.

use longhu_core::contest::{Contest, Overall, RankedBy, Round, UtcOffset};
use longhu_core::rule::{format, ranking};
use longhu_core::types::violation::Violation;

use super::fields::{id_of, index_of, period_from_wire, text_from_wire, text_to_wire};
use crate::scalar::date_to_wire;
use crate::wire::contest::v1 as wire;
use crate::wire::contest::v1::overall::By as OverallBy;
use crate::wire::contest::v1::ranked_by::By as RankedByCase;

pub(super) fn rounds_from_wire(rounds: &[wire::Round]) -> Result<Vec<Round>, Violation> {
    let round = |(index, round): (usize, &wire::Round)| {
        let path = format!("rounds[{index}].");
        Ok(Round {
            id: round.id.clone(),
            name: text_from_wire(round.name.as_ref()),
            period: period_from_wire(&path, round.start_date.as_ref(), round.end_date.as_ref())?,
        })
    };
    rounds.iter().enumerate().map(round).collect()
}

pub(super) fn round_to_wire(round: &Round) -> wire::Round {
    wire::Round {
        id: round.id.clone(),
        name: Some(text_to_wire(&round.name)),
        start_date: Some(date_to_wire(round.period.start)),
        end_date: Some(date_to_wire(round.period.end)),
    }
}

pub(super) fn overall_from_wire(overall: Option<&wire::Overall>) -> Result<Overall, Violation> {
    let Some(overall) = overall else { return Ok(Overall::Sum(format::Sum)) };
    match &overall.by {
        Some(OverallBy::Sum(_)) => Ok(Overall::Sum(format::Sum)),
        Some(OverallBy::Places(places)) => {
            Ok(Overall::Places(format::Places { points_e4: places.points_e4.clone() }))
        }
        None => {
            let reason = "rounds make the whole by their sum or by places; say which, or leave it out";
            Err(Violation::new("overall", "MISSING_FIELD", reason))
        }
    }
}

pub(super) fn overall_to_wire(overall: &Overall) -> Option<wire::Overall> {
    match overall {
        Overall::Sum(format::Sum) => None,
        Overall::Places(format::Places { points_e4 }) => {
            let places = wire::PointsForPlaces { points_e4: points_e4.clone() };
            Some(wire::Overall { by: Some(OverallBy::Places(places)) })
        }
    }
}

pub(super) fn ranked_by_from_wire(contest: &wire::ContestDefinition) -> Result<RankedBy, Violation> {
    let Some(ranked_by) = &contest.ranked_by else { return Ok(RankedBy::Score(ranking::Score)) };
    Ok(match &ranked_by.by {
        Some(RankedByCase::Score(_)) => RankedBy::Score(ranking::Score),
        Some(RankedByCase::Indicator(id)) => {
            RankedBy::Indicator(ranking::Indicator(index_of("ranked_by.indicator", id, contest)?))
        }
        Some(RankedByCase::Completion(id)) => {
            RankedBy::Completion(ranking::Completion(index_of("ranked_by.completion", id, contest)?))
        }
        Some(RankedByCase::PerHead(_)) => RankedBy::PerHead(ranking::PerHead),
        Some(RankedByCase::Improvement(own)) => RankedBy::Improvement(ranking::Improvement {
            base: period_from_wire("ranked_by.", own.start_date.as_ref(), own.end_date.as_ref())?,
            is_rate: own.is_rate,
        }),
        None => {
            let reason = "rows are ranked by something; say by what, or leave it out for the score";
            return Err(Violation::new("ranked_by", "MISSING_FIELD", reason));
        }
    })
}

pub(super) fn ranked_by_to_wire(contest: &Contest) -> Option<wire::RankedBy> {
    let by = match &contest.ranked_by {
        RankedBy::Score(ranking::Score) => return None,
        RankedBy::Indicator(ranking::Indicator(index)) => RankedByCase::Indicator(id_of(*index, contest)),
        RankedBy::Completion(ranking::Completion(index)) => RankedByCase::Completion(id_of(*index, contest)),
        RankedBy::PerHead(ranking::PerHead) => RankedByCase::PerHead(wire::ByScorePerHead {}),
        RankedBy::Improvement(ranking::Improvement { base, is_rate }) => {
            RankedByCase::Improvement(wire::ByImprovement {
                start_date: Some(date_to_wire(base.start)),
                end_date: Some(date_to_wire(base.end)),
                is_rate: *is_rate,
            })
        }
    };
    Some(wire::RankedBy { by: Some(by) })
}

pub(super) fn utc_offset_from_wire(offset: &wire::UtcOffset) -> UtcOffset {
    UtcOffset { from_seconds: offset.from_seconds, seconds: offset.seconds }
}

pub(super) fn utc_offset_to_wire(offset: &UtcOffset) -> wire::UtcOffset {
    wire::UtcOffset { from_seconds: offset.from_seconds, seconds: offset.seconds }
}
