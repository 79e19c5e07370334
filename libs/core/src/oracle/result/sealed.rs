//! Sealed results: the standings at the seal's own position, and their hash. Nothing after the seal is ever
//! in a result.

use crate::Position;
use crate::oracle::board::row_hash::{put_text, put_tie_keys};
use crate::oracle::board::table::Table;
use crate::oracle::log::{Logged, up_to};
use crate::oracle::register;
use crate::oracle::standings::{Standings, standings_under};

/// A result that never changes.
#[derive(Clone, Debug)]
pub struct Sealed<'a> {
    /// The position where the seal took effect.
    pub position: Position,
    /// The standings at that position.
    pub standings: Standings<'a>,
    /// The canonical hash of the result: 64 hex digits.
    pub hash: String,
}

/// The result of a contest, if it is sealed by `position`. `log` must be in log order.
pub fn sealed<'a>(log: &'a [Logged], contest: &str, position: Position) -> Option<Sealed<'a>> {
    let seal = register::seal(up_to(log, position), contest)?;
    let standings = standings_under(seal.contest, seal.revision, log, seal.position);
    let hash = result_hash(contest, standings.revision, &standings.tables);
    Some(Sealed { position: seal.position, standings, hash })
}

/// The canonical hash of a result: the BLAKE3 hash, in lower-case hex, of these bytes, with every number
/// lowest byte first.
///
/// 1. `longhu result 1`, without a length;
/// 2. the contest's id: its length in 4 bytes, then its bytes;
/// 3. the revision: 8 bytes; the number of boards: 4 bytes;
/// 4. for each board, in the order of the definition, its kind, as in 2, and the number of rows it lists: 8
///    bytes;
/// 5. then, for each row in order, its rank: 8 bytes; the participant's id, as in 2; the score: 16 bytes,
///    signed; and the part of the row's hash after the score.
///
/// Positions and names are never part of it.
pub fn result_hash(contest: &str, revision: u64, tables: &[Table]) -> String {
    let mut bytes = b"longhu result 1".to_vec();
    put_text(&mut bytes, contest);
    bytes.extend(revision.to_le_bytes());
    bytes.extend((tables.len() as u32).to_le_bytes());
    for table in tables {
        put_text(&mut bytes, &table.kind);
        bytes.extend((table.rows.len() as u64).to_le_bytes());
        for row in &table.rows {
            bytes.extend(row.rank.to_le_bytes());
            put_text(&mut bytes, &row.id);
            bytes.extend(row.score.to_le_bytes());
            put_tie_keys(&mut bytes, row);
        }
    }
    blake3::hash(&bytes).as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}
