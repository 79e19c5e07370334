//! The oracle's n-th products: of each customer the event that brought the n-th different product soon after the first
//! opening. It never looks at two customers at once, and asks of what is taken back only whether anything is left.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::Time;
use crate::contest::{Contest, Indicator, Measure};
use crate::oracle::caps::event_cap;
use crate::oracle::credits::Given;
use crate::oracle::decisions::Organisation;
use crate::oracle::events::Running;
use crate::oracle::lasting::Lasting;
use crate::oracle::sharing::{Whole, portions, share};
use crate::oracle::spans::{days, span_of};
use crate::oracle::worth::{admit, has_points_by_event, value};

/// Gives the credits of every indicator that asks for the n-th product.
pub(super) fn give<'a>(
    contest: &Contest,
    organisation: &Organisation<'a>,
    lasting: &[Lasting<'a>],
    given: &mut Given<'a>,
) {
    for (indicator, rule) in contest.indicators.iter().enumerate() {
        for own in by_customer(lasting).values() {
            let Some(found) = find(own, contest, rule) else { continue };
            let Some(span) = span_of(contest, found.event.business_date) else { continue };
            let Ok(value) = value(&found.left, rule, contest.currency) else { continue };
            let (mut parts, last_unit) = portions(found.event, value.measure, value.points);
            let cap = if has_points_by_event(rule) { event_cap(rule) } else { None };
            Running::default().clamp(&mut parts, cap);
            let whole = Whole {
                position: found.position,
                event: found.event,
                taken_by: None,
                date: found.event.business_date,
                span,
                indicator,
                worth: value.points,
                was_half: value.was_half,
                last_unit,
            };
            given.credits.extend(share(&whole, parts, contest, organisation));
        }
    }
}

fn by_customer<'l, 'a>(lasting: &'l [Lasting<'a>]) -> BTreeMap<&'l str, Vec<&'l Lasting<'a>>> {
    let mut customers: BTreeMap<&str, Vec<&Lasting>> = BTreeMap::new();
    for one in lasting.iter().filter(|one| !one.event.customer.is_empty()) {
        customers.entry(&one.event.customer).or_default().push(one);
    }
    customers
}

/// The event of a customer that brought the n-th different product.
fn find<'l, 'a>(own: &[&'l Lasting<'a>], contest: &Contest, rule: &Indicator) -> Option<&'l Lasting<'a>> {
    let Measure::NthProduct { nth, within_days, openings } = &rule.measure else { return None };
    let mut own = own.to_vec();
    own.sort_by_key(|one| order(one));
    let is_opening = |one: &&&Lasting| openings.iter().any(|kind| one.event.kind == kind.as_str());
    let opened = own.iter().find(is_opening)?.event.business_date;
    let mut products = BTreeSet::new();
    for one in own {
        let date = one.event.business_date;
        // On the day of the opening it is the first day, which is none after it.
        let is_soon = date >= opened && days(opened, date) - 1 <= i128::from(*within_days);
        if is_soon && admit(&one.left, rule, contest.currency).is_ok() {
            products.insert(one.product());
            if products.len() == *nth as usize {
                return Some(one);
            }
        }
    }
    None
}

fn order<'l>(one: &'l Lasting) -> (Date, Time, &'l str, &'l str, u64) {
    let event = one.event;
    (event.business_date, event.occurred, &event.source, &event.id, one.number())
}
