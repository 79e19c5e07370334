//! Contest definitions on the wire to and from the core's. Defaults are filled in here, so that the core has none.

use longhu_core::contest::{
    Contest, Filter, Indicator, Listing, LocalizedText, Measure, Points, TieBreak, TieRule, UnitFrom,
};
use longhu_core::money::Currency;
use longhu_core::score::SCALE;
use longhu_core::violation::Violation;

use crate::scalar::{
    date_from_wire, date_to_wire, money_from_wire, money_to_wire, time_from_wire, time_to_wire,
};
use crate::wire::contest::v1 as wire;

/// The core's contest; `bank_currency` is used where the definition names none.
pub fn from_wire(contest: &wire::ContestDefinition, bank_currency: Currency) -> Result<Contest, Violation> {
    let date = |field: &str, date: &Option<_>| match date {
        Some(date) => date_from_wire(field, date),
        None => Err(Violation::new(field, "MISSING_FIELD", "a contest needs its period; give both dates")),
    };
    let currency = match contest.currency.as_str() {
        "" => bank_currency,
        code => Currency::parse(code).ok_or_else(|| {
            let reason = format!("`{code}` is not a currency; give the ISO 4217 code");
            Violation::new("currency", "BAD_CURRENCY", reason)
        })?,
    };
    let indicator = |(index, indicator): (usize, &wire::Indicator)| {
        indicator_from_wire(indicator, currency).map_err(|violation| Violation {
            field: format!("indicators[{index}].{}", violation.field),
            ..violation
        })
    };
    let deadline = contest.scoring_deadline_time.as_ref();
    Ok(Contest {
        id: contest.id.clone(),
        name: text_from_wire(contest.name.as_ref()),
        campaign: contest.campaign.clone(),
        start: date("period.from", &contest.start_date)?,
        end: date("period.to", &contest.end_date)?,
        grace_days: contest.grace_days,
        scoring_deadline: deadline.map(|time| time_from_wire("scoring_deadline_time", time)).transpose()?,
        boards: contest.boards.clone(),
        listing: match known("listed", contest.listing)? {
            wire::Listing::Unspecified | wire::Listing::Scored => Listing::Scored,
            wire::Listing::Eligible => Listing::Eligible,
        },
        indicators: contest.indicators.iter().enumerate().map(indicator).collect::<Result<_, _>>()?,
        tie_rule: match known("tie_rule", contest.tie_rule)? {
            wire::TieRule::Unspecified | wire::TieRule::TieRule1224 => TieRule::Standard1224,
            wire::TieRule::TieRule1223 => TieRule::Dense1223,
            wire::TieRule::TieRule1234 => TieRule::Ordinal1234,
        },
        tie_breaks: tie_breaks_from_wire(contest)?,
        unit_from: match known("unit_from", contest.unit_from)? {
            wire::UnitFrom::Unspecified | wire::UnitFrom::Membership => UnitFrom::Membership,
            wire::UnitFrom::Event => UnitFrom::Event,
        },
        currency,
    })
}

/// The message of a contest.
pub fn to_wire(contest: &Contest) -> wire::ContestDefinition {
    let tie_rule = match contest.tie_rule {
        TieRule::Standard1224 => wire::TieRule::TieRule1224,
        TieRule::Dense1223 => wire::TieRule::TieRule1223,
        TieRule::Ordinal1234 => wire::TieRule::TieRule1234,
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
        indicators: contest.indicators.iter().map(|i| indicator_to_wire(i, contest.currency)).collect(),
        tie_rule: tie_rule.into(),
        tie_breaks: contest
            .tie_breaks
            .iter()
            .map(|tie_break| tie_break_to_wire(tie_break, contest))
            .collect(),
        unit_from: unit_from.into(),
        currency: contest.currency.as_str().to_owned(),
    }
}

/// An enum's value that this version knows.
fn known<E: TryFrom<i32>>(field: &str, value: i32) -> Result<E, Violation> {
    E::try_from(value).map_err(|_| {
        Violation::new(field, "OUT_OF_RANGE", format!("{value} is not a value that this version knows"))
    })
}

fn text_from_wire(text: Option<&wire::LocalizedText>) -> LocalizedText {
    text.map_or_else(LocalizedText::default, |text| LocalizedText {
        zh: text.zh.clone(),
        en: text.en.clone(),
    })
}

fn text_to_wire(text: &LocalizedText) -> wire::LocalizedText {
    wire::LocalizedText { zh: text.zh.clone(), en: text.en.clone() }
}

fn indicator_from_wire(indicator: &wire::Indicator, currency: Currency) -> Result<Indicator, Violation> {
    let points = match &indicator.points {
        None => Points::PerUnit(SCALE as i64),
        Some(wire::indicator::Points::PerUnit(points)) => Points::PerUnit(points.points_e4),
        Some(wire::indicator::Points::PerAmount(points)) => Points::PerAmount {
            points_e4: points.points_e4,
            per_minor: minor("points.amount", points.amount.as_ref(), currency)?.unwrap_or(0),
        },
    };
    Ok(Indicator {
        id: indicator.id.clone(),
        name: text_from_wire(indicator.name.as_ref()),
        events: indicator.events.clone(),
        filter: filter_from_wire(indicator.filter.as_ref(), currency)?,
        measure: match known("measure", indicator.measure)? {
            wire::Measure::Unspecified | wire::Measure::Count => Measure::Count,
            wire::Measure::SumQuantity => Measure::SumQuantity,
            wire::Measure::SumAmount => Measure::SumAmount,
        },
        points,
    })
}

fn indicator_to_wire(indicator: &Indicator, currency: Currency) -> wire::Indicator {
    let money = |minor| money_to_wire(longhu_core::money::Amount { currency, minor });
    let filter = &indicator.filter;
    let measure = match indicator.measure {
        Measure::Count => wire::Measure::Count,
        Measure::SumQuantity => wire::Measure::SumQuantity,
        Measure::SumAmount => wire::Measure::SumAmount,
    };
    let points = match indicator.points {
        Points::PerUnit(points_e4) => wire::indicator::Points::PerUnit(wire::PointsPerUnit { points_e4 }),
        Points::PerAmount { points_e4, per_minor } => {
            wire::indicator::Points::PerAmount(wire::PointsPerAmount {
                points_e4,
                amount: Some(money(per_minor)),
            })
        }
    };
    let condition = |(key, values): &(String, Vec<String>)| wire::AttributeCondition {
        key: key.clone(),
        values: values.clone(),
    };
    wire::Indicator {
        id: indicator.id.clone(),
        name: Some(text_to_wire(&indicator.name)),
        events: indicator.events.clone(),
        filter: (*filter != Filter::default()).then(|| wire::Filter {
            products: filter.products.clone(),
            channels: filter.channels.clone(),
            segments: filter.segments.clone(),
            amount_min: filter.amount_min.map(money),
            amount_max: filter.amount_max.map(money),
            attributes: filter.attributes.iter().map(condition).collect(),
        }),
        measure: measure.into(),
        points: Some(points),
    }
}

fn filter_from_wire(filter: Option<&wire::Filter>, currency: Currency) -> Result<Filter, Violation> {
    let Some(filter) = filter else { return Ok(Filter::default()) };
    let condition = |c: &wire::AttributeCondition| (c.key.clone(), c.values.clone());
    Ok(Filter {
        products: filter.products.clone(),
        channels: filter.channels.clone(),
        segments: filter.segments.clone(),
        amount_min: minor("filter.amount_min", filter.amount_min.as_ref(), currency)?,
        amount_max: minor("filter.amount_max", filter.amount_max.as_ref(), currency)?,
        attributes: filter.attributes.iter().map(condition).collect(),
    })
}

/// Money in the contest's currency, as minor units.
fn minor(
    field: &str,
    money: Option<&crate::generated::google::r#type::Money>,
    currency: Currency,
) -> Result<Option<i64>, Violation> {
    let Some(money) = money else { return Ok(None) };
    let amount = money_from_wire(field, money)?;
    if amount.currency != currency {
        let reason =
            format!("{} is not the contest's currency {currency}; use one currency", amount.currency);
        return Err(Violation::new(field, "MIXED_CURRENCY", reason));
    }
    Ok(Some(amount.minor))
}

fn tie_breaks_from_wire(contest: &wire::ContestDefinition) -> Result<Vec<TieBreak>, Violation> {
    let mut tie_breaks = Vec::new();
    for (index, tie_break) in contest.tie_breaks.iter().enumerate() {
        tie_breaks.push(match &tie_break.by {
            Some(wire::tie_break::By::Earliest(_)) => TieBreak::Earliest,
            Some(wire::tie_break::By::Name(_)) => TieBreak::Name,
            Some(wire::tie_break::By::Indicator(id)) => {
                let found = contest.indicators.iter().position(|indicator| indicator.id == *id);
                TieBreak::Indicator(found.ok_or_else(|| {
                    let reason = format!("the contest has no indicator `{id}`; name one of its own");
                    Violation::new(format!("tie_breaks[{index}]"), "UNKNOWN_INDICATOR", reason)
                })?)
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
        TieBreak::Earliest => wire::tie_break::By::Earliest(wire::EarliestToReach {}),
        TieBreak::Name => wire::tie_break::By::Name(wire::ByName {}),
        TieBreak::Indicator(index) => {
            let id = contest.indicators.get(*index).map_or(String::new(), |indicator| indicator.id.clone());
            wire::tie_break::By::Indicator(id)
        }
    };
    wire::TieBreak { by: Some(by) }
}
