//! `tie_rule = "1224"`: equal rows share a rank, and as many ranks are skipped after it as rows share it,
//! less one.

use serde::{Deserialize, Serialize};

use crate::rule::phrase::{Phrase, say};
use crate::rule::placing::Placing;

/// 1, 2, 2, 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standard;

impl Standard {
    pub(super) fn placing(self) -> Placing {
        Placing::Skipping
    }

    pub(super) fn sentence(self, equal: &Phrase) -> Phrase {
        say!(
            "{equal} share a rank, and ranks are skipped after it: 1, 2, 2, 4.",
            "{equal}并列，其后名次跳过：1、2、2、4。",
            equal,
        )
    }
}
