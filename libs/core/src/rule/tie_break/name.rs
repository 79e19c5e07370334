//! `"name"`: equal rows are ordered by name, byte by byte.

use serde::{Deserialize, Serialize};

use crate::rule::phrase::{Phrase, say};
use crate::rule::separates::Separates;
use crate::rule::setting::Setting;
use crate::types::violation::Violation;

/// By name, in ascending byte order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name;

impl Name {
    pub(super) fn separates(self) -> Separates {
        Separates::Name
    }

    pub(super) fn check(self, _: &str, _: &Setting) -> Option<Violation> {
        None
    }

    pub(super) fn doubt(self, _: &str, _: &Setting) -> Option<Violation> {
        None
    }

    pub(super) fn sentence(self, _: &Setting) -> Phrase {
        say!("name", "名称排序")
    }
}
