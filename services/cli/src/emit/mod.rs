//! `longhu emit`: sends events from JSON lines and prints the outcome of each, in the order of the lines.
//! Sending the same lines again is safe: an event that was counted is not counted twice.

mod outcome;
mod send;

use std::collections::VecDeque;
use std::io::{self, BufReader};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::{StreamExt, stream};
use longhu_client::bar::Bar;
use longhu_client::failure::{Failure, is_transient};
use longhu_client::output::{self, Format};
use longhu_client::proto_json;
use longhu_client::server::{Global, Server};
use longhu_files::events::{self, Input, Line, Lines};
use longhu_proto::wire::ingest::v1::Outcome;
use outcome::{Row, Summary};
use send::{Chunk, Sender};
use tokio::sync::mpsc;
use tonic::Status;

use crate::file_kind::Kind;

/// How many lines may wait between the reader and the sender. This limits memory even with lines of 1 MiB.
const LINES_WAITING_MAX: usize = 64;

/// Arguments of `longhu emit`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu emit events.jsonl
  longhu emit events.jsonl -o jsonl > outcomes.jsonl
  longhu emit 1998-01.jsonl.gz
  cat 1998-*.jsonl.gz | longhu emit -

A line is one event in protobuf's JSON mapping:
  {\"source\":\"core-cards\",\"id\":\"c-1\",\"type\":\"card.issued\",\"occurredTime\":\"2026-03-01T09:30:00+08:00\",
   \"credits\":[{\"employee\":\"e-001\"}],\"subject\":\"card-1\",\"product\":\"gold\"}

Exit code 1 when any event was rejected.")]
pub struct Args {
    /// The file of JSON lines; `-` reads stdin.
    file: String,
    /// How long to retry a call whose outcome is unknown.
    #[arg(long, default_value = "30s", value_parser = longhu_client::server::duration, value_name = "DURATION")]
    retry_for: Duration,
    /// How many calls of up to 1,000 events to send at the same time. With 1, the log keeps the order of the
    /// lines.
    #[arg(long, default_value_t = 4, value_name = "CALLS", value_parser = clap::value_parser!(u8).range(1..=32))]
    in_flight: u8,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Jsonl])?;
    let server = global.server()?;
    let (mut input, size) = open(&args.file)?;
    if args.file != "-" {
        refuse_other_kinds(&mut input, &args.file)?;
    }
    let mut bar = match (format, size) {
        (Format::Jsonl, _) => Bar::hidden(),
        (_, Some(_)) => Bar::begin_timed(),
        (_, None) => Bar::begin_endless(),
    };
    let lines = spawn_reader(input)?;
    let sender = Sender::new(server.clone(), args.retry_for);
    let sent_to = AtomicU64::new(0);
    let chunks = stream::unfold(lines, async |mut lines| {
        let chunk = send::next_chunk(&mut lines).await?;
        Some((chunk, lines))
    });
    let answers = chunks.map(|chunk| {
        sent_to.fetch_max(chunk.range().1, Ordering::Relaxed);
        sender.send(chunk)
    });
    let mut answers = std::pin::pin!(answers.buffered(args.in_flight.into()));
    let mut summary = Summary::default();
    while let Some((mut chunk, result)) = answers.next().await {
        let (broken, range) = (chunk.broken.take(), chunk.range());
        let unknown = || match sender.is_reached() {
            true => unknown_lines(range, sent_to.load(Ordering::Relaxed), &summary),
            false => vec!["no line was sent".to_owned()],
        };
        let outcomes = match result {
            Ok(outcomes) => outcomes,
            Err(status) => return Err(gave_up(&server, &status, sender.is_reached(), unknown())),
        };
        let bytes_read = chunk.bytes_read;
        take(chunk, outcomes, format, &mut summary).map_err(|failure| reader_gone(failure, &sent_to))?;
        let told = format!("{} accepted, {} rejected", summary.accepted, summary.rejected);
        bar.show_of(bytes_read, size.unwrap_or(bytes_read), &told);
        if let Some(error) = broken {
            let what = format!("{} cannot be read after line {}: {error}", args.file, range.1);
            return Err(Failure::new(what).next("the lines up to there have been sent; send the file again"));
        }
    }
    drop(bar);
    if summary.accepted + summary.rejected == 0 {
        output::note(&format!("no events in {}", if args.file == "-" { "the input" } else { &args.file }));
    }
    if format == Format::Table {
        output::print(&summary.text(&args.file))?;
    }
    if summary.rejected > 0 { Err(Failure::said()) } else { Ok(()) }
}

/// Counts and prints the outcomes of a chunk.
fn take(chunk: Chunk, outcomes: Vec<Outcome>, format: Format, summary: &mut Summary) -> Result<(), Failure> {
    summary.position = summary.position.max(outcome::greatest_position(&outcomes));
    let mut answered: VecDeque<_> = chunk.request.events.iter().zip(outcomes).collect();
    let mut text = String::new();
    for (number, refusal) in chunk.lines {
        let row = match refusal {
            Some(refusal) => Some(Row::refused(number, refusal)),
            None => answered.pop_front().and_then(|(event, outcome)| Row::answered(event, outcome)),
        };
        let row = row.ok_or_else(|| Failure::new(format!("the server gave no outcome for line {number}")))?;
        summary.count(number, &row);
        if format == Format::Jsonl {
            text.push_str(&output::json(&row, false)?);
            text.push('\n');
        }
    }
    output::print(&text)
}

/// The reader of the outcomes has gone. Sending on would hide the remaining outcomes.
fn reader_gone(failure: Failure, sent_to: &AtomicU64) -> Failure {
    if !failure.reader_has_gone() {
        return failure;
    }
    let sent = sent_to.load(Ordering::Relaxed);
    Failure::new(format!("the reader of the outcomes has gone; stopped after line {sent}"))
}

fn gave_up(server: &Server, status: &Status, is_reached: bool, unknown: Vec<String>) -> Failure {
    let failure = server.failure(status);
    let mut details = failure.details.clone();
    details.extend(unknown);
    let failure = failure.details(details);
    if is_transient(status) && is_reached {
        return failure.next("send the same file again when the server answers; nothing counts twice");
    }
    failure
}

/// Which lines have no outcome, and which were never sent.
fn unknown_lines((first, _): (u64, u64), sent_to: u64, summary: &Summary) -> Vec<String> {
    vec![
        format!("before line {first}: {} accepted, {} rejected", summary.accepted, summary.rejected),
        format!("lines {first} to {sent_to}: unknown; they may or may not be in the log"),
        format!("after line {sent_to}: not sent"),
    ]
}

/// The input and its size, if it has one.
fn open(path: &str) -> Result<(Input, Option<u64>), Failure> {
    let unreadable = |error: io::Error| Failure::new(format!("cannot read {path}: {error}"));
    if path == "-" {
        return Ok((Box::new(BufReader::with_capacity(1 << 18, io::stdin())), None));
    }
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(Failure::new(format!("cannot read {path}: it is a folder")));
    }
    let size = metadata.is_file().then_some(metadata.len());
    let mut file = BufReader::with_capacity(1 << 18, file);
    // What is read of a compressed file is longer than it.
    let is_compressed = events::is_compressed(&mut file).map_err(unreadable)?;
    Ok((Box::new(file), size.filter(|_| !is_compressed)))
}

/// Refuses a contest's or an organisation's file by its beginning, which stays to be read.
fn refuse_other_kinds(input: &mut Input, file: &str) -> Result<(), Failure> {
    // An error shows again when the lines are read.
    let beginning = input.fill_buf().map(String::from_utf8_lossy).unwrap_or_default();
    match Kind::of(&beginning) {
        Some(kind) if kind != Kind::Events => Err(kind.misplaced(file)),
        _ => Ok(()),
    }
}

/// Reads in its own thread, because stdin blocks, and parsing JSON takes time.
fn spawn_reader(input: Input) -> Result<mpsc::Receiver<io::Result<Line>>, Failure> {
    let descriptor = proto_json::descriptor("longhu.event.v1.Event")?;
    let (sender, receiver) = mpsc::channel(LINES_WAITING_MAX);
    let work = move || {
        let input = match events::decompressed(input) {
            Ok(input) => input,
            Err(error) => return drop(sender.blocking_send(Err(error))),
        };
        for line in Lines::new(input, descriptor) {
            let ends = line.is_err();
            if sender.blocking_send(line).is_err() || ends {
                break;
            }
        }
    };
    let spawned = std::thread::Builder::new().name("longhu-emit-read".into()).spawn(work);
    spawned.map_err(|error| Failure::new(format!("the reader cannot be started: {error}")))?;
    Ok(receiver)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn giving_up_says_what_is_known_and_what_is_not() {
        let mut summary = Summary::default();
        (summary.accepted, summary.rejected) = (1_998, 2);
        assert_eq!(
            unknown_lines((2_001, 3_000), 5_000, &summary),
            [
                "before line 2001: 1998 accepted, 2 rejected",
                "lines 2001 to 5000: unknown; they may or may not be in the log",
                "after line 5000: not sent",
            ]
        );
    }
}
