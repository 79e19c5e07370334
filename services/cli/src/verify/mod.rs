//! `longhu verify`: has the log folded once more, separately from the read model, and compares the two. It
//! changes nothing. A difference is a failure that names the next step.

mod render;

use longhu_client::bar::Bar;
use longhu_client::failure::{Exit, Failure};
use longhu_client::output::{self, Format};
use longhu_client::proto_json;
use longhu_client::server::Global;
use longhu_proto::wire::ops::v1::verify_response::Step;
use longhu_proto::wire::ops::v1::{VerifyProgress, VerifyRequest, VerifyResult};

use crate::rebuild::table_name;

/// Arguments of `longhu verify`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu verify
  longhu verify spring-2026
  longhu verify -o json | jq .equal

The projector records the digest of every board and the hash of every sealed result at its
position, folds the log once more from its first entry up to that position, and compares the two.
If they differ, it shows the first differing row and the first differing entry behind it, and the
exit code is 1. It first waits for contests that are being computed.

It takes about as long as a start with `--rebuild`. It needs as much memory in the projector as the
read model uses already, plus the pages on disk: about 100 bytes for each event of a numbered
source and 130 of any other. It takes turns with other runs and with `longhu standings --known-at`;
Ctrl-C ends it. Boards and sealed results are compared, with everything that decides ranks; other
parts of the read model are not.")]
pub struct Args {
    /// The contests' ids. Default: every contest.
    #[arg(value_name = "CONTEST")]
    contests: Vec<String>,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let server = global.query_server()?;
    let request = VerifyRequest { contests: args.contests };
    let refused = |status: tonic::Status| {
        let failure = server.failure(&status);
        if failure.exit == Exit::NotFound { failure.next("see `longhu contest list`") } else { failure }
    };
    let mut stream = server.ask(server.projector().verify(request)).await.map_err(refused)?;
    let (mut bar, mut result) = (Bar::begin(), None);
    while let Some(told) = stream.message().await.map_err(|status| server.failure(&status))? {
        match told.step {
            Some(Step::Progress(progress)) => show(&mut bar, &progress),
            Some(Step::Result(compared)) => result = Some(compared),
            None => {}
        }
    }
    drop(bar);
    let Some(result) = result else {
        return Err(Failure::new("the server ended before it had compared anything").next("run it again"));
    };
    match format {
        Format::Json => output::print_json(&render::json(&result))?,
        _ => output::print(&render::text(&result))?,
    }
    failure(&result).map_or(Ok(()), Err)
}

fn show(bar: &mut Bar, progress: &VerifyProgress) {
    let sequence = |position: &Option<_>| {
        position.as_ref().map_or(0, |at: &longhu_proto::wire::event::v1::Position| at.sequence)
    };
    let (at, until) = (sequence(&progress.position), sequence(&progress.until));
    let events = progress.events;
    match progress.reading_again.as_str() {
        "" => bar.show_of(at, until, &format!("{events} events")),
        contest => {
            let ppm = u64::from(progress.reading_again_ppm);
            bar.show(ppm, &format!("{events} events, reading again for {contest}"));
        }
    }
}

/// The failure for a difference, for scripts.
fn failure(result: &VerifyResult) -> Option<Failure> {
    let difference = result.difference.as_ref()?;
    let differing: Vec<_> = result.boards.iter().filter(|board| board.read_model != board.refolded).collect();
    let position = result.position.as_ref().map(proto_json::position).unwrap_or_default();
    let what = format!(
        "the read model differs from the log in {} of {} boards and results at {position}",
        differing.len(),
        result.boards.len()
    );
    let named = differing.iter().map(|board| match board.board.as_str() {
        "" => format!("{}: the sealed result", board.contest),
        kind => format!("{}: board {}", board.contest, table_name(kind, &board.round)),
    });
    let contest = &difference.contest;
    let next = match difference.sealed {
        true => {
            "start the projector with `--rebuild`: a sealed result is only computed again that way".into()
        }
        false => format!(
            "`longhu rebuild {contest}`, then `longhu verify {contest}`; if that does not help, start the projector with `--rebuild`"
        ),
    };
    Some(Failure::new(what).details(named.collect()).next(next))
}
