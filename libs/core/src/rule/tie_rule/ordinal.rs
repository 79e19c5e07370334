//! `tie_rule = "1234"`: no two rows share a rank; rows that are still equal are ordered by participant id.

use serde::{Deserialize, Serialize};

use crate::rule::phrase::Phrase;
use crate::rule::placing::Placing;

/// 1, 2, 3, 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordinal;

impl Ordinal {
    pub(super) fn placing(self) -> Placing {
        Placing::ByPlace
    }

    pub(super) fn sentence(self, equal: &Phrase) -> Phrase {
        let zh = format!("不设并列：{}按编号排列。", equal.zh);
        Phrase { en: "No shared ranks: remaining ties are ordered by id.".to_owned(), zh }
    }
}
