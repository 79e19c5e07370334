//! `per = "customer"`: the most that a participant's events of one customer are worth in a round. Events without a customer
//! are not limited.

use serde::{Deserialize, Serialize};

use crate::rule::check::needs_points_by_event;
use crate::rule::class::{Apart, Scope};
use crate::rule::phrase::{Phrase, say};
use crate::rule::setting::{Facts, Limited};
use crate::types::violation::Violation;

/// Limits the sum of a participant's events of one customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer;

impl Customer {
    pub(super) fn scope(self) -> Scope {
        Scope::Apart(Apart::Customers)
    }

    pub(super) fn check(self, own: &Facts, _: &Limited, _: bool) -> Vec<Violation> {
        needs_points_by_event("customer", own).into_iter().collect()
    }

    /// Doubts a cap that never binds, because the cap of the round or contest is not greater.
    pub(super) fn doubt(self, own: &Facts, cap: &Limited, has_rounds: bool) -> Option<String> {
        let (wider, per) = if has_rounds { (Scope::Round, "round") } else { (Scope::Contest, "contest") };
        let reason =
            || format!("the cap per {per} is not greater, so this cap never binds; lower it, or remove it");
        own.is_met_by(cap, wider).then(reason)
    }

    pub(super) fn sentence(self, most: &Phrase) -> Phrase {
        say!("{most} per customer", "每位客户{most}", most)
    }
}
