//! `tie_rule = "1223"`: equal rows share a rank, and no rank is left out after them.

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

    pub(super) fn sentence(self) -> Phrase {
        say!(
            "Who is still equal shares a rank, and none is left out: 1, 2, 2, 3.",
            "仍相同者并列，其后名次连续：1、2、2、3。",
        )
    }
}
