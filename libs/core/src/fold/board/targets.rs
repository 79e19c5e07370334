//! The targets of a contest by number, for quick access while scores are computed. The register keeps the entries.

use rustc_hash::FxHashMap;

use crate::contest::Contest;
use crate::contest::compiled::Rules;
use crate::plan::Target;
use crate::register::Register;
use crate::types::ids::{HolderId, IndicatorIx, RoundIx};
use crate::types::names::Names;

/// Stands for the whole contest in the place of a round.
const WHOLE: RoundIx = RoundIx::new(u16::MAX);

/// Targets in 1/10,000 of the measure's unit, by participant, indicator and round.
#[derive(Clone, Debug, Default)]
pub struct Targets {
    all: FxHashMap<(HolderId, IndicatorIx, RoundIx), i64>,
}

impl Targets {
    /// The targets of a contest that are in force.
    pub fn of_contest(contest: &Contest, register: &Register, participants: &Names<HolderId>) -> Targets {
        let mut targets = Targets::default();
        for entry in register.targets_of(&contest.id) {
            let number = participants.find(&entry.value.participant);
            number.into_iter().for_each(|number| targets.put(contest, number, &entry.value.targets));
        }
        targets
    }

    /// Replaces all targets of a participant. Targets for indicators or rounds that the contest does not have are ignored.
    pub fn put(&mut self, contest: &Contest, participant: HolderId, targets: &[Target]) {
        let rounds = (0..contest.rounds.len()).map(RoundIx::at).chain([WHOLE]);
        for round in rounds {
            for indicator in (0..contest.indicators.len()).map(IndicatorIx::at) {
                self.all.remove(&(participant, indicator, round));
            }
        }
        for target in targets {
            let indicator =
                contest.indicators.iter().position(|own| own.id == target.indicator).map(IndicatorIx::at);
            let round = match target.round.as_str() {
                "" => Some(WHOLE),
                id => contest.rounds.iter().position(|own| own.id == id).map(RoundIx::at),
            };
            if let (Some(indicator), Some(round)) = (indicator, round) {
                self.all.insert((participant, indicator, round), target.value_e4);
            }
        }
    }

    /// The target of a participant in a round, or, without a round, in the whole contest. Where the whole has none of its
    /// own, it is the sum of the rounds' targets, if every round has one.
    pub fn of(
        &self,
        participant: HolderId,
        indicator: IndicatorIx,
        round: Option<RoundIx>,
        rules: &Rules,
    ) -> Option<i64> {
        if self.all.is_empty() {
            return None;
        }
        let find = |round: RoundIx| self.all.get(&(participant, indicator, round)).copied();
        match round {
            Some(round) => find(round),
            None => find(WHOLE).or_else(|| {
                let rounds = rules.contest.rounds.len();
                (rounds > 0).then(|| (0..rounds).map(RoundIx::at).map(find).sum::<Option<i64>>()).flatten()
            }),
        }
    }
}
