//! Answers from a shard that is held for reading: everything in one answer reflects one position.

use longhu_core::fold::FOLD_VERSION;
use longhu_core::fold::board::Board;
use longhu_core::fold::contest_state::ContestState;
use longhu_core::fold::roster::NO_ROW;
use longhu_core::fold::sealed::Sealed;
use longhu_core::fold::served::Served;
use longhu_core::fold::shard::Shard;
use longhu_core::organisation::EMPLOYEE;
use longhu_core::register::InForce;
use longhu_core::score::Score;
use longhu_core::violation::Violation;
use longhu_proto::contest::to_wire;
use longhu_proto::scalar::{position_to_wire, time_to_wire};
use longhu_proto::status::{invalid, refusal, retry_later};
use longhu_proto::wire::standings::v1 as wire;
use std::time::Duration;
use tonic::{Code, Status};

use crate::seals::seal_of;

/// Neighbours on each side of a participant.
const AROUND_MAX: u32 = 50;

/// A contest's board, as one query sees it.
#[derive(Clone, Copy)]
pub struct View<'a> {
    shard: &'a Shard,
    served: &'a Served,
    state: &'a ContestState,
    /// The result, when that is what the answer is.
    sealed: Option<&'a Sealed>,
    /// The board.
    pub board: &'a Board,
}

impl<'a> View<'a> {
    /// Finds a board: of the result if the contest is sealed, unless `unsealed` asks how it would stand otherwise.
    ///
    /// # Errors
    /// NOT_FOUND for an unknown contest or board, UNAVAILABLE while the first revision is computed.
    pub fn find(shard: &'a Shard, contest: &str, board: &str, unsealed: bool) -> Result<View<'a>, Status> {
        let served = shard.contest(contest).ok_or_else(|| contest_not_found(contest))?;
        let Some(state) = &served.live else {
            let percent = served.next.as_ref().map_or(0, |(_, backfill)| backfill.progress_ppm() / 10_000);
            let message =
                format!("contest `{contest}` is being computed from the log, {percent} % done; ask again");
            return Err(retry_later(Code::Unavailable, "CONTEST_PREPARING", message, Duration::from_secs(1)));
        };
        let sealed = served.sealed.as_ref().filter(|_| !unsealed);
        let found = match sealed {
            Some(sealed) => sealed.board(board),
            None => state.board(board),
        };
        let found = found.ok_or_else(|| {
            let names: Vec<&str> = state.boards().map(|board| board.kind.as_str()).collect();
            let message = format!("contest `{contest}` has no board `{board}`; it has {}", names.join(", "));
            refusal(Code::NotFound, "BOARD_NOT_FOUND", message)
        })?;
        Ok(View { shard, served, state, sealed, board: found })
    }

    /// What the answer reflects.
    pub fn header(&self) -> wire::Header {
        let head = self.shard.head();
        let (position, as_of, revision, held, late) = match self.sealed.map(|sealed| &sealed.result) {
            Some(result) => (result.position, result.as_of, result.revision, result.held, result.late),
            None => {
                let state = self.state;
                (head.position, head.as_of, state.revision, state.held(), state.late())
            }
        };
        wire::Header {
            contest: self.state.contest.id.clone(),
            board: self.board.kind.clone(),
            position: Some(position_to_wire(position)),
            as_of_time: Some(time_to_wire(as_of)),
            digest: self.board.digest().to_string(),
            fold_version: FOLD_VERSION,
            revision,
            stale: self.sealed.is_none() && self.served.next.is_some(),
            held,
            late,
            seal: self.sealed.map(|sealed| seal_of(self.shard, sealed)),
        }
    }

    /// Rows from a place on, with their ranks.
    pub fn rows(&self, place: usize) -> impl Iterator<Item = (u64, u32)> + 'a {
        self.board.from(place, self.shard.sources())
    }

    /// A row as it is shown.
    pub fn row(&self, rank: u64, row: u32) -> wire::Row {
        let (kind, participant) = (&self.board.kind, self.board.participant(row));
        let name = self.sealed.and_then(|sealed| sealed.name(kind, row));
        row_of(self, rank, participant, self.board.score(row), name)
    }

    /// A row that was listed when a page was pinned.
    pub fn pinned_row(&self, rank: u64, participant: u32, score: Score) -> wire::Row {
        let row = Some(self.board.row_of(participant)).filter(|row| *row != NO_ROW);
        let name = self.sealed.zip(row).and_then(|(sealed, row)| sealed.name(&self.board.kind, row));
        row_of(self, rank, participant, score, name)
    }

    /// The listed row and rank of a participant.
    pub fn listed(&self, participant: &str) -> Option<(u64, u32)> {
        let number = self.shard.participants().find(participant)?;
        let row = self.board.row_of(number);
        (row != NO_ROW).then(|| Some((self.board.rank_of(row, self.shard.sources())?, row)))?
    }

    /// A participant's row with so many neighbours on each side.
    ///
    /// # Errors
    /// NOT_FOUND for one that is not listed.
    pub fn neighbours(&self, participant: &str, around: usize) -> Result<Neighbours, Status> {
        let Some((rank, row)) = self.listed(participant) else {
            let message = format!(
                "`{participant}` is not listed on board `{}` of `{}`: it has no live credit there, or the organisation does not know it",
                self.board.kind, self.state.contest.id
            );
            return Err(refusal(Code::NotFound, "PARTICIPANT_NOT_LISTED", message));
        };
        let place = self.board.place_of(row).unwrap_or(0);
        let first = place.saturating_sub(around);
        let rows: Vec<(u64, u32)> = self.rows(first).take(place - first + 1 + around).collect();
        let shown = |rows: &[(u64, u32)]| rows.iter().map(|(rank, row)| self.row(*rank, *row)).collect();
        let missing = |better| Score(self.board.score(better).0 - self.board.score(row).0).to_string();
        Ok(Neighbours {
            above: shown(&rows[..place - first]),
            row: self.row(rank, row),
            below: shown(&rows[place - first + 1..]),
            gap_to_next: self.board.next_better(row).map(missing).unwrap_or_default(),
        })
    }
}

/// A participant's row between its neighbours.
pub struct Neighbours {
    /// The rows above, best first.
    pub above: Vec<wire::Row>,
    /// The participant's own.
    pub row: wire::Row,
    /// The rows below, best first.
    pub below: Vec<wire::Row>,
    /// What is missing to the next better score; empty for the first.
    pub gap_to_next: String,
}

/// How many neighbours on each side are asked for.
///
/// # Errors
/// INVALID_ARGUMENT for more than are shown.
pub fn neighbours_wanted(around: u32) -> Result<usize, Status> {
    if around > AROUND_MAX {
        let reason = format!("at most {AROUND_MAX} neighbours on each side are shown");
        return Err(invalid(&[Violation::new("around", "OUT_OF_RANGE", reason)]));
    }
    Ok(around as usize)
}

/// A row as it is shown; `participant` is a number of the shard, `name` the one that a result keeps.
fn row_of(view: &View, rank: u64, participant: u32, score: Score, name: Option<&str>) -> wire::Row {
    let id = view.shard.participants().text(participant);
    let organisation = view.shard.register().organisation();
    let name = match (name, view.board.kind.as_str()) {
        (Some(name), _) => Some(name.to_owned()),
        (None, EMPLOYEE) => organisation.employee(id).map(|employee| employee.name.clone()),
        // A unit that was renamed meanwhile has the name of the contest's last day.
        (None, _) => organisation.unit(id).map(|unit| unit.name_on(view.state.contest.end).to_owned()),
    };
    wire::Row { rank, participant: id.to_owned(), name: name.unwrap_or_default(), score: score.to_string() }
}

/// A contest in short.
pub fn summary(
    shard: &Shard,
    in_force: &InForce<longhu_core::contest::Contest>,
    served: Option<&Served>,
) -> wire::ContestSummary {
    let sealed = served.and_then(|served| served.sealed.as_ref());
    let live = served.and_then(|served| served.live.as_ref());
    let next = served.and_then(|served| served.next.as_ref());
    let state = match (live, next) {
        (_, None) if live.is_some() => wire::ServingState::Live,
        (Some(_), Some(_)) => wire::ServingState::Stale,
        _ => wire::ServingState::Preparing,
    };
    let boards: Vec<&Board> = match sealed {
        Some(sealed) => sealed.boards().collect(),
        None => live.iter().flat_map(|live| live.boards()).collect(),
    };
    let boards = boards.into_iter().map(|board| wire::BoardSummary {
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
        seal: sealed.map(|sealed| seal_of(shard, sealed)),
    }
}

/// The refusal for a contest that nobody defined.
pub fn contest_not_found(contest: &str) -> Status {
    let message = format!("there is no contest `{contest}`; `longhu contest list` shows those that are");
    refusal(Code::NotFound, "CONTEST_NOT_FOUND", message)
}
