//! `times = 2`: the points of events in a window are multiplied.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::rule::check::{POINTS_E4_MAX, order};
use crate::rule::key::Key;
use crate::rule::phrase::{Phrase, days, number, say};
use crate::rule::setting::{Facts, Setting};
use crate::types::period::Period;
use crate::types::score::SCALE;
use crate::types::violation::Violation;

/// Its keys in a file.
pub const KEYS: [Key; 3] = [
    Key {
        name: "from",
        kind: "day",
        range: "inside the period",
        default: "must be given",
        says: "first day",
    },
    Key { name: "to", kind: "day", range: "inside the period", default: "must be given", says: "last day" },
    Key {
        name: "times",
        kind: "decimal",
        range: "0 or more; with the rate up to 10^9 points",
        default: "must be given",
        says: "points of events on these business dates are multiplied by this",
    },
];

/// The most windows of an indicator.
const WINDOWS_MAX: usize = 64;

/// Days on which events are worth more, or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// Business dates of the events.
    pub period: Period,
    /// The factor for points, in 1/10,000, from 0.
    pub times_e4: i64,
}

/// The factor for the points of events on a day, in 1/10,000; outside of all windows it is 1.
#[inline]
pub fn times_on(windows: &[Times], day: Date) -> i128 {
    let window = windows.iter().find(|window| window.period.covers(day));
    window.map_or(SCALE, |window| i128::from(window.times_e4))
}

impl Times {
    /// What is wrong with the windows of an indicator; fields are the indicator's.
    pub fn check_all(windows: &[Times], own: &Facts, setting: &Setting) -> Vec<Violation> {
        if windows.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        if !own.has_points_by_event() {
            let reason = "a window multiplies the points of single events, and this indicator gives none; remove it, or \
                          give points per unit or per amount of a measure that is counted event by event";
            found.push(Violation::new("windows", "NO_POINTS_BY_EVENT", reason));
        }
        if windows.len() > WINDOWS_MAX {
            let reason = format!("an indicator has at most {WINDOWS_MAX} windows; join those that touch");
            found.push(Violation::new("windows", "OUT_OF_RANGE", reason));
        }
        let periods: Vec<Period> = windows.iter().map(|window| window.period).collect();
        found.extend(order("windows", &periods));
        for (index, window) in windows.iter().enumerate() {
            found.extend(window.outside(index, setting));
            found.extend(window.too_large(index, own));
        }
        found
    }

    fn outside(&self, index: usize, setting: &Setting) -> Option<Violation> {
        let (own, whole) = (self.period, setting.days);
        let holds = |outer: Period| outer.covers(own.start) && outer.covers(own.end);
        let is_inside = holds(whole) || setting.base.is_some_and(holds);
        if own.end < own.start || is_inside {
            return None;
        }
        let reason = format!(
            "the window is not within the contest's days, {} to {}; shorten it",
            whole.start, whole.end
        );
        let name = if whole.covers(own.start) { "to" } else { "from" };
        Some(Violation::new(format!("windows[{index}].{name}"), "OUTSIDE_PERIOD", reason))
    }

    fn too_large(&self, index: usize, own: &Facts) -> Option<Violation> {
        let times = i128::from(self.times_e4);
        let reason = if times < 0 {
            "points are multiplied by 0 or more; to take points away, use a rate below zero"
        } else if (i128::from(own.rate_e4) * times).abs() > i128::from(POINTS_E4_MAX) * SCALE {
            "the rate times this is more than 1,000,000,000 points; lower one of them"
        } else {
            return None;
        };
        Some(Violation::new(format!("windows[{index}].times"), "OUT_OF_RANGE", reason))
    }

    /// What it says.
    pub fn sentence(&self) -> Phrase {
        let (period, times) = (days(self.period), number(self.times_e4.into()));
        say!("{period}: points × {times}", "{period}：得分按 {times} 倍计", period, times)
    }

    /// An example: one unit on its first day, at this rate in 1/10,000.
    pub fn example(&self, points_e4: i64) -> Phrase {
        let (day, rate) = (self.period.start, number(points_e4.into()));
        let times = number(self.times_e4.into());
        let product = crate::types::score::mul_div_half_even(points_e4.into(), self.times_e4.into(), SCALE);
        let points = crate::rule::phrase::points(product);
        say!(
            "   one on {day}: {rate} × {times} = {points}",
            "   {day} 当日：{rate} × {times} = {points}",
            day,
            rate,
            times,
            points,
        )
    }
}
