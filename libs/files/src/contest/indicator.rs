//! Indicators as a file says them: which events count, and what is counted of them. A measure is a word, or a table whose
//! first word says which it is.

use longhu_core::contest::{Credited, Filter, Indicator, Measure, Points};
use longhu_core::rule::better::{self, Better};
use longhu_core::rule::class::Class;
use longhu_core::rule::measure::{self, AverageBalance, CustomersWithProducts, NetChange, NthProduct};
use longhu_core::types::money::Currency;

use super::parts::{amount, index_named, index_of, localized};
use super::points;
use crate::fields::Fields;

const INDICATOR_FIELDS: [&str; 9] =
    ["id", "name", "events", "filter", "measure", "better", "points", "windows", "caps"];
const FILTER_FIELDS: [&str; 6] = ["product", "channel", "segment", "amount_min", "amount_max", "attributes"];
/// Which values may be the better ones.
const BETTER: [(&str, Better); 2] = [("up", Better::Up(better::Up)), ("down", Better::Down(better::Down))];
/// The measures that are tables: the field that says which, and the fields that go with it.
const MEASURES: [(&str, &[&str]); 7] = [
    ("customers_with_products", &["customers_with_products"]),
    ("net_change", &["net_change", "base"]),
    ("average_balance", &["average_balance"]),
    ("nth_product", &["nth_product", "within_days", "openings"]),
    ("ratio", &["ratio", "to"]),
    ("difference", &["difference", "minus"]),
    ("sum_of", &["sum_of"]),
];

pub(super) fn read(fields: &Fields, currency: Option<Currency>) -> Vec<Indicator> {
    let tables = fields.tables("indicators", &INDICATOR_FIELDS);
    // A ratio may name an indicator that stands below it.
    let ids: Vec<String> = tables.iter().map(|table| table.plain_text("id").unwrap_or_default()).collect();
    tables.iter().map(|table| indicator(table, &ids, currency)).collect()
}

fn indicator(fields: &Fields, ids: &[String], currency: Option<Currency>) -> Indicator {
    fields.require("id");
    let measure = read_measure(fields, ids);
    if measure.as_ref().is_none_or(|measure| measure.class() != Class::Derived) {
        fields.require("events");
    }
    let points = points::read(fields, currency);
    // A measure that was misread is no reason to find fault with the points.
    let unread = match points {
        Points::PerAmount(_) => Measure::Amount(measure::Amount),
        Points::PerUnit(_) | Points::Tiers(_) | Points::Completion(_) => Measure::Count(measure::Count),
    };
    Indicator {
        id: fields.text("id").unwrap_or_default(),
        name: localized(fields),
        events: fields.texts("events"),
        filter: filter(fields, currency),
        measure: measure.unwrap_or(unread),
        better: fields.choice("better", &BETTER),
        points,
        windows: points::windows(fields),
        caps: points::caps(fields),
    }
}

/// What is counted: each event where nothing is said, `None` where it could not be read.
fn read_measure(fields: &Fields, ids: &[String]) -> Option<Measure> {
    if !fields.has("measure") {
        return Some(Measure::Count(measure::Count));
    }
    if !fields.is_table("measure") {
        let words =
            [("count", 0), ("quantity", 1), ("amount", 2), ("customers", 3), ("products_per_customer", 4)];
        return Some(match fields.choice("measure", &words)? {
            0 => Measure::Count(measure::Count),
            1 => Measure::Quantity(measure::Quantity),
            2 => Measure::Amount(measure::Amount),
            3 => Measure::Customers(measure::Customers),
            _ => Measure::ProductsPerCustomer(measure::ProductsPerCustomer),
        });
    }
    let open = fields.open_table("measure")?;
    let mut said = MEASURES.iter().filter(|(name, _)| open.has(name));
    let (Some((which, known)), None) = (said.next(), said.next()) else {
        let names: Vec<&str> = MEASURES.iter().map(|(name, _)| *name).collect();
        let reason = format!("a measure is a word, or a table with one of {}", names.join(", "));
        fields.note("measure", "CONFLICTING_FIELDS", reason);
        return None;
    };
    let table = fields.table("measure", known)?;
    Some(match *which {
        "customers_with_products" => Measure::CustomersWithProducts(CustomersWithProducts {
            at_least: table.count("customers_with_products")?,
        }),
        "net_change" => {
            let credited = credited(&table, "net_change")?;
            Measure::NetChange(NetChange { credited, base: table.date("base") })
        }
        "average_balance" => {
            Measure::AverageBalance(AverageBalance { credited: credited(&table, "average_balance")? })
        }
        "nth_product" => nth_product(&table)?,
        "sum_of" => Measure::SumOf(measure::SumOf { of: indices_of(&table, ids) }),
        "difference" => {
            table.require("minus");
            Measure::Difference(measure::Difference {
                of: index_of(&table, "difference", ids),
                minus: index_of(&table, "minus", ids),
            })
        }
        _ => {
            table.require("to");
            Measure::Ratio(measure::Ratio {
                of: index_of(&table, "ratio", ids),
                to: index_of(&table, "to", ids),
            })
        }
    })
}

/// The indices of the indicators that are added up.
fn indices_of(table: &Fields, ids: &[String]) -> Vec<usize> {
    table.texts("sum_of").iter().map(|id| index_named(table, "sum_of", id, ids)).collect()
}

fn nth_product(table: &Fields) -> Option<Measure> {
    table.require("within_days");
    table.require("openings");
    let (nth, within_days) = (table.count("nth_product"), table.count("within_days"));
    let openings = table.texts("openings");
    Some(Measure::NthProduct(NthProduct { nth: nth?, within_days: within_days?, openings }))
}

fn credited(fields: &Fields, name: &str) -> Option<Credited> {
    let choices =
        [("holder_of_the_day", Credited::HolderOfTheDay), ("present_holder", Credited::PresentHolder)];
    fields.choice(name, &choices)
}

fn filter(fields: &Fields, currency: Option<Currency>) -> Filter {
    let Some(filter) = fields.table("filter", &FILTER_FIELDS) else { return Filter::default() };
    Filter {
        products: filter.texts("product"),
        channels: filter.texts("channel"),
        segments: filter.texts("segment"),
        amount_min: amount(&filter, "amount_min", currency),
        amount_max: amount(&filter, "amount_max", currency),
        attributes: attributes(&filter),
    }
}

fn attributes(filter: &Fields) -> Vec<(String, Vec<String>)> {
    let Some(attributes) = filter.open_table("attributes") else { return Vec::new() };
    attributes.names().map(|name| (name.to_owned(), attributes.texts(name))).collect()
}
