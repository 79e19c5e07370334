//! `"earliest"`: who reached the score earlier is first.

use serde::{Deserialize, Serialize};

use crate::rule::class::Scope;
use crate::rule::phrase::{Phrase, say};
use crate::rule::separates::Separates;
use crate::rule::setting::{Facts, Setting};
use crate::types::violation::Violation;

/// Who reached the score earlier is first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earliest;

const INSTEAD: &str = "break ties by an indicator or by name instead";

impl Earliest {
    pub(super) fn separates(self) -> Separates {
        Separates::Reach
    }

    /// Refused unless the score is a sum of credits, since only then a single credit raised it to where it is.
    pub(super) fn check(self, path: &str, setting: &Setting) -> Option<Violation> {
        let reason = match setting.is_by_places {
            true => {
                Some(format!("points for places are reached when rounds end, not by an event; {INSTEAD}"))
            }
            false => setting.indicators.iter().find_map(why_not),
        };
        reason.map(|reason| Violation::new(path, "REACH_HAS_NO_MEANING", reason))
    }

    pub(super) fn doubt(self, path: &str, setting: &Setting) -> Option<Violation> {
        let reason = "it asks who reached the score first, but rows are ranked by an indicator; please check that this is intended";
        setting.ranking_value.map(|_| Violation::new(path, "REACH_OF_SCORE", reason))
    }

    pub(super) fn sentence(self, _: &Setting) -> Phrase {
        say!("who reached the score earlier", "先达到该得分者")
    }
}

/// Why no single event can be said to raise a score through this indicator; `None` if one can.
fn why_not(own: &Facts) -> Option<String> {
    let id = own.id;
    // An indicator without points never raises a score.
    if own.is_only_counted {
        return None;
    }
    if !own.has_points_by_event() {
        return Some(format!(
            "the points of `{id}` follow from all that was counted, so no single event raised the score; {INSTEAD}"
        ));
    }
    if own.class.looks_back() {
        return Some(format!(
            "which event `{id}` counts depends on the customer's other events, so none by itself raised the score; {INSTEAD}"
        ));
    }
    let is_capped = own.caps.iter().any(|cap| cap.scope != Scope::Event);
    is_capped.then(|| {
        format!("`{id}` is capped as a sum, so which event raised the score is not determined; {INSTEAD}")
    })
}
