//! Compares the read model with the log: notes every digest at one position, folds the log once more up to there, and
//! if something differs looks for the first row and entry. It changes nothing, and runs one at a time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use longhu_core::Position;
use longhu_core::fold::shard::Shard;
use longhu_log::Log;
use longhu_proto::scalar::position_to_wire;
use longhu_proto::wire::ops::v1 as wire;
use longhu_proto::wire::ops::v1::verify_response::Step;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tonic::Status;

use crate::desk::Desk;
use crate::difference;
use crate::projection::Projection;
use crate::rebuild::known;
use crate::refold::{Progress, Refold};
use crate::rows::Place;
use crate::tables::{self, TableName};
use crate::turn::{Turn, fold_through};

/// Between two looks whether a contest is still being computed.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Where the answers go.
pub type Answers = mpsc::Sender<Result<wire::VerifyResponse, Status>>;

/// What a comparison needs.
#[derive(Clone)]
pub struct Verifier {
    /// What is served.
    pub projection: Arc<Projection>,
    /// The log.
    pub log: Log,
    /// The way to the fold's thread.
    pub desk: Desk,
    /// Of whoever has the log folded once more.
    pub turn: Turn,
}

/// Every digest of the read model at one position.
struct Noted {
    position: Position,
    contests: Vec<String>,
    boards: Boards,
}

/// Digests by contest and table; the hash of a sealed result, with its position, stands under an empty board.
type Boards = BTreeMap<(String, TableName), String>;

impl Verifier {
    /// Takes the one turn, for contests that exist.
    ///
    /// # Errors
    /// NOT_FOUND for a contest that nobody defined; see [`Turn::take`] for the rest.
    pub fn begin(&self, contests: &[String]) -> Result<OwnedSemaphorePermit, Status> {
        known(&self.projection.read(), contests.to_vec())?;
        self.turn.take()
    }

    /// Compares, and tells how far it is and what came of it.
    pub async fn run(self, contests: Vec<String>, answers: Answers, turn: OwnedSemaphorePermit) {
        let result = match self.compare(contests, &answers).await {
            Ok(result) => Ok(wire::VerifyResponse { step: Some(Step::Result(result)) }),
            Err(status) => Err(status),
        };
        // Before the answer, so that whoever has it can ask again.
        drop(turn);
        // Whoever asked may have gone.
        drop(answers.send(result).await);
    }

    async fn compare(&self, contests: Vec<String>, answers: &Answers) -> Result<wire::VerifyResult, Status> {
        let noted = self.note(contests).await?;
        let mut refold = Refold::new(&self.log);
        fold_through(&mut refold, noted.position, answers, progress_to_wire).await?;
        let refolded = digests(refold.shard(), &noted.contests);
        let mut keys: Vec<&(String, TableName)> = noted.boards.keys().chain(refolded.keys()).collect();
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
                refolded: text(&refolded, key),
            })
            .collect();
        let events = refold.shard().head().counters.events;
        let difference = match first_place(&boards) {
            None => None,
            Some(place) => Some(difference::look(self, &mut refold, place, answers).await?),
        };
        let position = Some(position_to_wire(noted.position));
        Ok(wire::VerifyResult { position, events, boards, difference })
    }

    /// The digests of these contests, or all, as soon as none of them is being computed.
    async fn note(&self, asked: Vec<String>) -> Result<Noted, Status> {
        loop {
            {
                let shard = self.projection.read();
                let contests = known(&shard, asked.clone())?;
                if contests.iter().all(|contest| is_served(&shard, contest)) {
                    let (position, boards) = (shard.head().position, digests(&shard, &contests));
                    return Ok(Noted { position, contests, boards });
                }
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Something of the read model, with its position, as soon as the contest is not being computed.
    pub async fn when_served<T: Send + 'static>(
        &self,
        contest: &str,
        look: impl Fn(&mut Shard, &dyn longhu_core::types::pages::Pages) -> T + Clone + Send + 'static,
    ) -> Result<(Position, T), Status> {
        loop {
            let (contest, look) = (contest.to_owned(), look.clone());
            let looked = self.desk.ask(move |shard, pages| {
                is_served(shard, &contest).then(|| (shard.head().position, look(shard, pages)))
            });
            if let Some(seen) = looked.await? {
                return Ok(seen);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// Whether what is served of a contest is all that is to be served of it.
fn is_served(shard: &Shard, contest: &str) -> bool {
    shard.contest(contest).is_some_and(|served| served.next.is_none())
}

fn digests(shard: &Shard, contests: &[String]) -> Boards {
    let mut boards = Boards::new();
    for contest in contests {
        let Some(served) = shard.contest(contest) else { continue };
        for (table, digest) in served.live.iter().flat_map(tables::of_live) {
            boards.insert((contest.clone(), table), digest.to_string());
        }
        if let Some(sealed) = &served.sealed {
            let hash: String = sealed.result.hash.iter().map(|byte| format!("{byte:02x}")).collect();
            // The hash is kept, the rows are beside it: both must be as they were.
            let rows: Vec<String> = tables::of_result(sealed).map(|(_, digest)| digest.to_string()).collect();
            let rows = blake3::hash(rows.concat().as_bytes()).to_hex();
            let told = format!("{} {hash} {}", sealed.result.position, &rows[..16]);
            boards.insert((contest.clone(), TableName::default()), told);
        }
    }
    boards
}

/// Where to look for the first difference: the employees of the first contest that differs, since they lead to entries;
/// otherwise its first board, then the tables of its rounds, and its sealed result last.
fn first_place(boards: &[wire::VerifiedBoard]) -> Option<Place> {
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
    Some(Place { contest: contest.clone(), board, round, sealed })
}

/// How far it is, for the wire.
pub fn progress_to_wire(progress: Progress) -> wire::VerifyResponse {
    let (reading_again, reading_again_ppm) = progress.reading_again.unwrap_or_default();
    let progress = wire::VerifyProgress {
        position: Some(position_to_wire(progress.position)),
        until: Some(position_to_wire(progress.until)),
        events: progress.events,
        reading_again,
        reading_again_ppm,
    };
    wire::VerifyResponse { step: Some(Step::Progress(progress)) }
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
        while let Some(Place { board, round, sealed, .. }) = first_place(&boards) {
            boards.retain(|own| (&own.board, &own.round) != (&board, &round));
            found.push(format!("{board} {round} {sealed}"));
        }
        let rounds = ["branch r1 false", "employee r1 false"];
        assert_eq!(found, ["employee  false", "branch  false", rounds[0], rounds[1], "  true"]);
    }
}
