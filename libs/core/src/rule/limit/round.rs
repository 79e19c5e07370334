//! `per = "round"`: the most that an indicator gives a participant in one round.

use serde::{Deserialize, Serialize};

use crate::rule::class::Scope;
use crate::rule::phrase::{Phrase, say};
use crate::rule::setting::{Facts, Limited};
use crate::types::violation::Violation;

/// Limits a participant's points in one round.
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

    /// Doubts a cap that affects only the tables of the rounds, because the cap of the contest is not greater.
    pub(super) fn doubt(self, own: &Facts, cap: &Limited, _: bool) -> Option<String> {
        let reason = "the cap per contest is not greater, so this cap only affects the tables of the rounds; please check that this is intended";
        own.is_met_by(cap, Scope::Contest).then(|| reason.to_owned())
    }

    pub(super) fn sentence(self, most: &Phrase) -> Phrase {
        say!("{most} per round", "每期{most}", most)
    }
}
