//! `per = "event"`: the most that a creditor's part of one event is worth. It is clamped before it is added up, so the
//! cap holds on every board.

use serde::{Deserialize, Serialize};

use crate::rule::check::needs_points_by_event;
use crate::rule::class::Scope;
use crate::rule::phrase::{Phrase, say};
use crate::rule::setting::{Facts, Limited};
use crate::types::score::SCALE;
use crate::types::violation::Violation;

/// Limits each creditor's part of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event;

impl Event {
    pub(super) fn scope(self) -> Scope {
        Scope::Event
    }

    pub(super) fn check(self, own: &Facts, cap: &Limited, _: bool) -> Vec<Violation> {
        let mut found: Vec<Violation> = needs_points_by_event("event", own).into_iter().collect();
        if !cap.boards.is_empty() {
            let reason = "the points of an event are capped before they are added up, so on every board; leave the boards out";
            found.push(Violation::new("boards", "CAP_ON_EVERY_BOARD", reason));
        }
        found
    }

    /// Doubts a cap that no single event can exceed, where each event counts one.
    pub(super) fn doubt(self, own: &Facts, cap: &Limited, _: bool) -> Option<String> {
        let rate = own.per_unit_e4.filter(|_| own.has_points_by_event() && own.unit.is_of_events())?;
        let times = i128::from(own.times_e4_max.unwrap_or(0)).max(SCALE);
        let most = i128::from(rate).abs() * times / SCALE;
        let reason = "no single event is worth more than this cap, so it never binds; lower it, or remove it";
        (most <= i128::from(cap.points_e4)).then(|| reason.to_owned())
    }

    pub(super) fn sentence(self, most: &Phrase) -> Phrase {
        say!("{most} per event", "每笔{most}", most)
    }
}
