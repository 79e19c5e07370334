//! Finds the first row in which the read model and a replay differ, and the first differing entry behind that
//! row. The read model has advanced meanwhile, so the replay continues to the same position before the two
//! are compared.

use longhu_core::fold::board::digest::Digest;
use longhu_core::fold::query::statement::{StatementLine, statement};
use longhu_core::fold::shard::Shard;
use longhu_core::organisation::EMPLOYEE;
use longhu_core::types::score::Score;
use longhu_proto::scalar::{date_to_wire, position_to_wire};
use longhu_proto::status::refusal;
use longhu_proto::wire::ops::v1 as wire;
use tonic::{Code, Status};

use crate::fold::table_names::{self, TableName};
use crate::query::reader::Needs;
use crate::replay::caller::{VerifyAnswers, replay_through, verify_progress};
use crate::replay::compared_rows::{ComparedTable, first_difference};
use crate::replay::log_replay::LogReplay;
use crate::replay::read_model::ReadModel;

/// Finds the first difference of a table.
///
/// # Errors
/// Errors of continuing the fold or of asking the fold's thread.
pub async fn look(
    read_model: &ReadModel,
    replay: &mut LogReplay,
    mut table: ComparedTable,
    answers: &VerifyAnswers,
) -> Result<wire::BoardDifference, Status> {
    if table.sealed {
        name_sealed_table(read_model, replay, &mut table).await?;
    }
    let asked = table.clone();
    let (position, rows) = read_model.when_served(&table.contest, move |shard, _| asked.rows(shard)).await?;
    replay_through(replay, position, answers, verify_progress).await?;
    let found = |position| wire::BoardDifference {
        contest: table.contest.clone(),
        board: table.board.clone(),
        round: table.round.clone(),
        sealed: table.sealed,
        position: Some(position_to_wire(position)),
        ..Default::default()
    };
    let Some(participant) = first_difference(&rows, replay.shard(), &table) else {
        return Ok(found(position));
    };
    drop(rows);
    let has_account = table.board == EMPLOYEE && !table.sealed;
    let (asked, of) = (table.clone(), participant.clone());
    let look = read_model.when_served(&table.contest, move |shard, pages| {
        let account = has_account.then(|| statement(shard, pages, &asked.contest, &of));
        (asked.row(shard, &of), account.transpose())
    });
    let (position, (row, account)) = look.await?;
    replay_through(replay, position, answers, verify_progress).await?;
    let replayed = table.row(replay.shard(), &participant);
    let account = match account {
        Ok(None) => None,
        Ok(Some(ours)) => Some(compare(replay, &table, &participant, ours)?),
        Err(error) => Some(wire::AccountDifference { unreadable: error.to_string(), ..Default::default() }),
    };
    Ok(wire::BoardDifference {
        participant,
        read_model: row.map(|row| row.to_wire()),
        refolded: replayed.map(|row| row.to_wire()),
        account,
        ..found(position)
    })
}

/// Names the first table of a sealed result that differs; the first table if none does.
async fn name_sealed_table(
    read_model: &ReadModel,
    replay: &LogReplay,
    table: &mut ComparedTable,
) -> Result<(), Status> {
    let contest = table.contest.clone();
    let look = move |shard: &Shard| sealed_tables(shard, &contest);
    let ours = read_model.reader.look(Needs::Ranks, look).await?;
    let theirs = sealed_tables(replay.shard(), &table.contest);
    let differing = ours.iter().chain(&theirs).find(|table| !ours.contains(table) || !theirs.contains(table));
    if let Some(((board, round), _)) = differing.or(ours.first()) {
        table.board.clone_from(board);
        table.round.clone_from(round);
    }
    Ok(())
}

fn sealed_tables(shard: &Shard, contest: &str) -> Vec<(TableName, Digest)> {
    let sealed = shard.subscribers().contest(contest).and_then(|served| served.sealed.as_ref());
    sealed.into_iter().flat_map(table_names::of_result).collect()
}

/// Compares the entries behind a row. `ours` are those of the read model.
fn compare(
    replay: &mut LogReplay,
    table: &ComparedTable,
    participant: &str,
    mut ours: Vec<StatementLine>,
) -> Result<wire::AccountDifference, Status> {
    let theirs = replay.account(&table.contest, participant);
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
    let state = replay.shard().subscribers().contest(&table.contest).and_then(|served| served.live.as_ref());
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
