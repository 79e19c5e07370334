//! Backfills requested by an operator (on the wire this is `Rebuild`): contests are computed from the log
//! again, one after the other, and the caller is told the progress of each. The old state is served until the
//! swap.

use std::time::Duration;

use longhu_core::fold::shard::Shard;
use longhu_core::types::violation::Violation;
use longhu_proto::scalar::position_to_wire;
use longhu_proto::status::invalid;
use longhu_proto::wire::ops::v1 as wire;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};
use tonic::Status;

use crate::fold::swap::{Swap, SwappedBoard};
use crate::fold::table_names;
use crate::input::shard_tasks::{ShardTasks, ending};
use crate::query::reader::{Needs, Reader};
use crate::query::refusals::contest_not_found;

/// The time between two progress messages.
const TELL_EVERY: Duration = Duration::from_millis(200);
/// The most contests in one request.
const CONTESTS_MAX: usize = 1_000;

/// Starts backfills and reports their progress.
#[derive(Clone)]
pub struct ContestBackfill {
    pub reader: Reader,
    pub tasks: ShardTasks,
    /// Receives every backfill that ends.
    pub swaps: broadcast::Sender<Swap>,
}

/// Where the answers go.
pub type Answers = mpsc::Sender<Result<wire::RebuildResponse, Status>>;

impl ContestBackfill {
    /// The contests that a request names, after checking that all exist.
    ///
    /// # Errors
    /// INVALID_ARGUMENT for none or too many, NOT_FOUND for a contest that was never defined.
    pub async fn contests(&self, request: wire::RebuildRequest) -> Result<Vec<String>, Status> {
        let wire::RebuildRequest { contests, all } = request;
        let wrong = |reason: &str| Err(invalid(&[Violation::new("contests", "OUT_OF_RANGE", reason)]));
        match (contests.len(), all) {
            (0, false) => return wrong("name at least one contest, or ask for all"),
            (1.., true) => return wrong("name contests or ask for all, not both"),
            (count, _) if count > CONTESTS_MAX => return wrong("at most 1,000 contests in one request"),
            _ => {}
        }
        self.reader.look(Needs::Counts, move |shard| known(shard, contests)).await?
    }

    /// Backfills them, one after the other, until the caller has gone.
    pub async fn run(self, contests: Vec<String>, answers: Answers) {
        for contest in contests {
            if let Err(status) = self.one(&contest, &answers).await {
                return drop(answers.send(Err(status)).await);
            }
            if answers.is_closed() {
                return;
            }
        }
    }

    async fn one(&self, contest: &str, answers: &Answers) -> Result<(), Status> {
        let mut swaps = self.swaps.subscribe();
        let id = contest.to_owned();
        // If the contest is already being backfilled, this waits for that backfill.
        self.tasks.run(move |shard, _| shard.begin_backfill(&id)).await?;
        let mut tick = tokio::time::interval(TELL_EVERY);
        loop {
            tokio::select! {
                swap = swaps.recv() => match swap {
                    Ok(swap) if swap.contest == contest => {
                        // The caller may have gone.
                        drop(answers.send(Ok(done(swap))).await);
                        return Ok(());
                    }
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => {
                        if let Some(missed) = self.missed(contest).await? {
                            drop(answers.send(Ok(missed)).await);
                            return Ok(());
                        }
                    }
                    Err(RecvError::Closed) => return Err(ending()),
                },
                _ = tick.tick() => {
                    let progress_ppm = self.progress_ppm(contest).await?;
                    let told = wire::RebuildResponse { contest: contest.into(), progress_ppm, ..Default::default() };
                    if answers.send(Ok(told)).await.is_err() {
                        return Ok(());
                    }
                }
            }
        }
    }

    async fn progress_ppm(&self, contest: &str) -> Result<u32, Status> {
        let contest = contest.to_owned();
        let look = move |shard: &Shard| {
            let next = shard.subscribers().contest(&contest).and_then(|served| served.next.as_ref());
            next.map_or(1_000_000, |(_, backfill)| backfill.progress_ppm())
        };
        self.reader.look(Needs::Counts, look).await
    }

    /// What can still be reported of a swap whose message was missed.
    async fn missed(&self, contest: &str) -> Result<Option<wire::RebuildResponse>, Status> {
        let contest = contest.to_owned();
        let look = move |shard: &Shard| {
            let served = shard.subscribers().contest(&contest).filter(|served| served.next.is_none())?;
            let tables = table_names::of_live(served.live.as_ref()?);
            let boards =
                tables.map(|((board, round), after)| SwappedBoard { board, round, before: None, after });
            let (boards, position) = (boards.collect(), shard.head().position);
            Some(done(Swap { contest, position, boards }))
        };
        self.reader.look(Needs::Ranks, look).await
    }
}

/// The contests with these ids, without duplicates; every contest if none is given.
///
/// # Errors
/// NOT_FOUND for a contest that was never defined.
pub fn known(shard: &Shard, mut contests: Vec<String>) -> Result<Vec<String>, Status> {
    if contests.is_empty() {
        return Ok(shard.register().contests().map(|(id, _)| id.to_owned()).collect());
    }
    match contests.iter().find(|id| shard.subscribers().contest(id).is_none()) {
        Some(unknown) => Err(contest_not_found(unknown)),
        None => {
            let mut seen = std::collections::BTreeSet::new();
            contests.retain(|id| seen.insert(id.clone()));
            Ok(contests)
        }
    }
}

fn done(swap: Swap) -> wire::RebuildResponse {
    let boards = swap.boards.into_iter().map(|board| wire::RebuiltBoard {
        board: board.board,
        round: board.round,
        digest: board.after.to_string(),
        digest_before: board.before.map(|digest| digest.to_string()).unwrap_or_default(),
    });
    wire::RebuildResponse {
        contest: swap.contest,
        progress_ppm: 1_000_000,
        done: true,
        position: Some(position_to_wire(swap.position)),
        boards: boards.collect(),
    }
}
