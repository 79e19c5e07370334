//! `ranked_by = { completion = ID }`: the highest completion of a target is first (完成率), whatever the points
//! are.

use serde::{Deserialize, Serialize};

use crate::rule::asked::Asked;
use crate::rule::check::unknown_indicator;
use crate::rule::class::Basis;
use crate::rule::key::Key;
use crate::rule::phrase::{Phrase, say};
use crate::rule::setting::Setting;
use crate::types::period::Period;
use crate::types::ratio::Ratio;
use crate::types::violation::Violation;

/// Its keys in a file.
pub(super) const KEYS: [Key; 1] = [Key {
    name: "completion",
    kind: "id of an indicator with a `weight`",
    range: "",
    default: "",
    says: "by how much of its target was reached",
}];

/// The completion of the target of the indicator with this index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion(pub usize);

impl Completion {
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
        None
    }

    #[inline]
    pub(super) fn key(&self, asked: &impl Asked) -> Option<Ratio> {
        asked.completion(self.0)
    }

    pub(super) fn check(&self, setting: &Setting) -> Vec<Violation> {
        const FIELD: &str = "ranked_by.completion";
        let Some(own) = setting.indicators.get(self.0) else {
            return unknown_indicator(FIELD, self.0, setting).into_iter().collect();
        };
        if own.basis == Basis::Completion {
            return Vec::new();
        }
        let reason =
            format!("`{}` has no completion to rank by; give it `points = {{ weight = ... }}`", own.id);
        vec![Violation::new(FIELD, "NO_COMPLETION", reason)]
    }

    pub(super) fn sentence(&self, setting: &Setting) -> Phrase {
        let name = setting.name(self.0);
        say!("completion of {name}", "{name}完成率", name)
    }

    pub(super) fn example(&self, _: i128, setting: &Setting) -> Option<Phrase> {
        let key = self.sentence(setting);
        Some(say!("Ranks follow from {key} alone, not from points.", "名次按{key}排定，与得分无关。", key,))
    }
}
