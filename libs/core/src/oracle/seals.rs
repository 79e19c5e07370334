//! The oracle's sealed results: the standings at the seal's own position, the hash that names them, and what came after
//! it and would have changed them. It never lets anything after the seal into a result.

use std::collections::BTreeMap;

use crate::Position;
use crate::oracle::boards::{Reach, Table, reach};
use crate::oracle::credits::Credit;
use crate::oracle::lasting::product;
use crate::oracle::sum::{put_text, put_tie_keys};
use crate::oracle::{Entry, Logged, Standings, copies, credits, decisions, standings_under, up_to};

/// A result that never changes.
#[derive(Clone, Debug)]
pub struct Sealed<'a> {
    /// Where the seal took effect.
    pub position: Position,
    /// The standings there.
    pub standings: Standings<'a>,
    /// The canonical hash of the result: 64 hex digits.
    pub hash: String,
}

/// The result of a contest, if it is sealed by `position`. `log` is in log order.
pub fn sealed<'a>(log: &'a [Logged], contest: &str, position: Position) -> Option<Sealed<'a>> {
    let seal = decisions::seal(up_to(log, position), contest)?;
    let standings = standings_under(seal.contest, seal.revision, log, seal.position);
    let hash = result_hash(contest, standings.revision, &standings.tables);
    Some(Sealed { position: seal.position, standings, hash })
}

/// Where the events after the seal are, up to `position`, whose coming changed the credits of the contest; none when it
/// is not sealed. `log` is in log order.
pub fn late_entries(log: &[Logged], contest: &str, position: Position) -> Vec<Position> {
    let prefix = up_to(log, position);
    let Some(seal) = decisions::seal(prefix, contest) else { return Vec::new() };
    let mut late = Vec::new();
    for (at, logged) in prefix.iter().enumerate() {
        if logged.position <= seal.position || !matches!(logged.entry, Entry::Event(_)) {
            continue;
        }
        let organisation = decisions::organisation(&prefix[..=at]);
        let given =
            |entries| credits::give(seal.contest, &organisation, entries, &copies::judge(entries)).credits;
        if sums(&given(&prefix[..at])) != sums(&given(&prefix[..=at])) {
            late.push(logged.position);
        }
    }
    late
}

/// What decides about a rank beside the sums: to whom, under which indicator, for which span, when, about which customer
/// and product.
type Place<'a> = (Option<&'a str>, Option<&'a str>, usize, usize, Reach, (&'a str, &'a str));

/// What is given in each place: measure, points, credits.
fn sums<'a>(credits: &[Credit<'a>]) -> BTreeMap<Place<'a>, (i128, i128, usize)> {
    let mut sums = BTreeMap::new();
    for credit in credits {
        let about = (credit.event.customer.as_ref(), product(credit.event));
        let place = (credit.employee, credit.unit, credit.indicator, credit.span, reach(credit), about);
        let sum: &mut (i128, i128, usize) = sums.entry(place).or_default();
        *sum = (sum.0 + credit.measure, sum.1 + credit.points, sum.2 + 1);
    }
    sums
}

/// The canonical hash of a result: BLAKE3, in lower-case hex, of these bytes, with every number lowest byte first.
///
/// 1. `longhu result 1`, without a length;
/// 2. the contest's id: its length in 4 bytes, then its bytes;
/// 3. the revision: 8 bytes; how many boards: 4 bytes;
/// 4. for each board in the definition's order its kind, as in 2, and how many rows it lists: 8 bytes;
/// 5. after that for each row in order its rank: 8 bytes; the participant's id, as in 2; the score: 16 bytes, signed; and
///    what the row's hash has after the score.
///
/// Positions and names are never in it.
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
