//! The check of what an indicator counts: its events, its filter and its measure. Whether a bank has such events is not
//! asked, only whether the catalogue knows their types.

use std::collections::BTreeSet;

use super::{PRODUCTS_MAX, WITHIN_DAYS_MAX};
use crate::catalogue::Catalogue;
use crate::contest::{Contest, Filter, Indicator, Measure};
use crate::types::violation::Violation;

/// What is wrong with what the indicator of that index counts; fields are its own.
pub fn check(index: usize, contest: &Contest, catalogue: &Catalogue) -> Vec<Violation> {
    let indicator = &contest.indicators[index];
    let mut found = check_measure(indicator, contest, catalogue);
    if let Measure::Ratio { of, to } = indicator.measure {
        found.extend(check_ratio(index, of, to, contest));
    } else if indicator.events.is_empty() {
        let reason = format!("indicator `{}` counts no event type; name at least one", indicator.id);
        found.push(Violation::new("events", "NO_EVENT_TYPE", reason));
    }
    found.extend(check_types("events", &indicator.events, catalogue));
    found.extend(check_filter(&indicator.filter));
    found
}

fn check_types(field: &str, kinds: &[String], catalogue: &Catalogue) -> Vec<Violation> {
    let (mut found, mut named) = (Vec::new(), BTreeSet::new());
    for (index, kind) in kinds.iter().enumerate() {
        let field = format!("{field}[{index}]");
        if !catalogue.knows(kind) {
            let hint =
                catalogue.nearest(kind).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            let reason = format!("`{kind}` is not in the catalogue{hint}");
            found.push(Violation::new(&field, "UNKNOWN_TYPE", reason));
        }
        if !named.insert(kind) {
            let reason = format!("`{kind}` is named twice; keep one");
            found.push(Violation::new(&field, "DUPLICATE_ID", reason));
        }
    }
    found
}

fn check_measure(indicator: &Indicator, contest: &Contest, catalogue: &Catalogue) -> Vec<Violation> {
    let within = |field: &str, value: u32, least: u32, most: u32| {
        let reason = || format!("{value} is not possible here; give a number from {least} to {most}");
        let is_out = !(least..=most).contains(&value);
        is_out.then(|| Violation::new(field, "OUT_OF_RANGE", reason()))
    };
    match &indicator.measure {
        Measure::CustomersWithProducts { at_least } => {
            within("measure.customers_with_products", *at_least, 1, PRODUCTS_MAX).into_iter().collect()
        }
        Measure::NthProduct { nth, within_days, openings } => {
            let mut found = Vec::new();
            found.extend(within("measure.nth_product", *nth, 1, PRODUCTS_MAX));
            found.extend(within("measure.within_days", *within_days, 0, WITHIN_DAYS_MAX));
            if openings.is_empty() {
                let reason = "the days are counted from an opening; name at least one event type that opens";
                found.push(Violation::new("measure.openings", "NO_EVENT_TYPE", reason));
            }
            found.extend(check_types("measure.openings", openings, catalogue));
            found
        }
        Measure::NetChange { base: Some(base), .. } if *base >= contest.start => {
            let reason = format!(
                "the change is measured from {base}, which is not before the contest starts on {}; give an earlier day",
                contest.start
            );
            vec![Violation::new("measure.base", "BASE_NOT_BEFORE", reason)]
        }
        _ => Vec::new(),
    }
}

fn check_ratio(own: usize, of: usize, to: usize, contest: &Contest) -> Vec<Violation> {
    let mut found = Vec::new();
    for (field, index) in [("measure.ratio", of), ("measure.to", to)] {
        let Some(named) = contest.indicators.get(index) else {
            let reason = "the contest has no such indicator; name one of its own";
            found.push(Violation::new(field, "UNKNOWN_INDICATOR", reason));
            continue;
        };
        if index == own {
            let reason = format!("`{}` is the ratio itself; name another indicator", named.id);
            found.push(Violation::new(field, "RATIO_OF_ITSELF", reason));
        } else if matches!(named.measure, Measure::Ratio { .. }) {
            let reason = format!("`{}` is a ratio too; name an indicator that counts something", named.id);
            found.push(Violation::new(field, "RATIO_OF_RATIO", reason));
        }
    }
    if of == to && of != own && contest.indicators.get(of).is_some() {
        let reason = "an indicator for each of the same indicator is always 1; name another one";
        found.push(Violation::new("measure.to", "RATIO_OF_ITSELF", reason));
    }
    let indicator = &contest.indicators[own];
    let counted_elsewhere = |field: &str| {
        let reason =
            format!("a ratio counts nothing of its own; remove `{field}`, or give it to the two indicators");
        Violation::new(field, "RATIO_COUNTS_NOTHING", reason)
    };
    found.extend((!indicator.events.is_empty()).then(|| counted_elsewhere("events")));
    found.extend((indicator.filter != Filter::default()).then(|| counted_elsewhere("filter")));
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
