//! `tie_rule = "1224"`: equal rows share a rank, and the ranks that they take up are left out after them.

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

    pub(super) fn sentence(self) -> Phrase {
        say!(
            "Who is still equal shares a rank, and the next ones are left out: 1, 2, 2, 4.",
            "仍相同者并列，其后名次跳过：1、2、2、4。",
        )
    }
}
