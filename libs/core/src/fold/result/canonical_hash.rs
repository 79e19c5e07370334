//! The hash of a whole result. Banks compare results by it, and the oracle must arrive at the same one.

use crate::contest::Contest;
use crate::fold::board::board_set::Round;
use crate::fold::board::table::Board;
use crate::fold::placement::context::Context;

/// The hashed bytes begin with this. If their form changes, this must change.
const FORM: &[u8] = b"longhu result 1";

/// The hash of a whole result: everything that can be derived from the log, without the position of the seal.
pub(crate) fn canonical_hash(
    contest: &Contest,
    revision: u64,
    tables: &[(Round, Board)],
    context: Context,
) -> [u8; 32] {
    let boards: Vec<&Board> =
        tables.iter().filter(|(round, _)| round.is_none()).map(|(_, board)| board).collect();
    let mut hasher = blake3::Hasher::new();
    let mut bytes = Vec::with_capacity(256);
    let text = |bytes: &mut Vec<u8>, text: &str| {
        bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
    };
    bytes.extend_from_slice(FORM);
    text(&mut bytes, &contest.id);
    bytes.extend_from_slice(&revision.to_le_bytes());
    bytes.extend_from_slice(&(boards.len() as u32).to_le_bytes());
    for board in boards {
        text(&mut bytes, &board.kind);
        bytes.extend_from_slice(&(board.len() as u64).to_le_bytes());
        for (rank, row) in board.from(0, context.sources) {
            bytes.extend_from_slice(&rank.to_le_bytes());
            board.row_bytes(row, &mut bytes, context.participants, context.sources);
            hasher.update(&bytes);
            bytes.clear();
        }
    }
    hasher.update(&bytes);
    *hasher.finalize().as_bytes()
}
