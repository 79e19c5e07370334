//! Standings computed in advance, in a file beside the contest: `board,round,rank,participant,score`, and the
//! key if rows are ranked by one. Lines that begin with `#` explain how they were computed.

use serde_json::Value;

use crate::support::{Dev, root};

/// In place of a rank: there are more rows than the file lists.
const AND_MORE: &str = "…";

/// One table of a file.
struct Table {
    board: String,
    round: String,
    /// Each row as `rank,participant,score`, with the key if there is one.
    rows: Vec<String>,
    is_whole: bool,
}

/// The tables of a file, each with its rows together.
fn tables(path: &str) -> Vec<Table> {
    let text = std::fs::read_to_string(root().join(path)).unwrap();
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let head = lines.next().unwrap();
    assert!(["board,round,rank,participant,score", "board,round,rank,participant,score,key"].contains(&head));
    let mut tables: Vec<Table> = Vec::new();
    for line in lines {
        let [board, round, row] = line.splitn(3, ',').collect::<Vec<_>>()[..] else {
            panic!("{path}: {line}")
        };
        if tables.last().is_none_or(|last| (last.board.as_str(), last.round.as_str()) != (board, round)) {
            tables.push(Table { board: board.into(), round: round.into(), rows: Vec::new(), is_whole: true });
        }
        let table = tables.last_mut().unwrap();
        assert!(table.is_whole, "{path}: nothing follows {AND_MORE}: {line}");
        table.is_whole = !row.starts_with(AND_MORE);
        table.rows.extend(table.is_whole.then(|| row.to_owned()));
    }
    assert!(!tables.is_empty(), "{path} has no rows");
    tables
}

/// A row of an answer, in the form of the file.
fn written(row: &Value) -> String {
    let plain = format!("{},{},{}", row["rank"], row["participant"].as_str().unwrap(), row["score"]);
    match row.get("key") {
        None => plain,
        Some(Value::Null) => plain + ",",
        Some(key) => format!("{plain},{key}"),
    }
}

/// Compares every table of a file with the server's, after it has read everything that was appended. Returns
/// the digests.
pub fn check(dev: &Dev, contest: &str, path: &str) -> Vec<String> {
    let stat = dev.run(&["log", "stat", "-o", "json"]).ends_with(0).json();
    let last = format!("{}.0", stat["last_sequence"].to_string().replace('"', ""));
    let compare = |table: Table| {
        let ask = ["standings", contest, "--board", &table.board, "--min-position", &last, "-o", "json"];
        let round = ["--round", &table.round];
        let more = if table.round.is_empty() { &[][..] } else { &round[..] };
        let said = dev.run(&[&ask[..], more].concat()).ends_with(0).json();
        let rows: Vec<String> = said["standings"].as_array().unwrap().iter().map(written).collect();
        let named = format!("{contest} {} {}", table.board, table.round);
        assert_eq!(said["stale"], false, "{named}");
        assert_eq!((&said["held"], &said["late"]), (&0.into(), &0.into()), "{named}");
        match table.is_whole {
            true => assert_eq!(rows, table.rows, "{named}"),
            false => assert_eq!(rows.get(..table.rows.len()), Some(&table.rows[..]), "{named}"),
        }
        said["digest"].as_str().unwrap().to_owned()
    };
    tables(path).into_iter().map(compare).collect()
}
