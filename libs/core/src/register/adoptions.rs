//! The adoptions of a log that had lost its end. A position that was given before an adoption, and lies behind
//! what the log had left, names an entry that is gone: it must not be taken for the entry that has the
//! position now.

use super::{InForce, Register};
use crate::control::Adoption;
use crate::{Position, Time};

impl Register {
    /// The adoptions of the log, in log order.
    pub fn adoptions(&self) -> Vec<&InForce<Adoption>> {
        let mut all: Vec<_> = self.adoptions.values().collect();
        all.sort_unstable_by_key(|adoption| adoption.position);
        all
    }

    /// How many times the log was adopted.
    pub fn adoption_count(&self) -> u32 {
        u32::try_from(self.adoptions.len()).unwrap_or(u32::MAX)
    }

    /// How many times the log had been adopted up to a position that it has now.
    pub fn adoptions_before(&self, position: Position) -> u32 {
        self.adoptions.values().filter(|adoption| adoption.position <= position).count() as u32
    }

    /// The adoption by which an entry was lost, if it was: the entry's position was given when the log had
    /// been adopted `known` times.
    pub fn lost_by(&self, position: Position, known: u32) -> Option<&InForce<Adoption>> {
        let mut later = self.adoptions().into_iter().skip(known as usize);
        later.find(|adoption| adoption.value.lost_after < position)
    }

    /// The adoption that explains why the log does not have an entry that was recorded at this time. One
    /// that was made before the entry explains nothing: then it is another log.
    pub fn explains_loss(
        &self,
        position: Position,
        recorded: Time,
        known: u32,
    ) -> Option<&InForce<Adoption>> {
        let mut later = self.adoptions().into_iter().skip(known as usize);
        later.find(|adoption| adoption.value.lost_after < position && adoption.value.adopted >= recorded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::{Decision, Payload};
    use crate::register::Effect;
    use crate::types::pages::{DirtyPages, MemoryPages};

    fn adopt(register: &mut Register, at: u64, lost_after: &str, adopted: i64) -> Vec<Effect> {
        let adoption = Adoption {
            lost_after: lost_after.parse().unwrap(),
            batch_hash: [7; 32],
            recorded: Time(adopted - 5),
            adopted: Time(adopted),
            reason: "the disk burned".into(),
        };
        let decision = Decision {
            principal: "ops".into(),
            key: lost_after.into(),
            revision: 1,
            change_set: String::new(),
            payload: Payload::Adoption(adoption),
        };
        register.apply(Position::new(at, 0), decision)
    }

    #[test]
    fn what_was_given_behind_the_end_before_an_adoption_is_lost_and_nothing_else() {
        let mut register = Register::default();
        assert_eq!(register.lost_by(Position::new(90, 0), 0), None);
        assert_eq!(adopt(&mut register, 51, "50.3", 100), [Effect::Adoption]);
        // In the order of their texts the second would come first.
        assert_eq!(adopt(&mut register, 101, "100.0", 200), [Effect::Adoption]);
        let lost = |at: &str, known| {
            let lost = register.lost_by(at.parse().unwrap(), known);
            lost.map(|adoption| adoption.value.lost_after.to_string())
        };
        assert_eq!(lost("50.3", 0), None);
        assert_eq!(lost("50.4", 0), Some("50.3".into()));
        assert_eq!(lost("51.0", 1), None);
        assert_eq!(lost("100.1", 1), Some("100.0".into()));
        assert_eq!((lost("100.1", 2), lost("900.0", 2)), (None, None));
        let before = |at: &str| register.adoptions_before(at.parse().unwrap());
        assert_eq!((before("50.9"), before("51.0"), before("900.0")), (0, 1, 2));
        assert_eq!(register.adoption_count(), 2);
    }

    #[test]
    fn an_adoption_explains_no_entry_that_was_recorded_after_it() {
        let mut register = Register::default();
        adopt(&mut register, 51, "50.0", 100);
        let explains = |recorded, known| register.explains_loss(Position::new(60, 0), Time(recorded), known);
        assert!(explains(100, 0).is_some());
        assert!(explains(101, 0).is_none() && explains(100, 1).is_none());
    }

    #[test]
    fn adoptions_survive_a_restart() {
        let mut register = Register::default();
        adopt(&mut register, 51, "50.0", 100);
        let mut dirty = DirtyPages::new();
        register.take_dirty(&mut dirty);
        let mut pages = MemoryPages::default();
        pages.commit(dirty);
        let again = Register::restore(&pages).unwrap();
        assert_eq!(again.adoptions(), register.adoptions());
    }
}
