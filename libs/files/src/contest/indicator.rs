//! Reads indicators: which events count, and what is counted of them. A measure is a word, or a table in which one key
//! names the measure.

use longhu_core::contest::{Credited, Filter, Indicator, Measure, Points};
use longhu_core::rule::better::{self, Better};
use longhu_core::rule::class::Class;
use longhu_core::rule::key::Form;
use longhu_core::rule::measure::{self, AverageBalance, CustomersWithProducts, NetChange, NthProduct};
use longhu_core::types::money::Currency;

use super::keys::{self, names};
use super::parts::{amount, index_named, index_of, localized};
use super::points;
use crate::fields::Fields;

/// The words of `better`.
const BETTER: [(&str, Better); 2] = [("up", Better::Up(better::Up)), ("down", Better::Down(better::Down))];
/// Reads a measure from its table, given the ids of the contest's indicators.
type Read = fn(&Fields, &[String]) -> Option<Measure>;
/// The measures that are written as words.
const WORDS: [(&str, Measure); 5] = [
    ("count", Measure::Count(measure::Count)),
    ("quantity", Measure::Quantity(measure::Quantity)),
    ("amount", Measure::Amount(measure::Amount)),
    ("customers", Measure::Customers(measure::Customers)),
    ("products_per_customer", Measure::ProductsPerCustomer(measure::ProductsPerCustomer)),
];
/// The measures that are written as tables, by the key that names them.
const TABLES: [(&str, Read); 8] = [
    ("customers_with_products", customers_with_products),
    ("net_change", net_change),
    ("average_balance", average_balance),
    ("nth_product", nth_product),
    ("ratio", ratio),
    ("difference", difference),
    ("sum_of", sum_of),
    ("least_of", least_of),
];

pub(super) fn read(fields: &Fields, currency: Option<Currency>) -> Vec<Indicator> {
    let tables = fields.tables("indicators", &names(&keys::INDICATOR));
    // All ids are needed first, since a measure may name an indicator that comes later in the file.
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
    // A measure that could not be read is replaced by one that fits the points, so that these are not reported as well.
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

/// The measure: `count` where the file names none, `None` where it could not be read.
fn read_measure(fields: &Fields, ids: &[String]) -> Option<Measure> {
    if !fields.has("measure") {
        return Some(Measure::Count(measure::Count));
    }
    if !fields.is_table("measure") {
        return fields.choice("measure", &WORDS);
    }
    let open = fields.open_table("measure")?;
    let mut said = TABLES.iter().filter(|(name, _)| open.has(name));
    let (Some((name, read)), None) = (said.next(), said.next()) else {
        let names: Vec<&str> = TABLES.iter().map(|(name, _)| *name).collect();
        let reason = format!("a measure is a word, or a table with one of {}", names.join(", "));
        fields.note("measure", "CONFLICTING_FIELDS", reason);
        return None;
    };
    let forms = Measure::forms();
    let (_, Form::Table(known)) = forms.iter().find(|(word, _)| word == name)? else { return None };
    read(&fields.table("measure", &names(known))?, ids)
}

fn customers_with_products(table: &Fields, _: &[String]) -> Option<Measure> {
    let at_least = table.count("customers_with_products")?;
    Some(Measure::CustomersWithProducts(CustomersWithProducts { at_least }))
}

fn net_change(table: &Fields, _: &[String]) -> Option<Measure> {
    let credited = credited(table, "net_change")?;
    Some(Measure::NetChange(NetChange { credited, base: table.date("base") }))
}

fn average_balance(table: &Fields, _: &[String]) -> Option<Measure> {
    Some(Measure::AverageBalance(AverageBalance { credited: credited(table, "average_balance")? }))
}

fn nth_product(table: &Fields, _: &[String]) -> Option<Measure> {
    table.require("within_days");
    table.require("openings");
    let (nth, within_days) = (table.count("nth_product"), table.count("within_days"));
    let openings = table.texts("openings");
    Some(Measure::NthProduct(NthProduct { nth: nth?, within_days: within_days?, openings }))
}

fn ratio(table: &Fields, ids: &[String]) -> Option<Measure> {
    table.require("to");
    let (of, to) = (index_of(table, "ratio", ids), index_of(table, "to", ids));
    Some(Measure::Ratio(measure::Ratio { of, to }))
}

fn difference(table: &Fields, ids: &[String]) -> Option<Measure> {
    table.require("minus");
    let (of, minus) = (index_of(table, "difference", ids), index_of(table, "minus", ids));
    Some(Measure::Difference(measure::Difference { of, minus }))
}

fn sum_of(table: &Fields, ids: &[String]) -> Option<Measure> {
    let of = table.texts("sum_of").iter().map(|id| index_named(table, "sum_of", id, ids)).collect();
    Some(Measure::SumOf(measure::SumOf { of }))
}

fn least_of(table: &Fields, ids: &[String]) -> Option<Measure> {
    let of = table.texts("least_of").iter().map(|id| index_named(table, "least_of", id, ids)).collect();
    Some(Measure::LeastOf(measure::LeastOf { of }))
}

fn credited(fields: &Fields, name: &str) -> Option<Credited> {
    let choices =
        [("holder_of_the_day", Credited::HolderOfTheDay), ("present_holder", Credited::PresentHolder)];
    fields.choice(name, &choices)
}

fn filter(fields: &Fields, currency: Option<Currency>) -> Filter {
    let Some(filter) = fields.table("filter", &names(&keys::FILTER)) else { return Filter::default() };
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
