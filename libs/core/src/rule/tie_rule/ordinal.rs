//! `tie_rule = "1234"`: no two rows share a rank; rows that nothing separates stand by participant id.

use serde::{Deserialize, Serialize};

use crate::rule::phrase::{Phrase, say};
use crate::rule::placing::Placing;

/// 1, 2, 3, 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordinal;

impl Ordinal {
    pub(super) fn placing(self) -> Placing {
        Placing::ByPlace
    }

    pub(super) fn sentence(self) -> Phrase {
        say!("Nobody shares a rank: who is still equal stands by id.", "不设并列：仍相同者按编号排列。",)
    }
}
