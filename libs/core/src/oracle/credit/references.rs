//! References to customers: which creditor refers to which customer, and what takes a reference back. A
//! customer is never divided: every creditor of an event refers to its whole customer.

use crate::event::Event;
use crate::oracle::contest::admission::admit;
use crate::oracle::contest::refusal::Refusal;
use crate::oracle::credit::asked::Asked;
use crate::oracle::credit::given::Given;
use crate::oracle::credit::sharing::{Portion, Whole, portions, share};
use crate::oracle::exact::PARTS;
use crate::oracle::journal::lasting::as_left;
use crate::oracle::journal::reversals::{Dated, Left};

/// Adds the references of an original on its own date. `left` is what is left of it there.
pub(crate) fn credit<'a>(asked: &Asked<'_, 'a>, left: &Event, span: usize, given: &mut Given<'a>) {
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

/// Adds or removes references when a dated reversal takes effect, on its date.
pub(crate) fn take_away<'a>(asked: &Asked<'_, 'a>, taking: &Dated<'a>, span: usize, given: &mut Given<'a>) {
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

/// Adds a reference for every creditor with a share, and for nobody if a part is left for nobody.
fn refer<'a>(asked: &Asked<'_, 'a>, whole: &Whole<'a>, sign: i128, given: &mut Given<'a>) {
    let (parts, _) = portions(whole.event, 0, 0);
    let parts = parts.into_iter().map(|part| Portion { measure: sign * PARTS, ..part }).collect();
    given.credits.extend(share(whole, parts, asked.contest, asked.organisation));
}
