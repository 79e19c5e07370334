//! Compares the read model with the log: records every digest at one position, replays the log up to there,
//! and finds the first row and entry that differ, if any. It changes nothing.

use std::collections::BTreeMap;

use longhu_core::Position;
use longhu_core::fold::shard::Shard;
use longhu_log::Log;
use longhu_proto::scalar::position_to_wire;
use longhu_proto::wire::ops::v1 as wire;
use longhu_proto::wire::ops::v1::verify_response::Step;
use tokio::sync::OwnedSemaphorePermit;
use tonic::Status;

use crate::fold::table_names::{self, TableName};
use crate::query::contest_backfill::known;
use crate::query::reader::Needs;
use crate::replay::caller::{VerifyAnswers, replay_through, verify_progress};
use crate::replay::compared_rows::ComparedTable;
use crate::replay::difference;
use crate::replay::log_replay::LogReplay;
use crate::replay::permit::ReplayPermit;
use crate::replay::read_model::{ReadModel, is_served};

/// Compares the read model with the log.
#[derive(Clone)]
pub struct Verifier {
    pub read_model: ReadModel,
    pub log: Log,
    pub permit: ReplayPermit,
}

/// Every digest of the read model at one position.
struct Noted {
    position: Position,
    contests: Vec<String>,
    boards: Boards,
}

/// Digests by contest and table. The hash of a sealed result, with its position, is stored under an empty
/// board.
type Boards = BTreeMap<(String, TableName), String>;

impl Verifier {
    /// Takes the permit, after checking that the contests exist.
    ///
    /// # Errors
    /// NOT_FOUND for a contest that was never defined; see [`ReplayPermit::take`] for the others.
    pub async fn begin(&self, contests: Vec<String>) -> Result<OwnedSemaphorePermit, Status> {
        self.read_model.reader.look(Needs::Counts, move |shard| known(shard, contests)).await??;
        self.permit.take()
    }

    /// Compares, and reports the progress and the outcome.
    pub async fn run(self, contests: Vec<String>, answers: VerifyAnswers, permit: OwnedSemaphorePermit) {
        let result = match self.compare(contests, &answers).await {
            Ok(result) => Ok(wire::VerifyResponse { step: Some(Step::Result(result)) }),
            Err(status) => Err(status),
        };
        // Given up before the answer, so that the caller can ask again after receiving it.
        drop(permit);
        // The caller may have gone.
        drop(answers.send(result).await);
    }

    async fn compare(
        &self,
        contests: Vec<String>,
        answers: &VerifyAnswers,
    ) -> Result<wire::VerifyResult, Status> {
        let noted = self.note(contests).await?;
        let mut replay = LogReplay::new(&self.log);
        replay_through(&mut replay, noted.position, answers, verify_progress).await?;
        let replayed = digests(replay.shard(), &noted.contests);
        let mut keys: Vec<&(String, TableName)> = noted.boards.keys().chain(replayed.keys()).collect();
        keys.sort_unstable();
        keys.dedup();
        let text = |boards: &Boards, key| boards.get(key).cloned().unwrap_or_default();
        let boards: Vec<wire::VerifiedBoard> = keys
            .into_iter()
            .map(|key| wire::VerifiedBoard {
                contest: key.0.clone(),
                board: key.1.0.clone(),
                round: key.1.1.clone(),
                read_model: text(&noted.boards, key),
                refolded: text(&replayed, key),
            })
            .collect();
        let events = replay.shard().head().counters.events;
        let difference = match first_table(&boards) {
            None => None,
            Some(table) => Some(difference::look(&self.read_model, &mut replay, table, answers).await?),
        };
        let position = Some(position_to_wire(noted.position));
        Ok(wire::VerifyResult { position, events, boards, difference })
    }

    /// The digests of these contests, or of all, as soon as none of them is being backfilled.
    async fn note(&self, asked: Vec<String>) -> Result<Noted, Status> {
        let note = move |shard: &Shard| {
            let contests = known(shard, asked.clone())?;
            if !contests.iter().all(|contest| is_served(shard, contest)) {
                return Ok(None);
            }
            let (position, boards) = (shard.head().position, digests(shard, &contests));
            Ok(Some(Noted { position, contests, boards }))
        };
        self.read_model.find(note).await
    }
}

fn digests(shard: &Shard, contests: &[String]) -> Boards {
    let mut boards = Boards::new();
    for contest in contests {
        let Some(served) = shard.subscribers().contest(contest) else { continue };
        for (table, digest) in served.live.iter().flat_map(table_names::of_live) {
            boards.insert((contest.clone(), table), digest.to_string());
        }
        if let Some(sealed) = &served.sealed {
            let hash: String = sealed.result.hash.iter().map(|byte| format!("{byte:02x}")).collect();
            // The result stores its hash beside its rows; both must be unchanged.
            let rows: Vec<String> =
                table_names::of_result(sealed).map(|(_, digest)| digest.to_string()).collect();
            let rows = blake3::hash(rows.concat().as_bytes()).to_hex();
            let told = format!("{} {hash} {}", sealed.result.position, &rows[..16]);
            boards.insert((contest.clone(), TableName::default()), told);
        }
    }
    boards
}

/// Where to look for the first difference: on the board of employees of the first contest that differs,
/// because its rows lead to entries; otherwise on its first board, then in the tables of its rounds, and last
/// in its sealed result.
fn first_table(boards: &[wire::VerifiedBoard]) -> Option<ComparedTable> {
    let differing = |board: &&wire::VerifiedBoard| board.read_model != board.refolded;
    let contest = &boards.iter().find(differing)?.contest;
    let mut all: Vec<&wire::VerifiedBoard> =
        boards.iter().filter(differing).filter(|board| board.contest == *contest).collect();
    let order = |board: &wire::VerifiedBoard| match (board.board.as_str(), board.round.as_str()) {
        (longhu_core::organisation::EMPLOYEE, "") => 0,
        ("", _) => 3,
        (_, "") => 1,
        _ => 2,
    };
    all.sort_by_key(|board| order(board));
    let first = all.first()?;
    let sealed = first.board.is_empty();
    let (board, round) = (first.board.clone(), first.round.clone());
    Some(ComparedTable { contest: contest.clone(), board, round, sealed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_looked_for_among_employees_then_boards_then_rounds_and_last_in_the_result() {
        let table = |board: &str, round: &str| wire::VerifiedBoard {
            contest: "spring".into(),
            board: board.into(),
            round: round.into(),
            read_model: "aa".into(),
            refolded: "bb".into(),
        };
        let mut boards = vec![
            table("", ""),
            table("branch", "r1"),
            table("branch", ""),
            table("employee", "r1"),
            table("employee", ""),
        ];
        boards.sort_by_key(|own| (own.board.clone(), own.round.clone()));
        let mut found = Vec::new();
        while let Some(ComparedTable { board, round, sealed, .. }) = first_table(&boards) {
            boards.retain(|own| (&own.board, &own.round) != (&board, &round));
            found.push(format!("{board} {round} {sealed}"));
        }
        let rounds = ["branch r1 false", "employee r1 false"];
        assert_eq!(found, ["employee  false", "branch  false", rounds[0], rounds[1], "  true"]);
    }
}
