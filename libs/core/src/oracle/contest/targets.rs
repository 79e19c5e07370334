//! The target of a participant for an indicator, in a round or for the whole contest.

use crate::contest::Contest;
use crate::plan::Targets;

/// The targets of one participant.
pub(crate) struct Plan<'a>(Vec<&'a Targets>);

impl<'a> Plan<'a> {
    /// The targets of a participant that are in force.
    pub(crate) fn of(participant: &str, all: &[&'a Targets]) -> Plan<'a> {
        let own = all.iter().copied().filter(|targets| targets.participant == participant);
        Plan(own.collect())
    }

    /// The target for an indicator in a span that is not a base period: for its round, or for the whole
    /// contest if there are no rounds.
    pub(crate) fn of_span(&self, contest: &Contest, indicator: usize, span: usize) -> Option<i128> {
        let round = contest.rounds.get(span).map_or("", |round| round.id.as_str());
        self.find(contest, indicator, round)
    }

    /// The target for an indicator in the whole contest: its own, or the sum of the rounds' targets if every
    /// round has one.
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
