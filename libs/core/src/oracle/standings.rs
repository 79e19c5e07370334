//! Standings: the one question that the oracle answers, from the decisions in force to the ranked tables.

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

/// The answer, with all that led to it.
#[derive(Clone, Debug)]
pub struct Standings<'a> {
    /// The definition that they obey.
    pub definition: Contest,
    /// Its revision.
    pub revision: u64,
    /// The greatest recorded time of the prefix.
    pub as_of: Time,
    /// One table a board, in the definition's order: on the whole.
    pub tables: Vec<Table>,
    /// For each round, in order, one table a board; none without rounds.
    pub rounds: Vec<Vec<Table>>,
    /// Every credit that was given, those of the period before among them.
    pub credits: Vec<Credit<'a>>,
    /// Why each event counted for nothing for each indicator that asks events one by one and for which it did not count.
    pub refusals: Vec<Refusal>,
    /// Every event of the prefix with what its copy is.
    pub copies: Vec<Copy>,
    /// Credits that wait for an unknown employee, or for a unit that is known and open.
    pub held: u64,
    /// Events of a day that counts and of a type that counts, recorded at or after the deadline, and reversals of such
    /// events for a day that counts, recorded at or after it.
    pub late: u64,
    /// The hand-overs in force, followed or not.
    pub hand_overs: Vec<&'a HandOver>,
    /// What became of each counted reversal; first those without effect in any contest.
    pub outcomes: Vec<Outcome<'a>>,
    /// Counted reversals of the prefix that take back what has not come.
    pub waiting: u64,
    /// Entries of the prefix that mean nothing: reversals of themselves or of reversals, closes of sets that are not
    /// whole, seals of contests that are not defined.
    pub dead_letters: u64,
}

/// Standings of a contest after the entries up to `position`; `None` before it is defined. `log` is in log order.
///
/// No rule looks at the time yet, so the as-of time is only reported. A seal fixes the definition and nothing else here:
/// these are the standings as if there were no result yet.
pub fn standings<'a>(log: &'a [Logged], contest: &str, position: Position) -> Option<Standings<'a>> {
    let prefix = up_to(log, position);
    let (definition, revision) = register::contest(prefix, contest)?;
    Some(standings_under(definition, revision, log, position))
}

/// Standings as they were if `definition` were in force and every other decision as it is.
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
