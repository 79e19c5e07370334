//! Rows of one table for the wire: single rows, rows of a pinned page, a row between its neighbours.

use longhu_core::organisation::EMPLOYEE;
use longhu_core::types::ids::{HolderId, RowId};
use longhu_core::types::score::Score;
use longhu_core::types::violation::Violation;
use longhu_proto::status::{invalid, refusal};
use longhu_proto::wire::standings::v1 as wire;
use tonic::{Code, Status};

use crate::query::figures;
use crate::query::pinned_tables::PinnedRow;
use crate::query::table_view::TableView;

/// The most neighbours on each side of a participant.
const AROUND_MAX: u32 = 50;

/// A row as it is now, with its figures if they are requested.
pub fn row(view: &TableView, rank: u64, row: RowId, with_figures: bool) -> wire::Row {
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

/// A row as it was when its table was pinned. `view` is of the whole board and is only used for names.
pub fn pinned_row(view: &TableView, pinned: &PinnedRow, figures: Vec<wire::Figure>) -> wire::Row {
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

/// The name of a participant: the one stored in a result, or else the organisation's.
fn name(view: &TableView, participant: HolderId, row: RowId) -> String {
    let kept = Some(row).filter(|row| *row != RowId::NONE).and_then(|row| view.kept_name(row));
    let id = view.shard.participants().text(participant);
    let organisation = view.shard.register().organisation();
    let name = match (kept, view.board.kind.as_str()) {
        (Some(kept), _) => Some(kept),
        (None, EMPLOYEE) => organisation.employee(id).map(|employee| employee.name.as_str()),
        // If the unit was renamed, the name on the contest's last day is shown.
        (None, _) => organisation.unit(id).map(|unit| unit.name_on(view.contest.end)),
    };
    name.unwrap_or_default().to_owned()
}

/// A participant's row between its neighbours.
pub struct Neighbours {
    /// Best row first.
    pub above: Vec<wire::Row>,
    pub row: wire::Row,
    /// Best row first.
    pub below: Vec<wire::Row>,
    /// How much is missing to the next better score or key; empty for the first.
    pub gap_to_next: String,
}

/// A participant's row with its neighbours on each side.
///
/// # Errors
/// NOT_FOUND for a participant who is not listed.
pub fn neighbours(
    view: &TableView,
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

/// The requested number of neighbours on each side.
///
/// # Errors
/// INVALID_ARGUMENT for more than the maximum.
pub fn neighbours_wanted(around: u32) -> Result<usize, Status> {
    if around > AROUND_MAX {
        let reason = format!("at most {AROUND_MAX} neighbours on each side are shown");
        return Err(invalid(&[Violation::new("around", "OUT_OF_RANGE", reason)]));
    }
    Ok(around as usize)
}
