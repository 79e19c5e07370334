//! What a change of the organisation would do to the running contests. The fold's thread computes it on a
//! copy and changes nothing. One preview runs at a time.

use std::sync::Arc;

use longhu_core::control::Decision;
use longhu_core::fold::board::rank_moves::Standing;
use longhu_core::fold::query::preview::{Move, Touched, preview};
use longhu_core::fold::shard::Shard;
use longhu_core::types::pages::PageError;
use longhu_proto::control;
use longhu_proto::scalar::position_to_wire;
use longhu_proto::status::{refusal, retry_later};
use longhu_proto::wire::ops::v1 as wire;
use longhu_proto::wire::organisation::v1 as organisation;
use tokio::sync::Semaphore;
use tonic::{Code, Status, Streaming};

use crate::input::shard_tasks::ShardTasks;
use crate::query::refusals::read_model_unreadable;

/// The most entries of one preview.
const ENTRIES_MAX: usize = 1_000_000;

/// Computes previews.
#[derive(Clone)]
pub struct Previewer {
    tasks: ShardTasks,
    /// One permit, because a preview copies all contests.
    turn: Arc<Semaphore>,
}

impl Previewer {
    pub fn new(tasks: ShardTasks) -> Previewer {
        Previewer { tasks, turn: Arc::new(Semaphore::new(1)) }
    }

    /// What the entries of a request would change.
    ///
    /// # Errors
    /// RESOURCE_EXHAUSTED with PREVIEW_RUNNING while another preview runs, INVALID_ARGUMENT with BAD_ENTRY or
    /// TOO_MANY.
    pub async fn run(
        &self,
        mut requests: Streaming<wire::PreviewOrganisationRequest>,
    ) -> Result<wire::PreviewOrganisationResponse, Status> {
        let _turn = self.turn.clone().try_acquire_owned().map_err(|_| busy())?;
        let mut decisions: Vec<Decision> = Vec::new();
        while let Some(request) = requests.message().await? {
            for entry in &request.entries {
                let decision = control::from_wire(entry).map_err(|error| {
                    refusal(Code::InvalidArgument, "BAD_ENTRY", format!("an entry cannot be read: {error}"))
                })?;
                decisions.push(decision);
            }
            if decisions.len() > ENTRIES_MAX {
                let message = format!("more than {ENTRIES_MAX} entries; preview them in parts");
                return Err(refusal(Code::InvalidArgument, "TOO_MANY", message));
            }
        }
        let looked = self.tasks.run(move |shard, pages| {
            let touched = preview(shard, pages, decisions)?;
            let contests = touched.into_iter().map(|touched| touched_to_wire(shard, touched)).collect();
            Ok((contests, shard.head().position))
        });
        let (contests, position) = looked.await?.map_err(|error: PageError| read_model_unreadable(&error))?;
        Ok(wire::PreviewOrganisationResponse { contests, position: Some(position_to_wire(position)) })
    }
}

fn touched_to_wire(shard: &Shard, touched: Touched) -> organisation::TouchedContest {
    let boards = touched.boards.into_iter().map(|board| organisation::TouchedBoard {
        board: board.kind,
        total_moves: board.total,
        moves: board.moves.into_iter().map(|one| move_to_wire(shard, one)).collect(),
    });
    organisation::TouchedContest {
        contest: touched.contest,
        boards: boards.collect(),
        held: touched.held.0,
        held_after: touched.held.1,
    }
}

fn move_to_wire(shard: &Shard, one: Move) -> organisation::RankMove {
    let rank = |standing: Option<Standing>| standing.map_or(0, |(rank, _)| rank);
    let score = |standing: Option<Standing>| standing.map(|(_, score)| score.to_string()).unwrap_or_default();
    // A participant that is added by the change has no name in the organisation yet.
    let last = shard.head().dates.map_or(jiff::civil::Date::MAX, |(_, last)| last);
    let name = shard.register().organisation().name(&one.participant, last).unwrap_or_default().to_owned();
    organisation::RankMove {
        participant: one.participant,
        name,
        rank: rank(one.now),
        score: score(one.now),
        rank_after: rank(one.then),
        score_after: score(one.then),
    }
}

fn busy() -> Status {
    let message =
        "another change is being previewed, which uses a copy of all contests; try again in a moment";
    retry_later(Code::ResourceExhausted, "PREVIEW_RUNNING", message, std::time::Duration::from_secs(2))
}
