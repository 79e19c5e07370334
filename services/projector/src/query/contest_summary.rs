//! A summary of a contest for the wire: its definition, how it is served, and its boards with their digests.

use longhu_core::contest::Contest;
use longhu_core::fold::board::board_set::Round;
use longhu_core::fold::board::table::Board;
use longhu_core::fold::contest::slot::Slot;
use longhu_core::fold::shard::Shard;
use longhu_core::register::InForce;
use longhu_proto::contest::to_wire;
use longhu_proto::wire::standings::v1 as wire;

use crate::fold::table_names::round_id;
use crate::query::sealed_contest::seal_of;

pub fn summary(shard: &Shard, in_force: &InForce<Contest>, served: Option<&Slot>) -> wire::ContestSummary {
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

/// Every board, with its rounds.
fn boards(contest: &Contest, tables: &[(Round, &Board)]) -> Vec<wire::BoardSummary> {
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
