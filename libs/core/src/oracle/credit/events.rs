//! Credits of events that count by themselves: what an event gives on its own date, what reversals take
//! later, and the cap on what a creditor can get for it.

use std::collections::BTreeMap;

use crate::event::Event;
use crate::oracle::credit::asked::Asked;
use crate::oracle::credit::division::LastUnit;
use crate::oracle::credit::given::Given;
use crate::oracle::credit::sharing::{Portion, Whole, portions, share};
use crate::oracle::credit::worth::{Value, most, value};
use crate::oracle::journal::lasting::as_left;
use crate::oracle::journal::reversals::{Dated, Left};
use crate::oracle::rule::limit;

/// The points that each part of an original got so far for one indicator, before clamping.
#[derive(Default)]
pub(crate) struct Running(BTreeMap<usize, i128>);

impl Running {
    /// Reduces the points of each part to the change of its clamped sum.
    pub(crate) fn clamp(&mut self, parts: &mut [Portion], most: Option<i128>) {
        for (at, part) in parts.iter_mut().enumerate() {
            let sum = self.0.entry(at).or_default();
            let change = limit::event::change(*sum, part.points, most);
            *sum += part.points;
            part.points = change;
        }
    }
}

/// Gives the credits of an original on its own date. `left` is what is left of it there.
pub(crate) fn credit<'a>(
    asked: &Asked<'_, 'a>,
    left: &Event,
    span: usize,
    running: &mut Running,
    given: &mut Given<'a>,
) {
    let value = match value(left, asked.rule, asked.contest.currency) {
        Err(refusal) => return given.refusals.push(refusal),
        Ok(value) => value,
    };
    let event = asked.original.event;
    let (mut parts, last_unit) = portions(event, value.measure, value.points);
    running.clamp(&mut parts, most(asked.rule));
    let whole = Whole {
        position: asked.original.position,
        event,
        taken_by: None,
        date: event.business_date,
        span,
        indicator: asked.indicator,
        worth: value.points,
        was_half: value.was_half,
        last_unit,
    };
    given.credits.extend(share(&whole, parts, asked.contest, asked.organisation));
}

/// Gives the difference that a dated reversal makes, on its date, to the creditors of the original.
pub(crate) fn take_away<'a>(
    asked: &Asked<'_, 'a>,
    taking: &Dated<'a>,
    span: usize,
    running: &mut Running,
    given: &mut Given<'a>,
) {
    let event = asked.original.event;
    let worth = |left: Option<Left>| {
        left.and_then(|left| value(&as_left(event, left), asked.rule, asked.contest.currency).ok())
    };
    let (before, after) = (worth(Some(taking.before)), worth(taking.after));
    let what = |value: Option<Value>| value.map(|value| (value.measure, value.points));
    if what(before) == what(after) {
        return;
    }
    // An event that does not count gives nothing.
    let (old_measure, old_points) = what(before).unwrap_or((0, 0));
    let (new_measure, new_points) = what(after).unwrap_or((0, 0));
    let (mut parts, _) = portions(event, new_measure, new_points);
    let (old, _) = portions(event, old_measure, old_points);
    for (part, old) in parts.iter_mut().zip(old) {
        part.measure -= old.measure;
        part.points -= old.points;
    }
    running.clamp(&mut parts, most(asked.rule));
    let whole = Whole {
        position: taking.position,
        event,
        taken_by: Some(taking.reversal),
        date: taking.date,
        span,
        indicator: asked.indicator,
        worth: new_points - old_points,
        was_half: false,
        last_unit: LastUnit::NoneLeft,
    };
    given.credits.extend(share(&whole, parts, asked.contest, asked.organisation));
}
