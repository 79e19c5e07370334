//! `longhu contest seal`: ends a contest, so that its result never changes again. Sealing early needs
//! `--force` and a reason.

use longhu_client::failure::Failure;
use longhu_client::output::{self, Format};
use longhu_client::proto_json;
use longhu_client::server::Global;
use longhu_proto::wire::control::v1::{Change, SealContestRequest};
use serde::Serialize;

use super::known::unknown;

/// Arguments of `longhu contest seal`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu contest seal cards-1998 --dry-run
  longhu contest seal cards-1998
  longhu contest seal cards-1998 --force --reason \"ended early by HQ, notice 2026-17\"

A contest can be sealed once its last day and its grace are over in the bank's zone. Its standings at the seal's
position are the result. It cannot be unsealed or amended; publish another contest instead.")]
pub struct Args {
    /// The contest's id.
    contest: String,
    /// Seal it before its period and its grace are over.
    #[arg(long, requires = "reason")]
    force: bool,
    /// The reason, which is recorded in the log.
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
    /// Check everything on the server and write nothing.
    #[arg(long)]
    dry_run: bool,
}

/// The outcome, as JSON.
#[derive(Debug, Serialize)]
struct Sealed<'a> {
    contest: &'a str,
    position: Option<String>,
    changed: bool,
    dry_run: bool,
    warnings: &'a [String],
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let server = global.server()?;
    let Args { contest, force, reason, dry_run } = args;
    let request = SealContestRequest { contest: contest.clone(), force, reason, validate_only: dry_run };
    let answer = match server.ask(server.control().seal_contest(request)).await {
        Ok(answer) => answer,
        Err(status) => return Err(unknown(&global.query_server()?, &contest, server.failure(&status)).await),
    };
    let change = answer.change.unwrap_or_default();
    change.warnings.iter().for_each(|warning| output::note(warning));
    match format {
        Format::Json => output::print_json(&Sealed {
            contest: &contest,
            position: change.position.as_ref().map(proto_json::position),
            changed: change.changed,
            dry_run,
            warnings: &change.warnings,
        }),
        _ => output::print(&(line(&contest, &change, dry_run) + "\n")),
    }
}

fn line(contest: &str, change: &Change, dry_run: bool) -> String {
    match (change.changed, dry_run, change.position.as_ref().map(proto_json::position)) {
        (false, ..) => format!("unchanged {contest}: it is already sealed"),
        (true, true, _) => format!("valid {contest}: would be sealed"),
        (true, false, Some(position)) => format!("sealed {contest} at {position}"),
        (true, false, None) => format!("sealed {contest}"),
    }
}

#[cfg(test)]
mod tests {
    use longhu_proto::wire::event::v1::Position;

    use super::*;

    #[test]
    fn one_line_says_whether_it_was_sealed_now_before_or_not_at_all() {
        let change = |changed, position| Change { changed, position, ..Change::default() };
        let position = Some(Position { sequence: 42, index: 0, adoptions: 0 });
        assert_eq!(line("spring", &change(true, position), false), "sealed spring at 42.0");
        assert_eq!(line("spring", &change(true, None), true), "valid spring: would be sealed");
        assert_eq!(line("spring", &change(false, None), false), "unchanged spring: it is already sealed");
    }
}
