//! `longhu bench fold`: with events in the log, a projector that has the bank folds them into three boards
//! with exact ranks, until the last event is committed to its store. Every row is compared afterwards.

use longhu_client::failure::Failure;
use longhu_client::output;
use longhu_client::server::Global;
use longhu_core::Position;

use crate::amount::Amount;
use crate::args::{Common, Peers};
use crate::ground::Need;
use crate::job::Job;
use crate::peer::Peer;
use crate::peers;
use crate::report::{Figure, Report};
use crate::site::Site;
use crate::watch::{Dashboard, to_the_end};
use crate::workload::Tally;

/// Arguments of `longhu bench fold`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu bench fold
  longhu bench fold --skewed --peer redis --peer postgres
  longhu bench fold --unnumbered --events 5M -o json

The time is from the first event until the last one is committed and synced. Meanwhile a dashboard
queries the first ten rows of each board once a second. Redis counts each event once with a script
(SETBIT or SADD, then three ZINCRBY), pipelined, always synced; PostgreSQL with one statement per
batch, into tables with an index on the score.")]
pub struct Args {
    /// Events in the log.
    #[arg(long, value_name = "N", default_value = "4M")]
    events: Amount,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    peers: Peers,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<Report, Failure> {
    let Args { events: Amount(events), common, peers } = args;
    let workload = common.workload()?;
    let job = Job::of(&common, &peers, workload, events);
    let need = Need::of_read_model(&workload, events, job.events);
    let site = Site::open(&common, need, &peers.peers, global).await?;
    let mut report = site.report("fold", workload, events);
    site.found(&workload).await?;
    let sent = site.fill(&common, &workload, 0..events).await?;
    output::note("folding");
    let last: Position = sent.last;
    let watched = to_the_end(&site, site.projector(false).await?, events, last, Dashboard::Looks).await?;
    let tally = Tally::of(&workload, 0..events);
    report.checks.push(site.check_boards(last, &tally).await?);

    let asked = if workload.numbered { 300_000.0 } else { 150_000.0 };
    let mut rate = Figure::rate("live fold, three boards", "events/s", watched.rate()).asked(asked);
    report.peers = peers::with_each(&peers, &site.ground, async |peer, running| {
        running.prepare(&job).await?;
        let asked = if peer == Peer::Redis { 7.0 } else { 15.0 };
        rate.beside(peer.name(), running.fold(job).await?, Some(asked));
        report.checks.push(format!("{}: all rows of {} events as in a plain sort", peer.name(), job.events));
        Ok(())
    })
    .await?;
    let memory = watched.memory_peak_bytes as f64;
    let longest = watched.looks.iter().max().copied().unwrap_or_default();
    report.figures = vec![
        rate,
        Figure::cost("longest look of the dashboard meanwhile", "ms", longest.as_secs_f64() * 1e3),
        Figure::cost("commit and close of the store", "s", watched.closing.as_secs_f64()),
        Figure::cost("store on disk", "MB", site.ground.bytes("read-model") as f64 / 1e6),
        Figure::cost("log on disk", "MB", site.ground.bytes("nats") as f64 / 1e6),
        Figure::cost("peak memory of the projector", "MB", memory / 1e6),
        Figure::cost("peak memory of the broker", "MB", site.broker_memory_peak_bytes() as f64 / 1e6),
    ];
    site.close().await;
    Ok(report)
}
