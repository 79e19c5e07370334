//! `"indicator:ID"`: the higher value of an indicator is first.

use serde::{Deserialize, Serialize};

use crate::rule::check::greater_is_worse;
use crate::rule::phrase::{Phrase, say};
use crate::rule::separates::Separates;
use crate::rule::setting::Setting;
use crate::types::violation::Violation;

/// The higher value of the indicator with this index is first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator(pub usize);

impl Indicator {
    pub(super) fn separates(self) -> Separates {
        Separates::Value(self.0)
    }

    pub(super) fn check(self, path: &str, setting: &Setting) -> Option<Violation> {
        let reason = "the contest has no such indicator; name one";
        let is_unknown = self.0 >= setting.indicators.len();
        let unknown = is_unknown.then(|| Violation::new(path, "UNKNOWN_INDICATOR", reason));
        unknown.or_else(|| greater_is_worse(path, self.0, setting))
    }

    pub(super) fn doubt(self, path: &str, setting: &Setting) -> Option<Violation> {
        let reason = "rows are ranked by this indicator already, so it separates no equal ones";
        let is_key = setting.ranking_value == Some(self.0);
        is_key.then(|| Violation::new(path, "SEPARATES_NOTHING", reason))
    }

    pub(super) fn sentence(self, setting: &Setting) -> Phrase {
        let name = setting.name(self.0);
        say!("higher {name}", "{name}较高者", name)
    }
}
