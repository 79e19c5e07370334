//! Reads the schedule and the ranking of a contest: rounds, how they make the total, the ranking key, the chain of
//! tie-breaks.

use longhu_core::contest::{Indicator, Overall, RankedBy, Round, TieBreak};
use longhu_core::rule::{format, ranking, tie_break};

use super::keys::{self, names};
use super::parts::{fitting, from_to, index_of, localized};
use crate::fields::Fields;

pub(super) fn rounds(fields: &Fields) -> Vec<Round> {
    let round = |table: &Fields| {
        table.require("id");
        Round { id: table.text("id").unwrap_or_default(), name: localized(table), period: from_to(table) }
    };
    fields.tables("rounds", &names(&keys::ROUND)).iter().map(round).collect()
}

pub(super) fn overall(fields: &Fields) -> Overall {
    if !fields.has("overall") {
        return Overall::Sum(format::Sum);
    }
    if fields.is_text("overall") {
        fields.choice("overall", &[("sum", ())]);
        return Overall::Sum(format::Sum);
    }
    let Some(table) = fields.table("overall", &names(&keys::of_tables(&Overall::FORMS))) else {
        return Overall::Sum(format::Sum);
    };
    table.require("places");
    let points = table.decimals("places", 4).into_iter();
    match table.has("places") {
        true => {
            let points_e4 = points.filter_map(|points| fitting(Some(points))).collect();
            Overall::Places(format::Places { points_e4 })
        }
        false => Overall::Sum(format::Sum),
    }
}

pub(super) fn ranked_by(fields: &Fields, indicators: &[Indicator]) -> RankedBy {
    if !fields.has("ranked_by") {
        return RankedBy::Score(ranking::Score);
    }
    if fields.is_text("ranked_by") {
        let per_head = fields.choice("ranked_by", &[("score", false), ("per_head", true)]);
        return if per_head == Some(true) {
            RankedBy::PerHead(ranking::PerHead)
        } else {
            RankedBy::Score(ranking::Score)
        };
    }
    let Some(table) = fields.table("ranked_by", &names(&keys::of_tables(&RankedBy::FORMS))) else {
        return RankedBy::Score(ranking::Score);
    };
    let ids: Vec<String> = indicators.iter().map(|indicator| indicator.id.clone()).collect();
    let has_days = table.has("from") || table.has("to");
    match (table.has("indicator"), table.has("completion"), table.has("improvement")) {
        (true, false, false) if !has_days => {
            RankedBy::Indicator(ranking::Indicator(index_of(&table, "indicator", &ids)))
        }
        (false, true, false) if !has_days => {
            RankedBy::Completion(ranking::Completion(index_of(&table, "completion", &ids)))
        }
        (false, false, true) => {
            let is_rate = table.choice("improvement", &[("points", false), ("rate", true)]);
            RankedBy::Improvement(ranking::Improvement {
                base: from_to(&table),
                is_rate: is_rate.unwrap_or(false),
            })
        }
        _ => {
            let reason = "rows are ranked by one key: \"score\", \"per_head\", { indicator = ID }, { completion = ID } \
                          or { improvement = \"points\" or \"rate\", from = DAY, to = DAY }";
            fields.note("ranked_by", "CONFLICTING_FIELDS", reason);
            RankedBy::Score(ranking::Score)
        }
    }
}

pub(super) fn tie_breaks(fields: &Fields, indicators: &[Indicator]) -> Vec<TieBreak> {
    let read = |(index, text): (usize, String)| match text.as_str() {
        "earliest" => TieBreak::Earliest(tie_break::Earliest),
        "name" => TieBreak::Name(tie_break::Name),
        other => {
            let id = other.strip_prefix("indicator:");
            let found = id.and_then(|id| indicators.iter().position(|indicator| indicator.id == id));
            if found.is_none() {
                let (code, reason) = match id {
                    Some(id) => (
                        "UNKNOWN_INDICATOR",
                        format!("the contest has no indicator `{id}`; name one of its own"),
                    ),
                    None => (
                        "UNKNOWN_VALUE",
                        format!(
                            "`{other}` is not a tie-break; use \"earliest\", \"name\" or \"indicator:ID\""
                        ),
                    ),
                };
                fields.note_item("tie_breaks", index, code, reason);
            }
            TieBreak::Indicator(tie_break::Indicator(found.unwrap_or(usize::MAX)))
        }
    };
    fields.texts("tie_breaks").into_iter().enumerate().map(read).collect()
}
