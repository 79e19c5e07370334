//! Looks for the first row in which the read model and a second fold differ, and for the first entry behind it: both
//! told at one position, up to which the second fold goes on. It changes neither.

use longhu_core::fold::board::digest::Digest;
use longhu_core::fold::query::statement::{StatementLine, statement};
use longhu_core::organisation::EMPLOYEE;
use longhu_core::types::score::Score;
use longhu_proto::scalar::{date_to_wire, position_to_wire};
use longhu_proto::status::refusal;
use longhu_proto::wire::ops::v1 as wire;
use tonic::{Code, Status};

use crate::refold::Refold;
use crate::rows::{Place, first_difference};
use crate::tables::{self, TableName};
use crate::turn::fold_through;
use crate::verify::{Answers, Verifier, progress_to_wire};

/// Finds the first difference of a table.
///
/// # Errors
/// What folding on or asking the fold's thread says.
pub async fn look(
    verifier: &Verifier,
    refold: &mut Refold,
    mut place: Place,
    answers: &Answers,
) -> Result<wire::BoardDifference, Status> {
    if place.sealed {
        name_sealed_table(verifier, refold, &mut place);
    }
    let asked = place.clone();
    let (position, rows) = verifier.when_served(&place.contest, move |shard, _| asked.rows(shard)).await?;
    fold_through(refold, position, answers, progress_to_wire).await?;
    let found = |position| wire::BoardDifference {
        contest: place.contest.clone(),
        board: place.board.clone(),
        round: place.round.clone(),
        sealed: place.sealed,
        position: Some(position_to_wire(position)),
        ..Default::default()
    };
    let Some(participant) = first_difference(&rows, refold.shard(), &place) else {
        return Ok(found(position));
    };
    drop(rows);
    let has_account = place.board == EMPLOYEE && !place.sealed;
    let (asked, of) = (place.clone(), participant.clone());
    let look = verifier.when_served(&place.contest, move |shard, pages| {
        let account = has_account.then(|| statement(shard, pages, &asked.contest, &of));
        (asked.row(shard, &of), account.transpose())
    });
    let (position, (row, account)) = look.await?;
    fold_through(refold, position, answers, progress_to_wire).await?;
    let refolded = place.row(refold.shard(), &participant);
    let account = match account {
        Ok(None) => None,
        Ok(Some(ours)) => Some(compare(refold, &place, &participant, ours)?),
        Err(error) => Some(wire::AccountDifference { unreadable: error.to_string(), ..Default::default() }),
    };
    Ok(wire::BoardDifference {
        participant,
        read_model: row.map(|row| row.to_wire()),
        refolded: refolded.map(|row| row.to_wire()),
        account,
        ..found(position)
    })
}

/// The first table of a sealed result that differs; the first one if none does.
fn name_sealed_table(verifier: &Verifier, refold: &Refold, place: &mut Place) {
    let shard = verifier.projection.read();
    let tables = |shard: &longhu_core::fold::shard::Shard| -> Vec<(TableName, Digest)> {
        let sealed = shard.contest(&place.contest).and_then(|served| served.sealed.as_ref());
        sealed.into_iter().flat_map(tables::of_result).collect()
    };
    let (ours, theirs) = (tables(&shard), tables(refold.shard()));
    let differing = ours.iter().chain(&theirs).find(|table| !ours.contains(table) || !theirs.contains(table));
    if let Some(((board, round), _)) = differing.or(ours.first()) {
        place.board.clone_from(board);
        place.round.clone_from(round);
    }
}

/// Compares the entries behind a row; `ours` are those of the read model.
fn compare(
    refold: &mut Refold,
    place: &Place,
    participant: &str,
    mut ours: Vec<StatementLine>,
) -> Result<wire::AccountDifference, Status> {
    let theirs = refold.account(&place.contest, participant);
    let mut theirs =
        theirs.map_err(|error| refusal(Code::Internal, "REFOLD_UNREADABLE", error.to_string()))?;
    ours.sort_unstable();
    theirs.sort_unstable();
    let at = (0..ours.len().max(theirs.len())).find(|at| ours.get(*at) != theirs.get(*at));
    let first = at.and_then(|at| match (ours.get(at), theirs.get(at)) {
        (Some(one), Some(other)) if one > other => Some((other, false)),
        (Some(one), _) => Some((one, true)),
        (None, other) => other.map(|other| (other, false)),
    });
    let state = refold.shard().contest(&place.contest).and_then(|served| served.live.as_ref());
    let indicator = |index: usize| {
        let indicator = state.and_then(|state| state.contest.indicators.get(index));
        indicator.map(|indicator| indicator.id.clone()).unwrap_or_default()
    };
    let entry = first.map(|(line, _)| wire::AccountEntry {
        position: Some(position_to_wire(line.original)),
        business_date: Some(date_to_wire(line.date)),
        source: line.source.clone(),
        id: line.id.clone(),
        indicator: indicator(line.indicator),
        points: Score(line.points).to_string(),
    });
    let sum = |lines: &[StatementLine]| Score(lines.iter().map(|line| line.points).sum()).to_string();
    Ok(wire::AccountDifference {
        read_model_entries: ours.len() as u64,
        read_model_points: sum(&ours),
        refolded_entries: theirs.len() as u64,
        refolded_points: sum(&theirs),
        entry,
        in_read_model: first.is_some_and(|(_, is_ours)| is_ours),
        unreadable: String::new(),
    })
}
