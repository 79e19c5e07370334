//! Customers for indicators of the n-th product. It looks at one customer at a time, and of reversals it only
//! considers whether anything is left.

use std::collections::BTreeMap;

use crate::contest::{Contest, Indicator};
use crate::oracle::contest::admission::admit;
use crate::oracle::contest::spans::span_of;
use crate::oracle::credit::events::Running;
use crate::oracle::credit::given::Given;
use crate::oracle::credit::sharing::{Whole, portions, share};
use crate::oracle::credit::worth::{most, value};
use crate::oracle::journal::lasting::Lasting;
use crate::oracle::register::Organisation;
use crate::oracle::rule::measure::nth_product::{Step, find};

/// Gives the credits of every indicator of the n-th product.
pub(crate) fn give<'a>(
    contest: &Contest,
    organisation: &Organisation<'a>,
    lasting: &[Lasting<'a>],
    given: &mut Given<'a>,
) {
    for (indicator, rule) in contest.indicators.iter().enumerate() {
        for own in by_customer(lasting).values() {
            let Some(found) = nth(own, contest, rule) else { continue };
            let Some(span) = span_of(contest, found.event.business_date) else { continue };
            let Ok(value) = value(&found.left, rule, contest.currency) else { continue };
            let (mut parts, last_unit) = portions(found.event, value.measure, value.points);
            Running::default().clamp(&mut parts, most(rule));
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

/// The event with which a customer got the n-th different product.
fn nth<'l, 'a>(own: &[&'l Lasting<'a>], contest: &Contest, rule: &Indicator) -> Option<&'l Lasting<'a>> {
    let step = |one: &&'l Lasting<'a>| Step {
        event: one.event,
        counts: admit(&one.left, rule, contest.currency).is_ok(),
    };
    let steps: Vec<Step> = own.iter().map(step).collect();
    find(&rule.measure, &steps).map(|at| own[at])
}

fn by_customer<'l, 'a>(lasting: &'l [Lasting<'a>]) -> BTreeMap<&'l str, Vec<&'l Lasting<'a>>> {
    let mut customers: BTreeMap<&str, Vec<&Lasting>> = BTreeMap::new();
    for one in lasting.iter().filter(|one| !one.event.customer.is_empty()) {
        customers.entry(&one.event.customer).or_default().push(one);
    }
    customers
}
