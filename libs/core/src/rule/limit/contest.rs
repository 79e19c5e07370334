//! `per = "contest"`: the most that an indicator gives a participant in the whole contest.

use serde::{Deserialize, Serialize};

use crate::rule::class::Scope;
use crate::rule::phrase::{Phrase, say};
use crate::rule::setting::{Facts, Limited};
use crate::types::violation::Violation;

/// Limits everything that a participant has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contest;

impl Contest {
    pub(super) fn scope(self) -> Scope {
        Scope::Contest
    }

    pub(super) fn check(self, _: &Facts, _: &Limited, _: bool) -> Vec<Violation> {
        Vec::new()
    }

    pub(super) fn doubt(self, _: &Facts, _: &Limited, _: bool) -> Option<String> {
        None
    }

    pub(super) fn sentence(self, most: &Phrase) -> Phrase {
        say!("{most} in total", "总计{most}", most)
    }
}
