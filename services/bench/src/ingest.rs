//! `longhu bench ingest`: events into the log over gRPC, each answered after the broker's fsync: first many
//! callers with batches, then one caller with single events. Afterwards the log is read, event by event.
//! Nothing is folded.

use longhu_client::failure::Failure;
use longhu_client::failure::chain;
use longhu_client::output;
use longhu_client::server::Global;
use longhu_log::{Kind, ReadFrom, ReadOptions, Reader};
use longhu_proto::stored_event;

use crate::amount::Amount;
use crate::args::{Common, Peers};
use crate::ground::Need;
use crate::job::Job;
use crate::peer::Peer;
use crate::peers;
use crate::refusal::{coded, wrong_result};
use crate::report::{Figure, Report};
use crate::send;
use crate::site::Site;
use crate::times::Times;
use crate::workload::Workload;

/// Arguments of `longhu bench ingest`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu bench ingest
  longhu bench ingest --events 5M --peer redis --peer postgres
  longhu bench ingest --connections 32 --batch 100 -o json

Redis appends to a stream, always synced; PostgreSQL inserts into a table with a key of source and
id, ON CONFLICT DO NOTHING; both in batches of the same size on as many connections.")]
pub struct Args {
    /// Events that are sent in batches.
    #[arg(long, value_name = "N", default_value = "2M")]
    events: Amount,
    /// Events that are sent one by one.
    #[arg(long, value_name = "N", default_value = "2k")]
    singles: Amount,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    peers: Peers,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<Report, Failure> {
    let Args { events: Amount(events), singles: Amount(singles), common, peers } = args;
    let workload = common.workload()?;
    let job = Job::of(&common, &peers, workload, events);
    let need = Need { log_events: events + singles, peer_events: job.events + singles, ..Need::default() };
    let site = Site::open(&common, need, &peers.peers, global).await?;
    let mut report = site.report("ingest", workload, events);
    let ingest = site.ingest().await?;
    let one_by_one = send_singles(&site.server(&ingest)?, &workload, events, singles).await?;
    output::note("sending in batches");
    let sent = send::send(site.callers(&common, &ingest)?, &workload, 0..events, common.batch).await?;
    let memory = ingest.memory_peak_bytes();
    ingest.end().await?;
    report.checks.push(check_log(&site, &workload, events + singles).await?);

    let at = |times: &Times, percent| times.percentile_ms(percent);
    let batched = format!("batches of {}, {} callers", common.batch, common.connections);
    let mut figures = vec![
        Figure::rate(batched, "events/s", sent.rate()).asked(300_000.0),
        Figure::cost("one event after the other, p50", "ms", at(&one_by_one, 50.0)).asked(3.0),
        Figure::cost("one event after the other, p99", "ms", at(&one_by_one, 99.0)),
    ];
    let only_own = [
        Figure::cost("a call with a batch, p50", "ms", at(&sent.times, 50.0)),
        Figure::cost("a call with a batch, p99", "ms", at(&sent.times, 99.0)),
        Figure::cost(
            "log on disk an event",
            "B",
            site.ground.bytes("nats") as f64 / (events + singles) as f64,
        ),
        Figure::cost("peak memory of ingest", "MB", memory as f64 / 1e6),
        Figure::cost("peak memory of the broker", "MB", site.broker_memory_peak_bytes() as f64 / 1e6),
    ];
    report.peers = peers::with_each(&peers, &site.ground, async |peer, running| {
        running.prepare(&job).await?;
        let rate = running.ingest(job).await?;
        let times = running.ingest_singles(job, singles).await?;
        let asked = (peer == Peer::Postgres).then_some(3.0);
        figures[0].beside(peer.name(), rate, asked);
        figures[1].beside(peer.name(), times.percentile_ms(50.0), None);
        figures[2].beside(peer.name(), times.percentile_ms(99.0), None);
        report.checks.push(format!("{}: has {} events", peer.name(), job.events + singles));
        Ok(())
    })
    .await?;
    report.figures = figures.into_iter().chain(only_own).collect();
    site.close().await;
    Ok(report)
}

/// One caller, one event per call. These events come after those of the batches by number.
async fn send_singles(
    server: &longhu_client::server::Server,
    workload: &Workload,
    first: u64,
    count: u64,
) -> Result<Times, Failure> {
    output::note("sending one event after the other");
    let mut times = Times::new()?;
    // Sends one event first, because connecting is not measured.
    send::call(server, workload, first..first + 1).await?;
    for number in first + 1..first + count {
        let started = std::time::Instant::now();
        send::call(server, workload, number..number + 1).await?;
        times.record(started.elapsed());
    }
    Ok(times)
}

/// Reads the whole log: each event must be there, once, as it was sent.
async fn check_log(site: &Site, workload: &Workload, events: u64) -> Result<String, Failure> {
    let log = site.log().await?;
    let status = log.status().await.map_err(|error| chain(&error))?;
    let options = ReadOptions { until: Some(status.last_sequence), ..ReadOptions::default() };
    let mut reader = Reader::open(&log, ReadFrom::Start, options).await.map_err(|error| chain(&error))?;
    let mut seen = vec![false; usize::try_from(events).unwrap_or(usize::MAX)];
    let mut found = 0;
    while let Some(entry) = reader.next().await.map_err(|error| chain(&error))? {
        if entry.batch.header.kind != Kind::Events {
            continue;
        }
        for record in &entry.batch.records {
            let event = stored_event::decode(record).map_err(|error| chain(&error))?;
            let number = event.id.strip_prefix("txn-").and_then(|digits| digits.parse::<u64>().ok());
            let number = number.filter(|number| *number < events);
            let number = number.ok_or_else(|| wrong_result(format!("the log has an event {}", event.id)))?;
            let is_as_sent = event.quantity == Some(i64::from(workload.sale(number).quantity));
            if std::mem::replace(&mut seen[number as usize], true) || !is_as_sent {
                return Err(wrong_result(format!(
                    "event {} is in the log twice, or with other content",
                    event.id
                )));
            }
            found += 1;
        }
    }
    if found != events {
        return Err(coded("WRONG_RESULT", format!("the log has {found} of {events} acknowledged events")));
    }
    Ok(format!(
        "longhu: the log has each of {events} acknowledged events once, in {} batches",
        status.messages
    ))
}
