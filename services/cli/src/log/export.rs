//! `longhu log export`: every entry of the log as JSON lines, in log order, from which anybody can compute
//! the standings again. It ends with the last entry that existed when it began, and reports if it cannot get
//! there.

use std::io::{self, BufWriter, IsTerminal, Write};

use longhu_client::bar::Bar;
use longhu_client::failure::Failure;
use longhu_client::output::{self, Format};
use longhu_client::server::Global;
use longhu_core::Position;
use longhu_files::entry_line;
use longhu_proto::scalar::{position_from_wire, position_to_wire};
use longhu_proto::wire::ops::v1::{GetLogStatusRequest, TailLogRequest};

use super::entries;

/// How many entries between two updates of the progress bar.
const ENTRIES_EVERY: u64 = 512;

/// Arguments of `longhu log export`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu log export > log.jsonl
  longhu log export --until 42.7 | gzip > log.jsonl.gz
  longhu log export > log.jsonl && longhu oracle --log log.jsonl

A line is {\"position\", \"recorded_time\", \"kind\", and \"event\", \"control\" or \"tick\"}, the last in protobuf's JSON mapping.
It has only pseudonyms of customers and subjects.")]
pub struct Args {
    /// Start at this position, such as 42.0. Default: the first entry.
    #[arg(long, value_name = "POSITION")]
    from: Option<Position>,
    /// End with this position. Default: the last entry at present.
    #[arg(long, value_name = "POSITION")]
    until: Option<Position>,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    global.format(&[Format::Jsonl])?;
    let server = global.query_server()?;
    let status = server.ask(server.log().get_log_status(GetLogStatusRequest {})).await;
    let status = status.map_err(|status| server.failure(&status))?;
    let end = Position::new(status.last_sequence, u32::MAX);
    if let Some(until) = args.until.filter(|until| until.sequence > end.sequence) {
        let what = format!("the log has no position {until} yet; its last batch is {}", status.last_sequence);
        return Err(Failure::new(what).next("leave `--until` out, or export later"));
    }
    let until = args.until.unwrap_or(end);
    let from = args.from.unwrap_or_default();
    let request = TailLogRequest {
        from: Some(position_to_wire(from)),
        last: 0,
        follow: false,
        until: Some(position_to_wire(until)),
    };
    let first = from.sequence.max(status.first_sequence);
    let batches = until.sequence.saturating_sub(first).saturating_add(1);
    // None where the lines themselves go to the terminal.
    let mut bar = if io::stdout().is_terminal() { Bar::hidden() } else { Bar::begin_timed() };
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout());
    let (mut count, mut last) = (0u64, None);
    let result = entries::read(&server, request, global.timeout, |entry| {
        let line = entry_line::write(&entry)?;
        out.write_all(line.as_bytes())?;
        out.write_all(b"\n")?;
        last = entry.position.as_ref().map(position_from_wire);
        count += 1;
        if count.is_multiple_of(ENTRIES_EVERY) {
            let done = last.map_or(0, |last| last.sequence.saturating_sub(first));
            bar.show_of(done, batches, &format!("{count} entries"));
        }
        Ok(())
    });
    let result = result.await;
    drop(bar);
    // What came before a failure is written; the failure says where it ends.
    out.flush()?;
    result?;
    if last.is_none_or(|last| last.sequence < until.sequence) && from <= until {
        let at = last.map_or_else(|| "before the first entry".to_owned(), |last| format!("at {last}"));
        let what = format!("the server ended {at}, before {}", until.sequence);
        return Err(Failure::new(what).next("export again; the file is incomplete"));
    }
    output::note(&format!("{count} entries, the last at {}", last.unwrap_or_default()));
    Ok(())
}
