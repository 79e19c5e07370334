//! The oracle's credits of events that count by themselves: what each gives on its own date, what is taken of it later,
//! and how much of it a creditor may have at most. It never looks at two originals at once.

use std::collections::BTreeMap;

use crate::event::Event;
use crate::oracle::caps::event_cap;
use crate::oracle::credits::{Asked, Given};
use crate::oracle::division::LastUnit;
use crate::oracle::exact::clamp;
use crate::oracle::lasting::as_left;
use crate::oracle::reversals::{Dated, Left};
use crate::oracle::sharing::{Portion, Whole, portions, share};
use crate::oracle::worth::{Value, has_points_by_event, value};

/// What each part of an original was given so far under one indicator, before it was clamped.
#[derive(Default)]
pub(super) struct Running(BTreeMap<usize, i128>);

impl Running {
    /// Leaves of each part's points what they change of its clamped sum.
    pub(super) fn clamp(&mut self, parts: &mut [Portion], cap: Option<i128>) {
        for (at, part) in parts.iter_mut().enumerate() {
            let sum = self.0.entry(at).or_default();
            let before = *sum;
            *sum += part.points;
            part.points = clamp(*sum, cap) - clamp(before, cap);
        }
    }
}

/// Credits an original on its own date; `left` is what is left of it there.
pub(super) fn credit<'a>(
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
    running.clamp(&mut parts, cap(asked));
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

/// Credits the difference that a dated taking makes, on its date, to those who share the original.
pub(super) fn take_away<'a>(
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
    // What does not count gives nobody anything.
    let (old_measure, old_points) = what(before).unwrap_or((0, 0));
    let (new_measure, new_points) = what(after).unwrap_or((0, 0));
    let (mut parts, _) = portions(event, new_measure, new_points);
    let (old, _) = portions(event, old_measure, old_points);
    for (part, old) in parts.iter_mut().zip(old) {
        part.measure -= old.measure;
        part.points -= old.points;
    }
    running.clamp(&mut parts, cap(asked));
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

fn cap(asked: &Asked) -> Option<i128> {
    if has_points_by_event(asked.rule) { event_cap(asked.rule) } else { None }
}
