//! What participants of a contest are to reach, by number, as scores ask for it. The register has the entries.

use rustc_hash::FxHashMap;

use crate::contest::Contest;
use crate::contest::compiled::Rules;
use crate::plan::Target;
use crate::register::Register;
use crate::types::ids::HolderId;
use crate::types::names::Names;

/// No round: the whole.
const WHOLE: u16 = u16::MAX;

/// Targets in 1/10,000 of the measure's unit, by participant, indicator and round.
#[derive(Clone, Debug, Default)]
pub struct Targets {
    all: FxHashMap<(HolderId, u16, u16), i64>,
}

impl Targets {
    /// Those of a contest that are in force.
    pub fn of_contest(contest: &Contest, register: &Register, participants: &Names<HolderId>) -> Targets {
        let mut targets = Targets::default();
        for entry in register.targets_of(&contest.id) {
            let number = participants.find(&entry.value.participant);
            number.into_iter().for_each(|number| targets.put(contest, number, &entry.value.targets));
        }
        targets
    }

    /// Puts what a participant is to reach in place of what was said before. What names no indicator or round of the
    /// contest says nothing.
    pub fn put(&mut self, contest: &Contest, participant: HolderId, targets: &[Target]) {
        let rounds = (0..contest.rounds.len() as u16).chain([WHOLE]);
        for round in rounds {
            for indicator in 0..contest.indicators.len() as u16 {
                self.all.remove(&(participant, indicator, round));
            }
        }
        for target in targets {
            let indicator = contest.indicators.iter().position(|own| own.id == target.indicator);
            let round = match target.round.as_str() {
                "" => Some(WHOLE),
                id => contest.rounds.iter().position(|own| own.id == id).map(|at| at as u16),
            };
            if let (Some(indicator), Some(round)) = (indicator, round) {
                self.all.insert((participant, indicator as u16, round), target.value_e4);
            }
        }
    }

    /// What a participant is to reach in a round, or in the whole: then the sum of the rounds' where nothing else is said
    /// and each has one.
    pub fn of(
        &self,
        participant: HolderId,
        indicator: usize,
        round: Option<usize>,
        rules: &Rules,
    ) -> Option<i64> {
        if self.all.is_empty() {
            return None;
        }
        let find = |round: u16| self.all.get(&(participant, indicator as u16, round)).copied();
        match round {
            Some(round) => find(round as u16),
            None => find(WHOLE).or_else(|| {
                let rounds = rules.contest.rounds.len() as u16;
                (rounds > 0).then(|| (0..rounds).map(find).sum::<Option<i64>>()).flatten()
            }),
        }
    }
}
