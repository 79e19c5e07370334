//! `per = "round"`: the most that an indicator gives a participant in one round.

use serde::{Deserialize, Serialize};

use crate::rule::class::Scope;
use crate::rule::phrase::{Phrase, say};
use crate::rule::setting::{Facts, Limited};
use crate::types::violation::Violation;

/// Of a participant's round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round;

impl Round {
    pub(super) fn scope(self) -> Scope {
        Scope::Round
    }

    pub(super) fn check(self, _: &Facts, _: &Limited, has_rounds: bool) -> Vec<Violation> {
        let reason = "the contest has no rounds; give it rounds, or cap the contest";
        (!has_rounds).then(|| Violation::new("per", "NEEDS_ROUNDS", reason)).into_iter().collect()
    }

    /// A cap that is felt in the round's own table only.
    pub(super) fn doubt(self, own: &Facts, cap: &Limited, _: bool) -> Option<String> {
        let reason = "the cap per contest is not greater, so this one is felt in a round's own table only; is that meant?";
        own.is_met_by(cap, Scope::Contest).then(|| reason.to_owned())
    }

    pub(super) fn sentence(self, points: &Phrase) -> Phrase {
        say!("at most {points} a round", "每期最多 {points}", points)
    }
}
