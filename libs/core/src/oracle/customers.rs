//! The oracle's customers: who refers to which customer and product by which event, and how many customers that makes. It
//! never divides a customer: every creditor of an event refers to its customer as much as any other.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::Event;
use crate::oracle::credits::{Asked, Credit, Given, Refusal};
use crate::oracle::exact::PARTS;
use crate::oracle::lasting::{as_left, product};
use crate::oracle::reversals::{Dated, Left};
use crate::oracle::sharing::{Portion, Whole, portions, share};
use crate::oracle::worth::admit;

/// How many customers a participant has in a span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Customers {
    /// With any product.
    pub(super) all: i128,
    /// With at least so many products as were asked for.
    pub(super) enough: i128,
    /// Products of all customers, counted for each.
    pub(super) pairs: i128,
}

/// Counts the customers of one participant's references, all of one span and indicator.
pub(super) fn count(credits: &[&Credit], at_least: usize) -> Customers {
    let mut references: BTreeMap<(&str, &str), i128> = BTreeMap::new();
    for credit in credits {
        let pair = (credit.event.customer.as_ref(), product(credit.event));
        *references.entry(pair).or_default() += credit.measure;
    }
    let mut products: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for ((customer, product), references) in references {
        if references > 0 {
            products.entry(customer).or_default().insert(product);
        }
    }
    Customers {
        all: products.len() as i128,
        enough: products.values().filter(|own| own.len() >= at_least).count() as i128,
        pairs: products.values().map(|own| own.len() as i128).sum(),
    }
}

/// References of an original on its own date; `left` is what is left of it there.
pub(super) fn credit<'a>(asked: &Asked<'_, 'a>, left: &Event, span: usize, given: &mut Given<'a>) {
    if let Err(refusal) = admit(left, asked.rule, asked.contest.currency) {
        return given.refusals.push(refusal);
    }
    if left.customer.is_empty() {
        return given.refusals.push(Refusal::NoCustomer);
    }
    let event = asked.original.event;
    let position = asked.original.position;
    let whole = Whole::without_points(position, event, event.business_date, span, asked.indicator);
    refer(asked, &whole, 1, given);
}

/// References that a dated taking takes away, or gives, on its date.
pub(super) fn take_away<'a>(asked: &Asked<'_, 'a>, taking: &Dated<'a>, span: usize, given: &mut Given<'a>) {
    let event = asked.original.event;
    let counts = |left: Option<Left>| {
        let is_admitted = |left| admit(&as_left(event, left), asked.rule, asked.contest.currency).is_ok();
        !event.customer.is_empty() && left.is_some_and(is_admitted)
    };
    let sign = match (counts(Some(taking.before)), counts(taking.after)) {
        (true, false) => -1,
        (false, true) => 1,
        (true, true) | (false, false) => return,
    };
    let whole = Whole::without_points(taking.position, event, taking.date, span, asked.indicator);
    refer(asked, &Whole { taken_by: Some(taking.reversal), ..whole }, sign, given);
}

/// A reference for everybody who has a share, and for nobody if something is left for nobody.
fn refer<'a>(asked: &Asked<'_, 'a>, whole: &Whole<'a>, sign: i128, given: &mut Given<'a>) {
    let (parts, _) = portions(whole.event, 0, 0);
    let parts = parts.into_iter().map(|part| Portion { measure: sign * PARTS, ..part }).collect();
    given.credits.extend(share(whole, parts, asked.contest, asked.organisation));
}
