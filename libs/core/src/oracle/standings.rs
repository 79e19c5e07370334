//! Standings: the question that the oracle answers, from the decisions in force to the ranked tables.

use crate::contest::Contest;
use crate::oracle::board::participants;
use crate::oracle::board::table::Table;
use crate::oracle::contest::refusal::Refusal;
use crate::oracle::credit::given::{Credit, Given};
use crate::oracle::gather::gather;
use crate::oracle::identity::{self, Copy};
use crate::oracle::journal::reversals::{Fate, Outcome};
use crate::oracle::log::{Logged, up_to};
use crate::oracle::register;
use crate::organisation::HandOver;
use crate::{Position, Time};

/// Standings, with everything they are based on.
#[derive(Clone, Debug)]
pub struct Standings<'a> {
    /// The definition they follow.
    pub definition: Contest,
    /// Its revision.
    pub revision: u64,
    /// The greatest recorded time of the prefix.
    pub as_of: Time,
    /// The tables of the whole contest: one for each board, in the order of the definition.
    pub tables: Vec<Table>,
    /// The tables of each round, in order: one for each board. Empty without rounds.
    pub rounds: Vec<Vec<Table>>,
    /// Every credit that was given, including those of the base period.
    pub credits: Vec<Credit<'a>>,
    /// Why an event gave nothing for an indicator, for each event and each indicator that counts events one
    /// by one.
    pub refusals: Vec<Refusal>,
    /// How each event of the prefix was classified.
    pub copies: Vec<Copy>,
    /// Credits that wait for an unknown employee, or for a unit that is not known or not open.
    pub held: u64,
    /// Events recorded at or after the deadline that have a day and type that count; and reversals of such
    /// events for a day that counts, recorded at or after the deadline.
    pub late: u64,
    /// The hand-overs in force, whether used or not.
    pub hand_overs: Vec<&'a HandOver>,
    /// How each counted reversal ended. Those without effect in any contest come first.
    pub outcomes: Vec<Outcome<'a>>,
    /// Counted reversals whose originals have not arrived.
    pub waiting: u64,
    /// Entries without effect: reversals of themselves or of reversals, closes of incomplete change sets,
    /// seals of contests that are not defined.
    pub dead_letters: u64,
}

/// Standings of a contest after the entries up to `position`; `None` before it is defined. `log` must be in
/// log order.
///
/// No rule depends on the time yet, so the as-of time is only reported. A seal fixes the definition, and
/// nothing else here: these are the standings as if there were no result.
pub fn standings<'a>(log: &'a [Logged], contest: &str, position: Position) -> Option<Standings<'a>> {
    let prefix = up_to(log, position);
    let (definition, revision) = register::contest(prefix, contest)?;
    Some(standings_under(definition, revision, log, position))
}

/// Standings as if `definition` were in force, with every other decision unchanged.
pub fn standings_under<'a>(
    definition: &Contest,
    revision: u64,
    log: &'a [Logged],
    position: Position,
) -> Standings<'a> {
    let prefix = up_to(log, position);
    let organisation = register::organisation(prefix);
    let copies = identity::judge(prefix);
    let targets = register::targets(prefix, &definition.id);
    let given = gather(definition, &organisation, prefix, &copies);
    let (mut tables, mut rounds) = (Vec::new(), vec![Vec::new(); definition.rounds.len()]);
    for kind in &definition.boards {
        let (whole, in_rounds) = participants::tables(kind, definition, &organisation, &targets, &given);
        tables.push(whole);
        rounds.iter_mut().zip(in_rounds).for_each(|(round, table)| round.push(table));
    }
    let Given { credits, refusals, outcomes, .. } = given;
    let too_late = [Refusal::AfterDeadline, Refusal::ReversalAfterDeadline];
    let fared = |fate: Fate| outcomes.iter().filter(|outcome| outcome.fate == fate).count() as u64;
    let dead = copies.iter().filter(|copy| **copy == Copy::DeadLetter).count() as u64;
    Standings {
        definition: definition.clone(),
        revision,
        as_of: prefix.iter().map(|logged| logged.recorded).max().unwrap_or(crate::types::time::EARLIEST),
        tables,
        rounds,
        late: refusals.iter().filter(|refusal| too_late.contains(refusal)).count() as u64,
        held: credits.iter().filter(|credit| credit.is_held).count() as u64,
        waiting: fared(Fate::Waits),
        dead_letters: dead + fared(Fate::DeadLetter) + register::dead_letters(prefix),
        credits,
        refusals,
        copies,
        outcomes,
        hand_overs: organisation.hand_overs,
    }
}
