//! Answers from a shard that is held for reading: everything in one answer reflects one position.

use longhu_core::fold::FOLD_VERSION;
use longhu_core::fold::board::{Board, NO_ROW};
use longhu_core::fold::contest_state::ContestState;
use longhu_core::fold::served::Served;
use longhu_core::fold::shard::Shard;
use longhu_core::organisation::EMPLOYEE;
use longhu_core::register::InForce;
use longhu_core::score::Score;
use longhu_proto::contest::to_wire;
use longhu_proto::scalar::{position_to_wire, time_to_wire};
use longhu_proto::status::{refusal, retry_later};
use longhu_proto::wire::standings::v1 as wire;
use std::time::Duration;
use tonic::{Code, Status};

/// A contest's board, as one query sees it.
#[derive(Clone, Copy)]
pub struct View<'a> {
    shard: &'a Shard,
    served: &'a Served,
    state: &'a ContestState,
    /// The board.
    pub board: &'a Board,
}

impl<'a> View<'a> {
    /// Finds a board.
    ///
    /// # Errors
    /// NOT_FOUND for an unknown contest or board, UNAVAILABLE while the first revision is computed.
    pub fn find(shard: &'a Shard, contest: &str, board: &str) -> Result<View<'a>, Status> {
        let served = shard.contest(contest).ok_or_else(|| contest_not_found(contest))?;
        let Some(state) = &served.live else {
            let percent = served.next.as_ref().map_or(0, |(_, backfill)| backfill.progress_ppm() / 10_000);
            let message =
                format!("contest `{contest}` is being computed from the log, {percent} % done; ask again");
            return Err(retry_later(Code::Unavailable, "CONTEST_PREPARING", message, Duration::from_secs(1)));
        };
        let found = state.board(board).ok_or_else(|| {
            let names: Vec<&str> = state.boards().iter().map(|board| board.kind.as_str()).collect();
            let message = format!("contest `{contest}` has no board `{board}`; it has {}", names.join(", "));
            refusal(Code::NotFound, "BOARD_NOT_FOUND", message)
        })?;
        Ok(View { shard, served, state, board: found })
    }

    /// What the answer reflects.
    pub fn header(&self) -> wire::Header {
        let head = self.shard.head();
        wire::Header {
            contest: self.state.contest.id.clone(),
            board: self.board.kind.clone(),
            position: Some(position_to_wire(head.position)),
            as_of_time: Some(time_to_wire(head.as_of)),
            digest: self.board.digest().to_string(),
            fold_version: FOLD_VERSION,
            revision: self.state.revision,
            stale: self.served.next.is_some(),
            held: self.state.held(),
            late: self.state.late(),
        }
    }

    /// Rows from a place on, with their ranks.
    pub fn rows(&self, place: usize) -> impl Iterator<Item = (u64, u32)> + 'a {
        self.board.from(place, self.shard.sources())
    }

    /// A row as it is shown.
    pub fn row(&self, rank: u64, row: u32) -> wire::Row {
        row_of(self.shard, &self.board.kind, rank, self.board.participant(row), self.board.score(row))
    }

    /// The listed row and rank of a participant.
    pub fn listed(&self, participant: &str) -> Option<(u64, u32)> {
        let number = self.shard.participants().find(participant)?;
        let row = self.board.row_of(number);
        (row != NO_ROW).then(|| Some((self.board.rank_of(row, self.shard.sources())?, row)))?
    }
}

/// A row as it is shown; `participant` is a number of the shard.
pub fn row_of(shard: &Shard, kind: &str, rank: u64, participant: u32, score: Score) -> wire::Row {
    let id = shard.participants().text(participant);
    let organisation = shard.register().organisation();
    let name = match kind {
        EMPLOYEE => organisation.employee(id).map(|employee| employee.name.clone()),
        _ => organisation.unit(id).map(|unit| unit.name.clone()),
    };
    wire::Row { rank, participant: id.to_owned(), name: name.unwrap_or_default(), score: score.to_string() }
}

/// A contest in short.
pub fn summary(
    in_force: &InForce<longhu_core::contest::Contest>,
    served: Option<&Served>,
) -> wire::ContestSummary {
    let live = served.and_then(|served| served.live.as_ref());
    let next = served.and_then(|served| served.next.as_ref());
    let state = match (live, next) {
        (_, None) if live.is_some() => wire::ServingState::Live,
        (Some(_), Some(_)) => wire::ServingState::Stale,
        _ => wire::ServingState::Preparing,
    };
    let boards = live.map(ContestState::boards).unwrap_or_default().iter().map(|board| wire::BoardSummary {
        board: board.kind.clone(),
        size: board.len() as u64,
        digest: board.digest().to_string(),
    });
    wire::ContestSummary {
        definition: Some(to_wire(&in_force.value)),
        revision: in_force.revision,
        principal: in_force.principal.clone(),
        state: state.into(),
        serving_revision: live.map_or(0, |state| state.revision),
        progress_ppm: next.map_or(1_000_000, |(_, backfill)| backfill.progress_ppm()),
        boards: boards.collect(),
    }
}

/// The refusal for a contest that nobody defined.
pub fn contest_not_found(contest: &str) -> Status {
    let message = format!("there is no contest `{contest}`; `longhu contest list` shows those that are");
    refusal(Code::NotFound, "CONTEST_NOT_FOUND", message)
}
