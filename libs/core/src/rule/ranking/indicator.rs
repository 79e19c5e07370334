//! `ranked_by = { indicator = ID }`: the highest value of one indicator is first (单项排名), whatever the points are.

use serde::{Deserialize, Serialize};

use crate::rule::asked::Asked;
use crate::rule::check::{greater_is_worse, unknown_indicator};
use crate::rule::key::Key;
use crate::rule::phrase::{Phrase, say};
use crate::rule::setting::Setting;
use crate::types::period::Period;
use crate::types::ratio::Ratio;
use crate::types::violation::Violation;

/// Its keys in a file.
pub(super) const KEYS: [Key; 1] =
    [Key { name: "indicator", kind: "id of an indicator", range: "", default: "", says: "by its value" }];

/// The exact value of the indicator with this index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator(pub usize);

impl Indicator {
    pub(super) fn is_score(&self) -> bool {
        false
    }

    pub(super) fn counts_heads(&self) -> bool {
        false
    }

    pub(super) fn base(&self) -> Option<Period> {
        None
    }

    pub(super) fn indicator(&self) -> Option<usize> {
        Some(self.0)
    }

    pub(super) fn value(&self) -> Option<usize> {
        Some(self.0)
    }

    #[inline]
    pub(super) fn key(&self, asked: &impl Asked) -> Option<Ratio> {
        asked.value(self.0)
    }

    pub(super) fn check(&self, setting: &Setting) -> Vec<Violation> {
        const FIELD: &str = "ranked_by.indicator";
        unknown_indicator(FIELD, self.0, setting)
            .or_else(|| greater_is_worse(FIELD, self.0, setting))
            .into_iter()
            .collect()
    }

    pub(super) fn sentence(&self, setting: &Setting) -> Phrase {
        setting.name(self.0)
    }

    pub(super) fn example(&self, _: i128, setting: &Setting) -> Option<Phrase> {
        let key = self.sentence(setting);
        Some(say!("Ranks follow from {key} alone, not from points.", "名次按{key}排定，与得分无关。", key,))
    }
}
