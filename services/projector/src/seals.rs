//! What is told of sealed contests: the seal, what came after it, and how rows would stand otherwise. It reads the shard
//! and never changes it.

use longhu_core::fold::board::{Board, NO_ROW};
use longhu_core::fold::late::{LateAbout, LateEntry};
use longhu_core::fold::sealed::Sealed;
use longhu_core::fold::shard::Shard;
use longhu_core::score::Score;
use longhu_proto::scalar::{position_to_wire, time_to_wire};
use longhu_proto::wire::standings::v1 as wire;

/// Rows that would stand otherwise, as many as one answer lists.
const MOVES_MAX: usize = 1_000;

/// The seal of a contest for the wire.
pub fn seal_of(shard: &Shard, sealed: &Sealed) -> wire::ResultSeal {
    let decided = shard.register().seal_of(&sealed.contest.id);
    let result = &sealed.result;
    wire::ResultSeal {
        position: Some(position_to_wire(result.position)),
        result_hash: hex(&result.hash),
        principal: decided.map(|seal| seal.principal.clone()).unwrap_or_default(),
        forced: decided.is_some_and(|seal| seal.value.forced),
        reason: decided.map(|seal| seal.value.reason.clone()).unwrap_or_default(),
        late_entries: result.late_entries,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An entry that came after a seal, for the wire.
pub fn late_entry(shard: &Shard, sealed: &Sealed, entry: LateEntry) -> wire::LateEntry {
    use wire::late_entry::About;
    let about = match entry.about {
        LateAbout::Event { source, id, kind } => About::Event(wire::LateEvent {
            source: shard.sources().text(source).to_owned(),
            id: id.into(),
            r#type: kind.into(),
        }),
        LateAbout::Organisation => About::Organisation(wire::LateOrganisation {}),
        LateAbout::Definition { revision } => About::Revision(revision),
    };
    let changes = entry.changes.into_iter().map(|change| {
        let indicator = sealed.contest.indicators.get(change.indicator as usize);
        wire::LateChange {
            participant: shard.participants().text(change.holder.shown()).to_owned(),
            indicator: indicator.map(|indicator| indicator.id.clone()).unwrap_or_default(),
            points: Score(change.points).to_string(),
            measure: Score(change.measure).to_string(),
        }
    });
    wire::LateEntry {
        position: Some(position_to_wire(entry.position)),
        recorded_time: Some(time_to_wire(entry.recorded)),
        changes: changes.collect(),
        about: Some(about),
    }
}

/// Rows that would stand otherwise if the contest had not been sealed, and how many there are.
pub fn moves(shard: &Shard, sealed: &Sealed) -> (Vec<wire::Move>, u64) {
    let live = shard.contest(&sealed.contest.id).and_then(|served| served.live.as_ref());
    let (mut listed, mut total) = (Vec::new(), 0);
    for now in live.map(|state| state.boards()).unwrap_or_default() {
        let Some(then) = sealed.board(&now.kind).filter(|then| then.digest() != now.digest()) else {
            continue;
        };
        let mut add = |participant: u32, then: Option<(u64, Score)>, now_is: Option<(u64, Score)>| {
            if then == now_is {
                return;
            }
            total += 1;
            if listed.len() < MOVES_MAX {
                let text = |score: Score| score.to_string();
                listed.push(wire::Move {
                    board: now.kind.clone(),
                    participant: shard.participants().text(participant).to_owned(),
                    sealed_rank: then.map_or(0, |(rank, _)| rank),
                    sealed_score: then.map(|(_, score)| text(score)).unwrap_or_default(),
                    rank: now_is.map_or(0, |(rank, _)| rank),
                    score: now_is.map(|(_, score)| text(score)).unwrap_or_default(),
                });
            }
        };
        for (rank, row) in now.from(0, shard.sources()) {
            let participant = now.participant(row);
            add(participant, standing(shard, then, participant), Some((rank, now.score(row))));
        }
        for (rank, row) in then.from(0, shard.sources()) {
            let participant = then.participant(row);
            if standing(shard, now, participant).is_none() {
                add(participant, Some((rank, then.score(row))), None);
            }
        }
    }
    (listed, total)
}

fn standing(shard: &Shard, board: &Board, participant: u32) -> Option<(u64, Score)> {
    let row = Some(board.row_of(participant)).filter(|row| *row != NO_ROW)?;
    Some((board.rank_of(row, shard.sources())?, board.score(row)))
}
