//! The oracle: standings from a plain list of entries, written straight from DOMAIN.md, slow and obvious. The fold is
//! tested against it.
//!
//! It must never share a rule with the fold: no scoring, sharing, rounding, matching, identity or ranking code of the
//! crate is called from here, only its plain types. It keeps nothing between two questions and never hurries: each
//! question reads the whole prefix again, one pass for each thing it wants to know.

use crate::contest::Contest;
use crate::control::Decision;
use crate::event::Event;
use crate::oracle::credits::Given;
use crate::organisation::HandOver;
use crate::{Position, Time};

mod balances;
mod boards;
mod caps;
pub mod copies;
pub mod credits;
mod customers;
mod decisions;
pub mod division;
mod events;
mod exact;
mod figures;
mod lasting;
mod naming;
mod nth;
mod overall;
mod points;
mod ranking;
pub mod reversals;
pub mod seals;
mod sharing;
mod spans;
pub mod sum;
mod targets;
mod ways;
mod worth;

pub use boards::{Key, Reach, Row, Table};
pub use copies::Copy;
pub use credits::{Credit, Origin, Refusal};
pub use exact::{Rate, rate, to_e4};
pub use figures::Figure;
pub use naming::Meant;
pub use reversals::{Fate, Outcome};
pub use seals::{Sealed, late_entries, result_hash, sealed};
pub use ways::{End, Way};

/// What the log holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A fact.
    Event(Event<'static>),
    /// A decision.
    Decision(Decision),
    /// Nothing but the time.
    Tick,
}

/// An entry in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Where it is.
    pub position: Position,
    /// When ingest wrote it down.
    pub recorded: Time,
    /// What it is.
    pub entry: Entry,
}

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
/// No rule looks at the time yet, so the as-of time is only reported. A seal fixes the definition, and nothing else here:
/// these are the standings as if there were no result yet.
pub fn standings<'a>(log: &'a [Logged], contest: &str, position: Position) -> Option<Standings<'a>> {
    let prefix = up_to(log, position);
    let (definition, revision) = decisions::contest(prefix, contest)?;
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
    let organisation = decisions::organisation(prefix);
    let copies = copies::judge(prefix);
    let targets = decisions::targets(prefix, &definition.id);
    let given = credits::give(definition, &organisation, prefix, &copies);
    let (mut tables, mut rounds) = (Vec::new(), vec![Vec::new(); definition.rounds.len()]);
    for kind in &definition.boards {
        let (whole, in_rounds) = boards::tables(kind, definition, &organisation, &targets, &given);
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
        dead_letters: dead + fared(Fate::DeadLetter) + decisions::dead_letters(prefix),
        credits,
        refusals,
        copies,
        outcomes,
        hand_overs: organisation.hand_overs,
    }
}

fn up_to(log: &[Logged], position: Position) -> &[Logged] {
    let count = log.iter().take_while(|logged| logged.position <= position).count();
    &log[..count]
}
