//! `measure = { nth_product = 2, within_days = 90, openings = [...] }`: the event that brought a customer's n-th different
//! product soon after the first opening (交叉销售).

use crate::types::damage::Damage;
use std::collections::BTreeSet;

use jiff::{Span as Days, civil::Date};
use serde::{Deserialize, Serialize};

use crate::catalogue::{Catalogue, Field};
use crate::event::Event;
use crate::rule::check::{PRODUCTS_MAX, types, within};
use crate::rule::evaluation::{ByCustomer, Evaluation};
use crate::rule::key::{Form, Key};
use crate::rule::measure_rule::{Material, MeasureRule, Own};
use crate::rule::phrase::{Phrase, say};
use crate::rule::unit::Unit;
use crate::rule::words;
use crate::types::pages;
use crate::types::violation::Violation;

/// The longest time from an opening to the n-th product, in days.
const WITHIN_DAYS_MAX: u32 = 36_500;

/// Its keys in a file.
const KEYS: [Key; 3] = [
    Key {
        name: "nth_product",
        kind: "number",
        range: "1 to 1,000",
        default: "",
        says: "events that brought a customer's n-th different product",
    },
    Key {
        name: "within_days",
        kind: "days",
        range: "0 to 36,500",
        default: "must be given",
        says: "with `nth_product`: so many days after the first opening",
    },
    Key {
        name: "openings",
        kind: "event types",
        range: "at least one",
        default: "must be given",
        says: "with `nth_product`: what opens",
    },
];

/// Events that brought a customer's n-th different product soon after the first opening.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NthProduct {
    /// The n, from 1.
    pub nth: u32,
    /// The most days from the opening to the product; 0: on the same day.
    pub within_days: u32,
    /// The event types that count as an opening.
    pub openings: Vec<String>,
}

impl MeasureRule for NthProduct {
    fn word() -> &'static str {
        "nth_product"
    }

    fn evaluation(&self) -> Evaluation<'_> {
        Evaluation::ByCustomer(self)
    }

    fn unit(&self) -> Option<Unit> {
        Some(Unit::Events)
    }

    fn is_whole(&self) -> bool {
        true
    }

    fn adds_up(&self) -> Option<bool> {
        Some(true)
    }

    fn needs(&self) -> &'static [Field] {
        &[]
    }

    fn openings(&self) -> &[String] {
        &self.openings
    }

    fn check(&self, _: &Own, catalogue: &Catalogue) -> Vec<Violation> {
        let mut found = Vec::new();
        found.extend(within("measure.nth_product", self.nth, 1, PRODUCTS_MAX));
        found.extend(within("measure.within_days", self.within_days, 0, WITHIN_DAYS_MAX));
        if self.openings.is_empty() {
            let reason = "the days are counted from an opening; name at least one event type that opens";
            found.push(Violation::new("measure.openings", "NO_EVENT_TYPE", reason));
        }
        found.extend(types("measure.openings", &self.openings, catalogue));
        found
    }

    fn sound(&self) -> Result<(), Damage> {
        pages::check(self.within_days.into(), WITHIN_DAYS_MAX as usize + 1, "day after the opening")
    }

    fn sentence(&self, own: &Own) -> Phrase {
        let (nth, within_days) = (self.nth, self.within_days);
        let (types, openings) = (own.types(), words::types(&self.openings));
        let product = match nth {
            1 => say!("first product", "首个产品"),
            2 => say!("second different product", "第 2 种不同产品"),
            3 => say!("third different product", "第 3 种不同产品"),
            nth => say!("different product number {nth}", "第 {nth} 种不同产品", nth),
        };
        say!(
            "each customer's {product} ({types}) within {within_days} days of the customer's first opening ({openings})",
            "客户首次{openings}后 {within_days} 天内的{product}（{types}）",
            product,
            types,
            within_days,
            openings,
        )
    }

    fn form() -> Form {
        Form::Table(&KEYS)
    }

    fn samples(material: &Material) -> Vec<NthProduct> {
        let mut samples = Vec::new();
        for openings in [&material.types[..1], &material.types[1..], material.types] {
            for (nth, within_days) in [(1, 0), (1, 30), (2, 0), (2, 2), (2, 30), (3, 30)] {
                let openings = openings.iter().map(|kind| (*kind).to_owned()).collect();
                samples.push(NthProduct { nth, within_days, openings });
            }
        }
        samples
    }
}

impl ByCustomer for NthProduct {
    fn find(&self, live: &[&Event], counts: &dyn Fn(&Event) -> bool) -> Option<usize> {
        let opens = |event: &&&Event| self.openings.iter().any(|kind| *kind == event.kind);
        let opened = live.iter().filter(opens).min_by(|a, b| order(a).cmp(&order(b)))?;
        let first = opened.business_date;
        let last = first.checked_add(Days::new().days(i64::from(self.within_days))).unwrap_or(Date::MAX);
        let mut products: Vec<usize> = (0..live.len())
            .filter(|at| (first..=last).contains(&live[*at].business_date) && counts(live[*at]))
            .collect();
        products.sort_by(|a, b| order(live[*a]).cmp(&order(live[*b])));
        let mut seen = BTreeSet::new();
        products
            .into_iter()
            .find(|at| seen.insert(live[*at].product_or_kind()) && seen.len() as u32 == self.nth)
    }
}

/// The order of a customer's events. The source's number comes last: it decides between events with the same id.
fn order<'b>(event: &'b Event) -> impl Ord + 'b {
    let number = event.source_sequence.unwrap_or(0);
    (event.business_date, event.occurred, &event.source, &event.id, number)
}
