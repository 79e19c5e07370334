//! `longhu rebuild`: has contests computed again from the log while they are served, and reports whether
//! anything changed. To rebuild the whole read model, start a projector with `--rebuild`.

use longhu_client::bar::Bar;
use longhu_client::failure::{Exit, Failure};
use longhu_client::output::{self, Align, Format};
use longhu_client::proto_json;
use longhu_client::server::Global;
use longhu_proto::wire::ops::v1::{RebuildRequest, RebuildResponse, RebuiltBoard};

/// Arguments of `longhu rebuild`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu rebuild spring-2026
  longhu rebuild --all
  longhu rebuild spring-2026 cards-1998 -o json

The contests are computed again from the log's first entry, one after the other. Until its new
state replaces it, the old state of a contest is served and marked stale, and the contest uses
twice the memory. If the command is interrupted, the current contest is still finished, and the
others are not started. The result of a sealed contest does not change.

`--all` computes every contest again, but nothing else. Identities, the journal and sealed results
belong to the whole read model; to rebuild that, start the projector with `--rebuild`.")]
pub struct Args {
    /// The contests' ids.
    #[arg(value_name = "CONTEST", required_unless_present = "all")]
    contests: Vec<String>,
    /// Every contest.
    #[arg(long, conflicts_with = "contests")]
    all: bool,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let server = global.query_server()?;
    let request = RebuildRequest { contests: args.contests, all: args.all };
    let refused = |status: tonic::Status| {
        let failure = server.failure(&status);
        if failure.exit == Exit::NotFound { failure.next("see `longhu contest list`") } else { failure }
    };
    let mut stream = server.ask(server.projector().rebuild(request)).await.map_err(refused)?;
    let (mut done, mut bar) = (Vec::new(), Bar::begin());
    while let Some(told) = stream.message().await.map_err(|status| server.failure(&status))? {
        bar.show(u64::from(told.progress_ppm), &told.contest);
        if told.done {
            done.push(told);
        }
    }
    drop(bar);
    match format {
        Format::Json => output::print_json(&json(&done)),
        _ => output::print(&table(&done)),
    }
}

fn json(done: &[RebuildResponse]) -> serde_json::Value {
    let board = |board: &RebuiltBoard| {
        serde_json::json!({
            "board": board.board,
            "round": (!board.round.is_empty()).then_some(&board.round),
            "digest": board.digest,
            "digest_before": (!board.digest_before.is_empty()).then_some(&board.digest_before),
            "changed": is_changed(board),
        })
    };
    let contests = done.iter().map(|contest| {
        serde_json::json!({
            "contest": contest.contest,
            "position": contest.position.as_ref().map(proto_json::position),
            "boards": contest.boards.iter().map(board).collect::<Vec<_>>(),
        })
    });
    serde_json::json!({ "contests": contests.collect::<Vec<_>>() })
}

fn table(done: &[RebuildResponse]) -> String {
    let columns = ["CONTEST", "POSITION", "BOARD", "DIGEST", "BEFORE"].map(|name| (name, Align::Left));
    let rows = done.iter().flat_map(|contest| {
        let position = contest.position.as_ref().map(proto_json::position).unwrap_or_default();
        contest.boards.iter().map(move |board| {
            let before = match is_changed(board) {
                Some(false) => "the same".to_owned(),
                Some(true) => format!("another: {}", short(&board.digest_before)),
                None => "not served, or another revision".to_owned(),
            };
            let digest = short(&board.digest).to_owned();
            let table = table_name(&board.board, &board.round);
            vec![contest.contest.clone(), position.clone(), table, digest, before]
        })
    });
    output::table(&columns, rows)
}

/// Whether it changed; `None` if that cannot be told.
fn is_changed(board: &RebuiltBoard) -> Option<bool> {
    (!board.digest_before.is_empty()).then_some(board.digest_before != board.digest)
}

/// A board, or a round of it.
pub fn table_name(board: &str, round: &str) -> String {
    if round.is_empty() { board.to_owned() } else { format!("{board}, round {round}") }
}

/// The beginning of a digest, which is enough for people to compare.
pub fn short(digest: &str) -> &str {
    digest.get(..16).unwrap_or(digest)
}

#[cfg(test)]
mod tests {
    use longhu_proto::wire::event::v1::Position;

    use super::*;

    #[test]
    fn each_board_says_whether_it_came_out_as_before() {
        let board = |name: &str, before: &str| RebuiltBoard {
            board: name.into(),
            digest: "aa".into(),
            digest_before: before.into(),
            round: String::new(),
        };
        let done = [RebuildResponse {
            contest: "spring".into(),
            done: true,
            position: Some(Position { sequence: 42, index: 0, adoptions: 0 }),
            boards: vec![board("branch", "aa"), board("team", "bb"), board("employee", "")],
            ..Default::default()
        }];
        let text = table(&done);
        assert!(text.contains("spring   42.0      branch    aa      the same\n"), "{text}");
        assert!(text.contains("aa      another: bb\n"), "{text}");
        let boards = &json(&done)["contests"][0]["boards"];
        assert_eq!(boards[0]["changed"], false);
        assert_eq!(boards[1]["changed"], true);
        assert_eq!(boards[2]["changed"], serde_json::Value::Null);
    }
}
