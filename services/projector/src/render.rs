//! Answers about one table, from a shard that is held for reading: rows, neighbours, contests in short. It decides about no
//! rank.

use longhu_core::fold::board::board_set::Round;
use longhu_core::fold::board::table::Board;
use longhu_core::fold::contest::slot::Slot;
use longhu_core::fold::shard::Shard;
use longhu_core::organisation::EMPLOYEE;
use longhu_core::register::InForce;
use longhu_core::types::ids::{HolderId, RowId};
use longhu_core::types::score::Score;
use longhu_core::types::violation::Violation;
use longhu_proto::contest::to_wire;
use longhu_proto::status::{invalid, refusal};
use longhu_proto::wire::standings::v1 as wire;
use tonic::{Code, Status};

use crate::figures;
use crate::pins::PinnedRow;
use crate::seals::seal_of;
use crate::tables::round_id;
use crate::view::View;

/// Neighbours on each side of a participant.
const AROUND_MAX: u32 = 50;

/// A row as it is shown, with its figures if they are asked for.
pub fn row(view: &View, rank: u64, row: RowId, with_figures: bool) -> wire::Row {
    let participant = view.board.participant(row);
    let figures = match with_figures {
        true => {
            let gone = figures::elapsed_from_wire(view.header.elapsed.as_ref());
            figures::to_wire(view.contest, gone, &view.figures(row))
        }
        false => Vec::new(),
    };
    wire::Row {
        rank,
        participant: view.shard.participants().text(participant).to_owned(),
        name: name(view, participant, row),
        score: view.board.score(row).to_string(),
        key: match view.has_keys() {
            true => view.key(row).map(figures::decimal).unwrap_or_default(),
            false => String::new(),
        },
        figures,
    }
}

/// A row that was listed when a page was pinned; `view` is of the whole board, and only tells names.
pub fn pinned_row(view: &View, pinned: &PinnedRow, figures: Vec<wire::Figure>) -> wire::Row {
    let PinnedRow { rank, participant, score, key } = *pinned;
    wire::Row {
        rank,
        participant: view.shard.participants().text(participant).to_owned(),
        name: name(view, participant, view.board.row_of(participant)),
        score: Score(score).to_string(),
        key: key.map(|key| Score(key).to_string()).unwrap_or_default(),
        figures,
    }
}

/// The name of a participant: the one that a result keeps, or as the organisation has it.
fn name(view: &View, participant: HolderId, row: RowId) -> String {
    let kept = Some(row).filter(|row| *row != RowId::NONE).and_then(|row| view.kept_name(row));
    let id = view.shard.participants().text(participant);
    let organisation = view.shard.register().organisation();
    let name = match (kept, view.board.kind.as_str()) {
        (Some(kept), _) => Some(kept),
        (None, EMPLOYEE) => organisation.employee(id).map(|employee| employee.name.as_str()),
        // A unit that was renamed meanwhile has the name of the contest's last day.
        (None, _) => organisation.unit(id).map(|unit| unit.name_on(view.contest.end)),
    };
    name.unwrap_or_default().to_owned()
}

/// A participant's row between its neighbours.
pub struct Neighbours {
    /// The rows above, best first.
    pub above: Vec<wire::Row>,
    /// The participant's own.
    pub row: wire::Row,
    /// The rows below, best first.
    pub below: Vec<wire::Row>,
    /// What is missing to the next better score, or key; empty for the first.
    pub gap_to_next: String,
}

/// A participant's row with so many neighbours on each side.
///
/// # Errors
/// NOT_FOUND for one that is not listed.
pub fn neighbours(
    view: &View,
    participant: &str,
    around: usize,
    with_figures: bool,
) -> Result<Neighbours, Status> {
    let Some((rank, own)) = view.listed(participant) else {
        let of = match view.header.round.as_str() {
            "" => String::new(),
            round => format!(", round `{round}`,"),
        };
        let message = format!(
            "`{participant}` is not listed on board `{}`{of} of `{}`: it has no live credit there, or the organisation does not know it",
            view.board.kind, view.contest.id
        );
        return Err(refusal(Code::NotFound, "PARTICIPANT_NOT_LISTED", message));
    };
    let place = view.place_of(own).unwrap_or(0);
    let first = place.saturating_sub(around);
    let rows: Vec<(u64, RowId)> = view.rows(first).take(place - first + 1 + around).collect();
    let shown = |rows: &[(u64, RowId)]| -> Vec<wire::Row> {
        rows.iter().map(|(rank, other)| row(view, *rank, *other, with_figures)).collect()
    };
    Ok(Neighbours {
        above: shown(&rows[..place - first]),
        row: row(view, rank, own, with_figures),
        below: shown(&rows[place - first + 1..]),
        gap_to_next: view.gap_to_next(own).map(|gap| Score(gap).to_string()).unwrap_or_default(),
    })
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

/// A contest in short.
pub fn summary(
    shard: &Shard,
    in_force: &InForce<longhu_core::contest::Contest>,
    served: Option<&Slot>,
) -> wire::ContestSummary {
    let sealed = served.and_then(|served| served.sealed.as_ref());
    let live = served.and_then(|served| served.live.as_ref());
    let next = served.and_then(|served| served.next.as_ref());
    let state = match (live, next) {
        (_, None) if live.is_some() => wire::ServingState::Live,
        (Some(_), Some(_)) => wire::ServingState::Stale,
        _ => wire::ServingState::Preparing,
    };
    let (contest, tables): (_, Vec<(Round, &Board)>) = match (sealed, live) {
        (Some(sealed), _) => {
            (Some(&sealed.contest), sealed.tables.iter().map(|(round, board)| (*round, board)).collect())
        }
        (None, Some(live)) => (Some(&live.contest), live.tables().collect()),
        (None, None) => (None, Vec::new()),
    };
    wire::ContestSummary {
        definition: Some(to_wire(&in_force.value)),
        revision: in_force.revision,
        principal: in_force.principal.clone(),
        state: state.into(),
        serving_revision: live.map_or(0, |state| state.revision),
        progress_ppm: next.map_or(1_000_000, |(_, backfill)| backfill.progress_ppm()),
        boards: contest.map(|contest| boards(contest, &tables)).unwrap_or_default(),
        seal: sealed.map(|sealed| seal_of(shard, sealed)),
    }
}

/// Every board with its rounds.
fn boards(contest: &longhu_core::contest::Contest, tables: &[(Round, &Board)]) -> Vec<wire::BoardSummary> {
    let wholes = tables.iter().filter(|(round, _)| round.is_none());
    let of_rounds = |kind: &str| {
        let own = tables.iter().filter(|(round, board)| round.is_some() && board.kind == *kind);
        own.map(|(round, board)| wire::RoundSummary {
            round: round_id(contest, *round).to_owned(),
            size: board.len() as u64,
            digest: board.digest().to_string(),
        })
        .collect()
    };
    wholes
        .map(|(_, board)| wire::BoardSummary {
            board: board.kind.clone(),
            size: board.len() as u64,
            digest: board.digest().to_string(),
            rounds: of_rounds(&board.kind),
        })
        .collect()
}

/// The refusal for a contest that nobody defined.
pub fn contest_not_found(contest: &str) -> Status {
    let message = format!("there is no contest `{contest}`; `longhu contest list` shows those that are");
    refusal(Code::NotFound, "CONTEST_NOT_FOUND", message)
}
