//! Names of a contest's tables: converting between round ids and round numbers, and listing all tables with
//! their digests.

use longhu_core::contest::Contest;
use longhu_core::fold::board::board_set::Round;
use longhu_core::fold::board::digest::Digest;
use longhu_core::fold::contest::state::ContestState;
use longhu_core::fold::result::sealed::Sealed;

/// A board's kind, and a round's id; empty for the whole contest.
pub type TableName = (String, String);

/// The round with this id, or the whole contest for an empty id; `None` if there is no such round.
pub fn round_of(contest: &Contest, id: &str) -> Option<Round> {
    match id {
        "" => Some(None),
        id => contest.rounds.iter().position(|round| round.id == id).map(Some),
    }
}

/// The id of a round; empty for the whole contest.
pub fn round_id(contest: &Contest, round: Round) -> &str {
    round.and_then(|round| contest.rounds.get(round)).map_or("", |round| &round.id)
}

/// Every table of a contest that is being counted.
pub fn of_live(state: &ContestState) -> impl Iterator<Item = (TableName, Digest)> {
    let named = |round| round_id(&state.contest, round).to_owned();
    state.tables().map(move |(round, board)| ((board.kind.clone(), named(round)), board.digest()))
}

/// Every table of a sealed result.
pub fn of_result(sealed: &Sealed) -> impl Iterator<Item = (TableName, Digest)> {
    let named = |round: &Round| round_id(&sealed.contest, *round).to_owned();
    sealed.tables.iter().map(move |(round, board)| ((board.kind.clone(), named(round)), board.digest()))
}
