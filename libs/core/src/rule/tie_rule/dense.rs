//! `tie_rule = "1223"`: equal rows share a rank, and no rank is skipped after them.

use serde::{Deserialize, Serialize};

use crate::rule::phrase::{Phrase, say};
use crate::rule::placing::Placing;

/// 1, 2, 2, 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dense;

impl Dense {
    pub(super) fn placing(self) -> Placing {
        Placing::Dense
    }

    pub(super) fn sentence(self, equal: &Phrase) -> Phrase {
        say!(
            "{equal} share a rank, and no rank is skipped: 1, 2, 2, 3.",
            "{equal}并列，其后名次连续：1、2、2、3。",
            equal,
        )
    }
}
