//! `ranked_by = { improvement = "points", from = DAY, to = DAY }`: the greatest gain over an earlier period is first:
//! in points, or with `"rate"` as a share of the earlier score.

use serde::{Deserialize, Serialize};

use crate::rule::asked::Asked;
use crate::rule::class::Basis;
use crate::rule::key::Key;
use crate::rule::phrase::{Phrase, days, number, percent, points, say};
use crate::rule::setting::Setting;
use crate::types::period::Period;
use crate::types::ratio::Ratio;
use crate::types::score::{SCALE, div_half_even, mul_div_half_even};
use crate::types::violation::Violation;

/// Its keys in a file.
pub(super) const KEYS: [Key; 3] = [
    Key {
        name: "improvement",
        kind: "`\"points\"`, `\"rate\"`",
        range: "not with rounds or weights",
        default: "",
        says: "by the increase of the score over an earlier period",
    },
    Key {
        name: "from",
        kind: "day",
        range: "with `improvement`",
        default: "",
        says: "the first day of the period before",
    },
    Key { name: "to", kind: "day", range: "before the contest starts", default: "", says: "its last day" },
];

/// The increase of the score over an earlier period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Improvement {
    /// The earlier period.
    pub base: Period,
    /// As a share of the earlier score, instead of in points.
    pub is_rate: bool,
}

impl Improvement {
    pub(super) fn is_score(&self) -> bool {
        false
    }

    pub(super) fn counts_heads(&self) -> bool {
        false
    }

    pub(super) fn base(&self) -> Option<Period> {
        Some(self.base)
    }

    pub(super) fn indicator(&self) -> Option<usize> {
        None
    }

    pub(super) fn value(&self) -> Option<usize> {
        None
    }

    #[inline]
    pub(super) fn key(&self, asked: &impl Asked) -> Option<Ratio> {
        let (score, base) = (asked.score(), asked.base_score());
        match self.is_rate {
            true => Ratio::new(score - base, base),
            false => Some(Ratio::of_e4(score - base)),
        }
    }

    pub(super) fn check(&self, setting: &Setting) -> Vec<Violation> {
        let (base, start, mut found) = (self.base, setting.days.start, Vec::new());
        if base.end < base.start {
            let reason =
                format!("the base ends on {}, before it starts on {}; swap them", base.end, base.start);
            found.push(Violation::new("ranked_by.to", "PERIOD_REVERSED", reason));
        }
        if base.end >= start {
            let reason = format!(
                "the base lasts until {}, and the contest starts on {start}; let it end before that",
                base.end
            );
            found.push(Violation::new("ranked_by.to", "BASE_NOT_BEFORE", reason));
        }
        if !setting.rounds.is_empty() {
            let reason = "improvement compares two periods, and rounds are many; remove the rounds, or rank by something else";
            found.push(Violation::new("ranked_by", "CONFLICTING_FIELDS", reason));
        }
        if let Some(own) = setting.indicators.iter().find(|own| own.basis == Basis::Completion) {
            let reason = format!(
                "the base has no targets, so `{}` would have no points there; give it other points, or rank by something else",
                own.id
            );
            found.push(Violation::new("ranked_by", "NO_TARGETS_IN_BASE", reason));
        }
        found
    }

    pub(super) fn sentence(&self, _: &Setting) -> Phrase {
        let base = days(self.base);
        match self.is_rate {
            false => say!("increase in points over {base}", "较 {base} 的得分增量", base),
            true => say!("percentage increase in points over {base}", "较 {base} 的得分增幅", base),
        }
    }

    /// An example in which the earlier score is four fifths of the score.
    pub(super) fn example(&self, score_e4: i128, _: &Setting) -> Option<Phrase> {
        let base_e4 = div_half_even(score_e4 * 4, 5);
        let more_e4 = score_e4 - base_e4;
        let (score, base) = (number(score_e4), number(base_e4));
        let key = match self.is_rate {
            false => {
                let more = points(more_e4);
                say!("{score} − {base} = {more}", "{score} − {base} = {more}", score, base, more)
            }
            true if base_e4 > 0 => {
                let rate = percent(mul_div_half_even(more_e4, SCALE, base_e4));
                Phrase::same(format!("({score} − {base}) / {base} = {rate}"))
            }
            true => return None,
        };
        Some(say!(
            "With {base} in the earlier period, the increase is {key}.",
            "基期得分 {base}，提升 {key}。",
            base,
            key,
        ))
    }
}
