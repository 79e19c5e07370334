//! Compares the fold with the oracle at one position: every row of every board, every figure, every result,
//! in every way a row can be queried. It depends only on the log, not on how the log was made.

use std::collections::BTreeSet;
use std::fmt::Debug;

use crate::Position;
use crate::contest::Contest;
use crate::control::Payload;
use crate::fold::board::table::Board;
use crate::fold::contest::slot::Slot;
use crate::fold::contest::state::ContestState;
use crate::fold::result::late::LateAbout;
use crate::fold::shard::Shard;
use crate::oracle::{self, Copy, Entry, Logged, Rate, Sealed, Standings, Table};
use crate::types::ids::RowId;
use crate::types::pages::{PageError, Pages};
use crate::types::ratio::Ratio;

/// Called with the group and name of what was encountered, so that tests can count it.
pub type Met<'m> = &'m mut dyn FnMut(&'static str, &'static str);

/// Where the fold and the oracle do not agree, or why they could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum Disagreement {
    /// The fold and the oracle give different answers.
    #[error("{what}: the fold says {fold}, the oracle {oracle}")]
    Differs {
        /// What was compared.
        what: String,
        /// The fold's answer.
        fold: String,
        /// The oracle's answer.
        oracle: String,
    },
    /// Only one of them knows it, or one of them knows it too early.
    #[error("{0}")]
    OnlyOne(String),
    /// They disagree about one part.
    #[error("{part}: {disagreement}")]
    In {
        /// The part, such as a board of a contest.
        part: String,
        /// The difference there.
        disagreement: Box<Disagreement>,
    },
    /// The fold cannot read a page.
    #[error(transparent)]
    Page(#[from] PageError),
}

impl Disagreement {
    /// Different answers about `what`.
    pub fn of(what: impl Into<String>, fold: impl Debug, oracle: impl Debug) -> Disagreement {
        let (fold, oracle) = (format!("{fold:?}"), format!("{oracle:?}"));
        Disagreement::Differs { what: what.into(), fold, oracle }
    }

    /// The same, inside a named part.
    pub fn inside(self, part: impl Into<String>) -> Disagreement {
        Disagreement::In { part: part.into(), disagreement: Box::new(self) }
    }
}

/// Returns an error with the difference.
macro_rules! same {
    ($left:expr, $right:expr, $($what:tt)+) => {{
        let (left, right) = (&$left, &$right);
        if left != right {
            return Err(Disagreement::of(format!($($what)+), left, right));
        }
    }};
}

fn only_one(what: impl Into<String>) -> Disagreement {
    Disagreement::OnlyOne(what.into())
}

/// Compares everything that a settled shard serves with the oracle's answers for the same log.
///
/// # Errors
///
/// The first difference.
pub fn agree(shard: &Shard, pages: &dyn Pages, log: &[Logged], met: Met) -> Result<(), Disagreement> {
    let position = shard.head().position;
    for id in contests(log) {
        let expected = oracle::standings(log, id, position);
        let Some(expected) = expected else {
            same!(
                shard.subscribers().contest(id).is_some(),
                false,
                "{id} at {position} is served before it is defined"
            );
            continue;
        };
        let served = shard
            .subscribers()
            .contest(id)
            .ok_or_else(|| only_one(format!("{id} at {position} is not known to the fold")))?;
        let Some(live) = &served.live else {
            same!(served.next.is_some(), true, "{id} at {position} is neither served nor read again");
            continue;
        };
        compare_seal(shard, served, oracle::sealed(log, id, position), met)?;
        if served.sealed.is_some() {
            let late = oracle::late_entries(log, id, position);
            compare_late(shard, pages, served, &late)?;
        }
        if live.revision == expected.revision {
            let other = served.next.as_ref().filter(|(next, _)| next.revision != live.revision);
            same!(other.is_some(), false, "{id} at {position} is read again although it is served");
            compare_head(shard, &expected)?;
            compare_contest(shard, live, &expected, met)?;
        } else {
            same!(served.next.is_some(), true, "{id} at {position} serves revision {}", live.revision);
            met("backfill", "old revision served");
            let definition = definition(log, id, live.revision)
                .ok_or_else(|| only_one("an unknown revision is served"))?;
            let older = oracle::standings_under(definition, live.revision, log, position);
            compare_contest(shard, live, &older, met)?;
        }
    }
    Ok(())
}

/// The contests that the log defines at any point.
pub(crate) fn contests(log: &[Logged]) -> BTreeSet<&str> {
    definitions(log).map(|(id, ..)| id).collect()
}

/// The definition of a contest's revision: the first, if there are several.
fn definition<'l>(log: &'l [Logged], id: &str, revision: u64) -> Option<&'l Contest> {
    let mut own = definitions(log).filter(|(other, number, _)| *other == id && *number == revision);
    own.next().map(|(.., contest)| contest)
}

fn definitions(log: &[Logged]) -> impl Iterator<Item = (&str, u64, &Contest)> {
    log.iter().filter_map(|logged| match &logged.entry {
        Entry::Decision(decision) => match &decision.payload {
            Payload::Contest(contest) => Some((decision.key.as_str(), decision.revision, &**contest)),
            _ => None,
        },
        Entry::Event(_) | Entry::Tick => None,
    })
}

fn compare_head(shard: &Shard, expected: &Standings) -> Result<(), Disagreement> {
    let head = shard.head();
    let count = |copy: Copy| expected.copies.iter().filter(|other| **other == copy).count() as u64;
    same!(head.as_of, expected.as_of, "as-of time at {}", head.position);
    same!(head.counters.events, expected.copies.len() as u64, "events at {}", head.position);
    same!(head.counters.duplicates, count(Copy::Duplicate), "duplicates at {}", head.position);
    same!(head.counters.conflicts, count(Copy::Conflict), "conflicts at {}", head.position);
    same!(head.counters.dead_letters, expected.dead_letters, "dead letters at {}", head.position);
    same!(shard.dead_letters().latest().count() as u64, expected.dead_letters, "dead letters listed");
    same!(shard.waiting_reversals(), expected.waiting, "reversals that wait at {}", head.position);
    Ok(())
}

fn compare_contest(
    shard: &Shard,
    live: &ContestState,
    expected: &Standings,
    met: Met,
) -> Result<(), Disagreement> {
    let id = &live.contest.id;
    same!(live.boards().len(), expected.tables.len(), "boards of {id}");
    for (board, table) in live.boards().zip(&expected.tables) {
        same!(board.kind, table.kind, "kind of a board of {id}");
        compare_board(shard, board, table).map_err(|disagreement| {
            disagreement.inside(format!("{id} at {}, board `{}`", shard.head().position, table.kind))
        })?;
        compare_figures(live, board, None, table, shard)?;
        met("board", "sampled");
        if table.rows.is_empty() {
            met("board", "empty");
        }
        if table.rows.len() > 30 {
            met("board", "many rows");
        }
        if table.kind == "nowhere" {
            met("board", "kind nobody has");
        }
    }
    for (round, tables) in expected.rounds.iter().enumerate() {
        for table in tables {
            let board =
                live.table(&table.kind, Some(round)).ok_or_else(|| only_one("a round without a table"))?;
            let of = |disagreement: Disagreement| {
                let position = shard.head().position;
                disagreement.inside(format!("{id} at {position}, `{}` in round {round}", table.kind))
            };
            compare_figures(live, board, Some(round), table, shard).map_err(of)?;
            compare_board(shard, board, table).map_err(of)?;
        }
    }
    same!(live.late(), expected.late, "late events of {id} at {}", shard.head().position);
    same!(live.held(), expected.held, "held credits of {id} at {}", shard.head().position);
    Ok(())
}

/// Compares the figures of each listed row.
fn compare_figures(
    live: &ContestState,
    board: &Board,
    round: Option<usize>,
    table: &Table,
    shard: &Shard,
) -> Result<(), Disagreement> {
    for row in &table.rows {
        let number = shard.participants().find(&row.id).ok_or_else(|| only_one("a row of nobody"))?;
        let at = board.row_of(number);
        same!(live.live(&board.kind, round, at), row.live as i64, "live credits of `{}`", row.id);
        let figures = live.figures(&table.kind, round, at);
        for (indicator, figure) in row.figures.iter().enumerate() {
            let what = format!("indicator {indicator} of `{}` in `{}`", row.id, table.kind);
            same!(terms(figures.values[indicator]), exact(&figure.value), "value of {what}");
            same!(figures.points[indicator], figure.points, "points of {what}");
            same!(figures.targets[indicator].map(i128::from), figure.target, "target of {what}");
            same!(terms(figures.completions[indicator]), exact(&figure.completion), "completion of {what}");
        }
    }
    Ok(())
}

fn terms(ratio: Option<Ratio>) -> Option<(String, String)> {
    let terms = ratio.map(Ratio::lowest_terms);
    terms.map(|(above, below)| (above.to_string(), below.to_string()))
}

fn exact(rate: &Option<Rate>) -> Option<(String, String)> {
    rate.as_ref().map(|rate| (rate.numer().to_string(), rate.denom().to_string()))
}

fn compare_seal(
    shard: &Shard,
    served: &Slot,
    expected: Option<Sealed>,
    met: Met,
) -> Result<(), Disagreement> {
    same!(served.sealed.is_some(), expected.is_some(), "being sealed at {}", shard.head().position);
    let (Some(sealed), Some(expected)) = (&served.sealed, expected) else { return Ok(()) };
    let id = &sealed.contest.id;
    same!(sealed.result.position, expected.position, "position of the seal of {id}");
    same!(sealed.result.as_of, expected.standings.as_of, "time of the seal of {id}");
    same!(sealed.result.revision, expected.standings.revision, "revision of the result of {id}");
    same!(sealed.result.held, expected.standings.held, "held credits of the result of {id}");
    same!(sealed.result.late, expected.standings.late, "late entries of the result of {id}");
    same!(sealed.boards().count(), expected.standings.tables.len(), "boards of the result of {id}");
    for (board, table) in sealed.boards().zip(&expected.standings.tables) {
        same!(board.kind, table.kind, "kind of a board of the result of {id}");
        compare_board(shard, board, table)
            .map_err(|disagreement| disagreement.inside(format!("result of {id}")))?;
        for (_, row) in board.from(0, shard.sources()) {
            let own =
                table.rows.iter().find(|own| own.id == shard.participants().text(board.participant(row)));
            same!(
                sealed.name(&board.kind, row),
                own.map(|own| own.name.as_str()),
                "a name in the result of {id}"
            );
        }
        let now = served.live.as_ref().and_then(|live| live.board(&board.kind));
        let moved = now.is_some_and(|now| now.digest() != board.digest());
        if moved {
            met("seal", "standing differs from its result");
        }
    }
    let hash: String = sealed.result.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    same!(hash, expected.hash, "hash of the result of {id}");
    met("seal", "result compared");
    Ok(())
}

/// Compares the entries that would have changed the result, if they are events.
fn compare_late(
    shard: &Shard,
    pages: &dyn Pages,
    served: &Slot,
    expected: &[Position],
) -> Result<(), Disagreement> {
    let Some(sealed) = &served.sealed else { return Ok(()) };
    let count = sealed.result.late_entries;
    let listed = sealed.late_entries(pages, 0, count as usize)?;
    same!(listed.len() as u64, count, "number of late entries at {}", shard.head().position);
    let events = listed.iter().filter(|entry| matches!(entry.about, LateAbout::Event { .. }));
    let positions: Vec<Position> = events.map(|entry| entry.position).collect();
    same!(positions, expected, "late entries of {} at {}", sealed.contest.id, shard.head().position);
    Ok(())
}

fn compare_board(shard: &Shard, board: &Board, table: &Table) -> Result<(), Disagreement> {
    let sources = shard.sources();
    let text = |row: RowId| shard.participants().text(board.participant(row)).to_owned();
    let listed: Vec<(u64, RowId)> = board.from(0, sources).collect();
    let rows: Vec<(u64, String, i128)> =
        listed.iter().map(|(rank, row)| (*rank, text(*row), board.score(*row).0)).collect();
    let expected: Vec<(u64, String, i128)> =
        table.rows.iter().map(|row| (row.rank, row.id.clone(), row.score)).collect();
    same!(rows, expected, "rows");
    same!(board.len(), expected.len(), "number of rows");
    same!(board.is_empty(), expected.is_empty(), "emptiness");
    same!(board.digest().to_string(), table.digest.to_string(), "digest");
    for (place, (rank, row)) in listed.iter().enumerate() {
        let number = board.participant(*row);
        same!(board.row_of(number), *row, "row of `{}`", text(*row));
        same!(board.place_of(*row), Some(place), "place of `{}`", text(*row));
        same!(board.rank_of(*row, sources), Some(*rank), "rank of `{}`", text(*row));
        let better = table.rows[..place].iter().rev().find(|row| row.keys[0] < table.rows[place].keys[0]);
        same!(board.next_better(*row).map(text), better.map(|row| row.id.clone()), "above `{}`", text(*row));
        let rest: Vec<(u64, RowId)> = board.from(place, sources).collect();
        same!(rest, listed[place..], "rows from place {place}");
    }
    same!(board.from(listed.len(), sources).count(), 0, "rows after the last");
    Ok(())
}
