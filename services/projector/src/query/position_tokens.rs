//! Positions in answers, which callers pass back. Each says how many times the log had been adopted by then, so
//! that it is never taken for an entry that was lost.

use longhu_core::Position;
use longhu_core::fold::shard::Shard;
use longhu_proto::scalar::token_to_wire;
use longhu_proto::wire::event::v1 as wire;

/// The position of an entry that the log has.
pub fn of_entry(shard: &Shard, position: Position) -> wire::Position {
    token_to_wire(position, shard.register().adoptions_before(position))
}

/// The position that the shard reflects.
pub fn reflected(shard: &Shard) -> wire::Position {
    of_entry(shard, shard.head().position)
}
