//! What decisions about the organisation would do to the running contests: they are folded into a copy, and
//! the boards before and after are compared. The shard itself does not change.

use crate::Position;
use crate::control::{Decision, Payload};
use crate::fold::board::rank_moves::{RowMove, Standing, moves};
use crate::fold::board::table::Board;
use crate::fold::contest::slot::Slot;
use crate::fold::shard::Shard;
use crate::types::pages::{PageError, Pages};

/// How many moves are listed for a board.
pub const MOVES_MAX: usize = 100;

/// How a contest would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// The contest's id.
    pub contest: String,
    /// Its boards that would change.
    pub boards: Vec<TouchedBoard>,
    /// Waiting credits, before and after.
    pub held: (u64, u64),
}

/// How a board would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TouchedBoard {
    /// A unit kind, or `employee`.
    pub kind: String,
    /// The number of rows that would change.
    pub total: u64,
    /// The rows that would move farthest.
    pub moves: Vec<Move>,
}

/// How a row would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The participant's id.
    pub participant: String,
    /// Rank and score before; `None` if it is not listed.
    pub now: Option<Standing>,
    /// Rank and score after; `None` if it would not be listed.
    pub then: Option<Standing>,
}

/// How these decisions, all together, would change the contests that are served and not sealed, by id. Copies
/// all of them, and the organisation.
///
/// # Errors
/// A page that cannot be read or is damaged.
pub fn preview(
    shard: &mut Shard,
    pages: &dyn Pages,
    decisions: Vec<Decision>,
) -> Result<Vec<Touched>, PageError> {
    let at = shard.head().position;
    let mut trial = shard.trial();
    let folded = fold_together(&mut trial, pages, decisions, at);
    shard.end_trial(&mut trial);
    folded?;
    trial.settle();
    let both = shard
        .subscribers()
        .contests()
        .all()
        .filter_map(|(id, now)| Some((now, trial.subscribers().contest(id)?)));
    Ok(both.filter_map(|(now, then)| touched(now, &trial, then)).collect())
}

fn fold_together(
    trial: &mut Shard,
    pages: &dyn Pages,
    decisions: Vec<Decision>,
    at: Position,
) -> Result<(), PageError> {
    const CHANGE_SET: &str = "preview";
    let payload = Payload::Close { count: decisions.len() as u32 };
    let close = Decision {
        principal: String::new(),
        key: String::new(),
        revision: 0,
        change_set: String::new(),
        payload,
    };
    for decision in decisions.into_iter().chain([close]) {
        let decision = Decision { change_set: CHANGE_SET.to_owned(), ..decision };
        trial.decision(pages, at, crate::types::time::EARLIEST, decision)?;
    }
    Ok(())
}

fn touched(now: &Slot, trial: &Shard, then: &Slot) -> Option<Touched> {
    let (now, then) = (now.live.as_ref()?, then.live.as_ref()?);
    let boards = now.boards().zip(then.boards()).filter_map(|(a, b)| compare(a, trial, b));
    let touched = Touched {
        contest: now.contest.id.clone(),
        boards: boards.collect(),
        held: (now.held(), then.held()),
    };
    (!touched.boards.is_empty() || touched.held.0 != touched.held.1).then_some(touched)
}

fn compare(now: &Board, trial: &Shard, then: &Board) -> Option<TouchedBoard> {
    let mut all = moves(now, then, trial.sources());
    let total = all.len() as u64;
    all.sort_by_key(|one| std::cmp::Reverse(one.distance()));
    all.truncate(MOVES_MAX);
    let listed = all.into_iter().map(|RowMove { participant, before, after }| Move {
        participant: trial.participants().text(participant).to_owned(),
        now: before,
        then: after,
    });
    (total > 0).then(|| TouchedBoard { kind: now.kind.clone(), total, moves: listed.collect() })
}
