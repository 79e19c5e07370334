//! Indicators on the wire: which events count, and what is counted. On the wire other indicators are named by
//! id, in the core by index. Defaults are filled in; whether a definition makes sense is checked elsewhere.

use longhu_core::contest::{Contest, Credited, Filter, Indicator, Measure};
use longhu_core::rule::better::{self, Better};
use longhu_core::rule::measure;
use longhu_core::types::money::{Amount, Currency};
use longhu_core::types::violation::Violation;

use super::fields::{id_of, index_of, known, minor, text_from_wire, text_to_wire};
use super::points;
use crate::scalar::{date_from_wire, date_to_wire, money_to_wire};
use crate::wire::contest::v1 as wire;
use crate::wire::contest::v1::indicator::Counted;

pub(super) fn from_wire(
    indicator: &wire::Indicator,
    contest: &wire::ContestDefinition,
    currency: Currency,
) -> Result<Indicator, Violation> {
    Ok(Indicator {
        id: indicator.id.clone(),
        name: text_from_wire(indicator.name.as_ref()),
        events: indicator.events.clone(),
        filter: filter_from_wire(indicator.filter.as_ref(), currency)?,
        measure: measure_from_wire(indicator, contest)?,
        better: better_from_wire(indicator.better)?,
        points: points::from_wire(indicator.points.as_ref(), currency)?,
        windows: points::windows_from_wire(&indicator.windows)?,
        caps: points::caps_from_wire(&indicator.caps)?,
    })
}

pub(super) fn to_wire(indicator: &Indicator, contest: &Contest) -> wire::Indicator {
    let (measure, counted) = measure_to_wire(&indicator.measure, contest);
    wire::Indicator {
        id: indicator.id.clone(),
        name: Some(text_to_wire(&indicator.name)),
        events: indicator.events.clone(),
        filter: filter_to_wire(&indicator.filter, contest.currency),
        measure: measure.into(),
        points: Some(points::to_wire(&indicator.points, contest.currency)),
        counted,
        better: better_to_wire(indicator.better).into(),
        windows: indicator.windows.iter().map(points::window_to_wire).collect(),
        caps: indicator.caps.iter().map(points::cap_to_wire).collect(),
    }
}

fn measure_from_wire(
    indicator: &wire::Indicator,
    contest: &wire::ContestDefinition,
) -> Result<Measure, Violation> {
    let named: wire::Measure = known("measure", indicator.measure)?;
    let Some(counted) = &indicator.counted else {
        return Ok(match named {
            wire::Measure::Unspecified | wire::Measure::Count => Measure::Count(measure::Count),
            wire::Measure::SumQuantity => Measure::Quantity(measure::Quantity),
            wire::Measure::SumAmount => Measure::Amount(measure::Amount),
            wire::Measure::Customers => Measure::Customers(measure::Customers),
            wire::Measure::ProductsPerCustomer => Measure::ProductsPerCustomer(measure::ProductsPerCustomer),
        });
    };
    if named != wire::Measure::Unspecified {
        let reason = "an indicator has one measure; leave `measure` out where `counted` says it";
        return Err(Violation::new("measure", "CONFLICTING_FIELDS", reason));
    }
    Ok(match counted {
        Counted::CustomersWithProducts(own) => {
            Measure::CustomersWithProducts(measure::CustomersWithProducts { at_least: own.at_least })
        }
        Counted::NetChange(own) => Measure::NetChange(measure::NetChange {
            credited: credited_from_wire("measure.net_change", own.credited)?,
            base: own.base_date.as_ref().map(|date| date_from_wire("measure.base", date)).transpose()?,
        }),
        Counted::AverageBalance(own) => Measure::AverageBalance(measure::AverageBalance {
            credited: credited_from_wire("measure.average_balance", own.credited)?,
        }),
        Counted::NthProduct(own) => Measure::NthProduct(measure::NthProduct {
            nth: own.nth,
            within_days: own.within_days,
            openings: own.openings.clone(),
        }),
        Counted::Ratio(own) => Measure::Ratio(measure::Ratio {
            of: index_of("measure.ratio", &own.of, contest)?,
            to: index_of("measure.to", &own.to, contest)?,
        }),
        Counted::Difference(own) => Measure::Difference(measure::Difference {
            of: index_of("measure.difference", &own.of, contest)?,
            minus: index_of("measure.minus", &own.minus, contest)?,
        }),
        Counted::SumOf(own) => Measure::SumOf(measure::SumOf {
            of: own
                .of
                .iter()
                .enumerate()
                .map(|(at, id)| index_of(&format!("measure.sum_of[{at}]"), id, contest))
                .collect::<Result<_, _>>()?,
        }),
        Counted::LeastOf(own) => Measure::LeastOf(measure::LeastOf {
            of: own
                .of
                .iter()
                .enumerate()
                .map(|(at, id)| index_of(&format!("measure.least_of[{at}]"), id, contest))
                .collect::<Result<_, _>>()?,
        }),
    })
}

fn measure_to_wire(measure: &Measure, contest: &Contest) -> (wire::Measure, Option<Counted>) {
    let counted = match measure {
        Measure::Count(_) => return (wire::Measure::Count, None),
        Measure::Quantity(_) => return (wire::Measure::SumQuantity, None),
        Measure::Amount(_) => return (wire::Measure::SumAmount, None),
        Measure::Customers(_) => return (wire::Measure::Customers, None),
        Measure::ProductsPerCustomer(_) => return (wire::Measure::ProductsPerCustomer, None),
        Measure::CustomersWithProducts(own) => {
            Counted::CustomersWithProducts(wire::CustomersWithProducts { at_least: own.at_least })
        }
        Measure::NetChange(own) => Counted::NetChange(wire::NetChange {
            credited: credited_to_wire(own.credited).into(),
            base_date: own.base.map(date_to_wire),
        }),
        Measure::AverageBalance(own) => {
            Counted::AverageBalance(wire::AverageBalance { credited: credited_to_wire(own.credited).into() })
        }
        Measure::NthProduct(own) => Counted::NthProduct(wire::NthProduct {
            nth: own.nth,
            within_days: own.within_days,
            openings: own.openings.clone(),
        }),
        Measure::Ratio(own) => {
            Counted::Ratio(wire::RatioOfIndicators { of: id_of(own.of, contest), to: id_of(own.to, contest) })
        }
        Measure::Difference(own) => Counted::Difference(wire::DifferenceOfIndicators {
            of: id_of(own.of, contest),
            minus: id_of(own.minus, contest),
        }),
        Measure::SumOf(own) => Counted::SumOf(wire::SumOfIndicators {
            of: own.of.iter().map(|part| id_of(*part, contest)).collect(),
        }),
        Measure::LeastOf(own) => Counted::LeastOf(wire::LeastOfIndicators {
            of: own.of.iter().map(|part| id_of(*part, contest)).collect(),
        }),
    };
    (wire::Measure::Unspecified, Some(counted))
}

fn better_from_wire(better: i32) -> Result<Option<Better>, Violation> {
    Ok(match known("better", better)? {
        wire::Better::Unspecified => None,
        wire::Better::Up => Some(Better::Up(better::Up)),
        wire::Better::Down => Some(Better::Down(better::Down)),
    })
}

fn better_to_wire(better: Option<Better>) -> wire::Better {
    match better {
        None => wire::Better::Unspecified,
        Some(Better::Up(_)) => wire::Better::Up,
        Some(Better::Down(_)) => wire::Better::Down,
    }
}

fn credited_from_wire(field: &str, credited: i32) -> Result<Credited, Violation> {
    match known(field, credited)? {
        wire::Credited::HolderOfTheDay => Ok(Credited::HolderOfTheDay),
        wire::Credited::PresentHolder => Ok(Credited::PresentHolder),
        wire::Credited::Unspecified => {
            let reason =
                "balances are credited to the holder of the day or to the present holder; say to whom";
            Err(Violation::new(field, "MISSING_FIELD", reason))
        }
    }
}

fn credited_to_wire(credited: Credited) -> wire::Credited {
    match credited {
        Credited::HolderOfTheDay => wire::Credited::HolderOfTheDay,
        Credited::PresentHolder => wire::Credited::PresentHolder,
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

fn filter_to_wire(filter: &Filter, currency: Currency) -> Option<wire::Filter> {
    let money = |minor| money_to_wire(Amount { currency, minor });
    let condition = |(key, values): &(String, Vec<String>)| wire::AttributeCondition {
        key: key.clone(),
        values: values.clone(),
    };
    (*filter != Filter::default()).then(|| wire::Filter {
        products: filter.products.clone(),
        channels: filter.channels.clone(),
        segments: filter.segments.clone(),
        amount_min: filter.amount_min.map(money),
        amount_max: filter.amount_max.map(money),
        attributes: filter.attributes.iter().map(condition).collect(),
    })
}
