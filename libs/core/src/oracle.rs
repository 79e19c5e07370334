//! The oracle: standings from a plain list of entries, written straight from DOMAIN.md, slow and obvious. The fold is
//! tested against it.
//!
//! It must never share a rule with the fold: no scoring, sharing, rounding, matching, identity or ranking code of the
//! crate is called from here, only its plain types. It keeps nothing between two questions and never hurries: each
//! question reads the whole prefix again, one pass for each thing it wants to know.

use crate::contest::Contest;
use crate::control::Decision;
use crate::event::Event;
use crate::{Position, Time};

mod boards;
pub mod copies;
pub mod credits;
mod decisions;
pub mod division;
pub mod sum;

pub use boards::{Key, Reach, Row, Table};
pub use copies::Copy;
pub use credits::{Credit, Origin, Refusal};

/// What the log holds.
#[expect(clippy::large_enum_variant, reason = "nearly all entries are events")]
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
    /// The revision of the definition.
    pub revision: u64,
    /// The greatest recorded time of the prefix.
    pub as_of: Time,
    /// One table a board, in the definition's order.
    pub tables: Vec<Table>,
    /// Every credit that was given.
    pub credits: Vec<Credit<'a>>,
    /// Why each event counted for nothing for each indicator for which it did not count.
    pub refusals: Vec<Refusal>,
    /// Every event of the prefix with what its copy is.
    pub copies: Vec<Copy>,
    /// Credits that wait for an unknown employee or unit.
    pub held: u64,
    /// Events of the period and of a type that counts, recorded at or after the deadline.
    pub late: u64,
}

/// Standings of a contest after the entries up to `position`; `None` before it is defined. `log` is in log order.
///
/// No rule looks at the time yet, so the as-of time is only reported.
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
    let (credits, refusals) = credits::give(definition, &organisation, prefix, &copies);
    let tables = definition
        .boards
        .iter()
        .map(|kind| boards::table(kind, definition, &organisation, &credits))
        .collect();
    Standings {
        revision,
        as_of: prefix.iter().map(|logged| logged.recorded).max().unwrap_or(crate::time::EARLIEST),
        tables,
        late: refusals.iter().filter(|refusal| **refusal == Refusal::AfterDeadline).count() as u64,
        held: credits.iter().filter(|credit| credit.is_held).count() as u64,
        credits,
        refusals,
        copies,
    }
}

fn up_to(log: &[Logged], position: Position) -> &[Logged] {
    let count = log.iter().take_while(|logged| logged.position <= position).count();
    &log[..count]
}
