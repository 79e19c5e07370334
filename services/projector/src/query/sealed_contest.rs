//! A sealed contest for the wire: the seal, the entries that came after it, and which rows would move if the
//! contest had not been sealed.

use longhu_core::fold::board::rank_moves::{Standing, moves as moves_between};
use longhu_core::fold::result::late::{LateAbout, LateEntry};
use longhu_core::fold::result::sealed::Sealed;
use longhu_core::fold::shard::Shard;
use longhu_core::types::score::Score;
use longhu_proto::scalar::time_to_wire;
use longhu_proto::wire::standings::v1 as wire;

use crate::fold::table_names::{round_id, round_of};
use crate::query::position_tokens::of_entry;

/// The most moves that one answer lists.
const MOVES_MAX: usize = 1_000;

/// The seal of a contest for the wire.
pub fn seal_of(shard: &Shard, sealed: &Sealed) -> wire::ResultSeal {
    let decided = shard.register().seal_of(&sealed.contest.id);
    let result = &sealed.result;
    wire::ResultSeal {
        position: Some(of_entry(shard, result.position)),
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
        LateAbout::Targets => About::Targets(wire::LateTargets {}),
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
        position: Some(of_entry(shard, entry.position)),
        recorded_time: Some(time_to_wire(entry.recorded)),
        changes: changes.collect(),
        about: Some(about),
    }
}

/// Rows whose rank or score would differ if the contest had not been sealed: those that one answer lists, and
/// how many there are.
pub fn moves(shard: &Shard, sealed: &Sealed) -> (Vec<wire::Move>, u64) {
    let live = shard.subscribers().contest(&sealed.contest.id).and_then(|served| served.live.as_ref());
    let (mut listed, mut total) = (Vec::new(), 0);
    for (round, now) in live.into_iter().flat_map(|state| state.tables()) {
        let round = live.map_or("", |state| round_id(&state.contest, round));
        let table = round_of(&sealed.contest, round).and_then(|of| sealed.table(&now.kind, of));
        let Some(then) = table else { continue };
        let moves = moves_between(then, now, shard.sources());
        total += moves.len() as u64;
        let text =
            |standing: Option<Standing>| standing.map(|(_, score)| score.to_string()).unwrap_or_default();
        let room = MOVES_MAX - listed.len();
        listed.extend(moves.into_iter().take(room).map(|one| wire::Move {
            board: now.kind.clone(),
            round: round.to_owned(),
            participant: shard.participants().text(one.participant).to_owned(),
            sealed_rank: one.before.map_or(0, |(rank, _)| rank),
            sealed_score: text(one.before),
            rank: one.after.map_or(0, |(rank, _)| rank),
            score: text(one.after),
        }));
    }
    (listed, total)
}
