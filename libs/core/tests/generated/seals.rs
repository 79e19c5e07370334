//! Generated seals: at the end of the log or anywhere, alone or in a change set, several for one contest, or
//! for contests that are never defined. What they fix is not computed here.

use longhu_core::control::{Decision, Payload, Seal};
use longhu_core::organisation::Unit;
use proptest::prelude::*;
use proptest::sample::select;

use crate::generated::organisation::decision;

/// A seal of a world.
#[derive(Clone, Debug)]
pub struct Sealing {
    /// The contest's id.
    pub contest: &'static str,
    /// Whether it comes after everything else.
    pub is_last: bool,
    /// Whether it is in a change set with a unit.
    pub in_set: bool,
    /// Whether it is forced.
    pub forced: bool,
}

/// The seals of a world.
pub fn sealings(ids: &'static [&'static str]) -> impl Strategy<Value = Vec<Sealing>> {
    let contest = select([ids, ids, &["c-nobody"]].concat());
    let sealing = (contest, prop::bool::weighted(0.4), prop::bool::weighted(0.2), any::<bool>())
        .prop_map(|(contest, is_last, in_set, forced)| Sealing { contest, is_last, in_set, forced });
    prop_oneof![2 => Just(Vec::new()), 3 => prop::collection::vec(sealing, 1..4)]
}

impl Sealing {
    /// Its entries, in order.
    pub fn entries(&self, number: usize) -> Vec<Decision> {
        let reason = if self.forced { "the branch closes" } else { "" };
        let (contest, forced, reason) = (self.contest.to_owned(), self.forced, reason.to_owned());
        let seal = decision(self.contest, 1, Payload::Seal(Seal { contest, forced, reason }));
        if !self.in_set {
            return vec![seal];
        }
        let id = format!("of-seal-{number}");
        let unit = Unit::new(&id, "branch", None, "");
        let own = [seal, decision(&id, 1, Payload::Unit(unit)), decision("", 1, Payload::Close { count: 2 })];
        let change_set = format!("seal-{number}");
        own.map(|decision| Decision { change_set: change_set.clone(), ..decision }).to_vec()
    }
}
