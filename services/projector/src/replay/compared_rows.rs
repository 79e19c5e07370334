//! Rows of a table in a form in which two folds can be compared: with texts, because each shard has its own
//! numbers for participants and sources.

use jiff::civil::Date;
use longhu_core::Time;
use longhu_core::fold::board::board_set::Round;
use longhu_core::fold::board::table::Board;
use longhu_core::fold::contest::state::ContestState;
use longhu_core::fold::result::sealed::Sealed;
use longhu_core::fold::shard::Shard;
use longhu_core::types::ids::RowId;
use longhu_core::types::ratio::Ratio;
use longhu_core::types::score::Score;
use longhu_proto::scalar::{date_to_wire, time_to_wire};
use longhu_proto::wire::ops::v1 as wire;

use crate::fold::table_names::round_of;

/// A row with everything that decides its rank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedRow {
    pub rank: u64,
    pub participant: String,
    score: i128,
    live: i64,
    rates: Vec<Option<(i128, i128)>>,
    key: Option<(i128, i128)>,
    reached: Option<(Date, Time, String, String)>,
}

impl ComparedRow {
    fn of(shard: &Shard, found: &Found, rank: u64, row: RowId) -> ComparedRow {
        let board = found.board;
        let reached = board.reach_of(row).map(|reach| {
            let source = shard.sources().text(reach.source).to_owned();
            (reach.date, reach.occurred, source, reach.id.to_string())
        });
        let participant = shard.participants().text(board.participant(row)).to_owned();
        let (score, live) = (board.score(row).0, found.live(row));
        let rates = board.rates_of(row).iter().map(|rate| rate.map(Ratio::lowest_terms)).collect();
        let key = board.key(row).map(Ratio::lowest_terms);
        ComparedRow { rank, participant, score, live, rates, key, reached }
    }

    pub fn to_wire(&self) -> wire::VerifiedRow {
        wire::VerifiedRow {
            rank: self.rank,
            score: Score(self.score).to_string(),
            live: self.live,
            key: self.key.map(|(above, below)| format!("{above}/{below}")).unwrap_or_default(),
            reached: self.reached.as_ref().map(|(date, occurred, source, id)| wire::Reached {
                business_date: Some(date_to_wire(*date)),
                occurred_time: Some(time_to_wire(*occurred)),
                source: source.clone(),
                id: id.clone(),
            }),
        }
    }
}

/// One table of a contest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedTable {
    pub contest: String,
    /// A unit kind, or `employee`.
    pub board: String,
    /// A round's id; empty for the whole contest.
    pub round: String,
    /// Whether it is the table of the sealed result.
    pub sealed: bool,
}

/// A table, and where it was found.
struct Found<'a> {
    board: &'a Board,
    round: Round,
    of: Of<'a>,
}

enum Of<'a> {
    State(&'a ContestState),
    Result(&'a Sealed),
}

impl Found<'_> {
    fn live(&self, row: RowId) -> i64 {
        let kind = &self.board.kind;
        match self.of {
            Of::State(state) => state.live(kind, self.round, row),
            Of::Result(sealed) => sealed.row(kind, self.round, row).map_or(0, |row| row.live),
        }
    }
}

impl ComparedTable {
    fn find<'a>(&self, shard: &'a Shard) -> Option<Found<'a>> {
        let served = shard.subscribers().contest(&self.contest)?;
        if self.sealed {
            let sealed = served.sealed.as_ref()?;
            let round = round_of(&sealed.contest, &self.round)?;
            return Some(Found { board: sealed.table(&self.board, round)?, round, of: Of::Result(sealed) });
        }
        let live = served.live.as_ref()?;
        let round = round_of(&live.contest, &self.round)?;
        Some(Found { board: live.table(&self.board, round)?, round, of: Of::State(live) })
    }

    /// Every listed row, in order.
    pub fn rows(&self, shard: &Shard) -> Vec<ComparedRow> {
        let Some(found) = self.find(shard) else { return Vec::new() };
        let listed = found.board.from(0, shard.sources());
        listed.map(|(rank, row)| ComparedRow::of(shard, &found, rank, row)).collect()
    }

    /// The listed row of a participant.
    pub fn row(&self, shard: &Shard, participant: &str) -> Option<ComparedRow> {
        let found = self.find(shard)?;
        let number = shard.participants().find(participant)?;
        let row = Some(found.board.row_of(number)).filter(|row| *row != RowId::NONE)?;
        Some(ComparedRow::of(shard, &found, found.board.rank_of(row, shard.sources())?, row))
    }
}

/// The participant of the first row by rank that differs between the two. If the two sides have different
/// participants in one place, it is the one whose own values differ, because the other may just have been
/// displaced.
pub fn first_difference(ours: &[ComparedRow], theirs: &Shard, table: &ComparedTable) -> Option<String> {
    let replayed = table.rows(theirs);
    let at = (0..ours.len().max(replayed.len())).find(|at| ours.get(*at) != replayed.get(*at))?;
    let (one, other) = (ours.get(at), replayed.get(at));
    let blank = |row: &ComparedRow| ComparedRow { rank: 0, ..row.clone() };
    let differs = |row: &&ComparedRow| {
        let counterpart = replayed.iter().find(|other| other.participant == row.participant);
        counterpart.map(blank) != Some(blank(row))
    };
    one.filter(differs).or(other).or(one).map(|row| row.participant.clone())
}
