//! What a participant is to reach of an indicator, in a round or on the whole.

use crate::contest::Contest;
use crate::plan::Targets;

/// The targets of one participant.
pub(crate) struct Plan<'a>(Vec<&'a Targets>);

impl<'a> Plan<'a> {
    /// Those that are in force for a participant.
    pub(crate) fn of(participant: &str, all: &[&'a Targets]) -> Plan<'a> {
        let own = all.iter().copied().filter(|targets| targets.participant == participant);
        Plan(own.collect())
    }

    /// The target of an indicator in a span that is no base: of its round, or of the whole without rounds.
    pub(crate) fn of_span(&self, contest: &Contest, indicator: usize, span: usize) -> Option<i128> {
        let round = contest.rounds.get(span).map_or("", |round| round.id.as_str());
        self.find(contest, indicator, round)
    }

    /// The target of an indicator on the whole: its own, or the sum of those of the rounds if each has one.
    pub(crate) fn of_all(&self, contest: &Contest, indicator: usize) -> Option<i128> {
        if let Some(own) = self.find(contest, indicator, "") {
            return Some(own);
        }
        let mut sum = None;
        for round in &contest.rounds {
            sum = Some(sum.unwrap_or(0) + self.find(contest, indicator, &round.id)?);
        }
        sum
    }

    fn find(&self, contest: &Contest, indicator: usize, round: &str) -> Option<i128> {
        let id = &contest.indicators[indicator].id;
        let mut all = self.0.iter().flat_map(|targets| &targets.targets);
        let found = all.find(|target| target.indicator == *id && target.round == round);
        found.map(|target| i128::from(target.value_e4))
    }
}
