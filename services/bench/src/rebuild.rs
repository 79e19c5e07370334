//! `longhu bench rebuild`: a projector deletes its read model and folds the whole log again, at several sizes
//! of the log one after the other, to show whether the cost of an event depends on the length of the log.
//! Every row is compared at every size.

use longhu_client::failure::Failure;
use longhu_client::output;
use longhu_client::server::Global;

use crate::amount::Amount;
use crate::args::{Common, Peers};
use crate::ground::{Need, bytes};
use crate::job::Job;
use crate::peers;
use crate::refusal::coded_usage;
use crate::report::{Figure, Report};
use crate::site::Site;
use crate::watch::{Dashboard, to_the_end};
use crate::workload::Tally;

/// Arguments of `longhu bench rebuild`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu bench rebuild
  longhu bench rebuild --events 1M,10M,100M --data-dir /mnt/large/bench
  longhu bench rebuild --events 2M --peer redis --peer postgres -o json

The projector is started with `--rebuild`, as an operator does it. The rate is for the events only,
until the last one is committed; the whole start, including the organisation, is reported as well.
PostgreSQL computes its boards from a table of events with INSERT ... SELECT ... GROUP BY and ranks;
Redis uses pipelined ZINCRBY, always synced.")]
pub struct Args {
    /// Events in the log. Several sizes, separated by commas, are measured one after the other.
    #[arg(long, value_name = "N,…", default_value = "1M,4M", value_delimiter = ',')]
    events: Vec<Amount>,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    peers: Peers,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<Report, Failure> {
    let Args { events: sizes, common, peers } = args;
    let most = sizes.last().map_or(0, |most| most.0);
    if !sizes.is_sorted_by(|a, b| a < b) {
        let what = "--events: the sizes do not grow, and a log never shrinks";
        return Err(coded_usage("SIZES_NOT_GROWING", what).next("write them like 1M,10M,100M"));
    }
    let workload = common.workload()?;
    let job = Job::of(&common, &peers, workload, most);
    let need = Need::of_read_model(&workload, most, job.events);
    let site = Site::open(&common, need, &peers.peers, global).await?;
    let mut report = site.report("rebuild", workload, most);
    site.found(&workload).await?;
    let (mut tally, mut had, mut costs, mut rates) = (Tally::new(workload.shape), 0, Vec::new(), Vec::new());
    for Amount(events) in sizes {
        let name = Amount(events);
        let sent = site.fill(&common, &workload, had..events).await?;
        tally.add(&workload, had..events);
        had = events;
        output::note(&format!("rebuilding from {name} events"));
        let watched =
            to_the_end(&site, site.projector(true).await?, events, sent.last, Dashboard::None).await?;
        report.checks.push(format!("{name} events: {}", site.check_boards(sent.last, &tally).await?));
        let figure = Figure::rate(format!("rebuild from {name} events"), "events/s", watched.rate());
        rates.push(figure.asked_if(workload.numbered, 1_000_000.0));
        costs.push(1e9 / watched.rate());
        report.figures.extend([
            Figure::cost(format!("{name}: an event"), "ns", 1e9 / watched.rate()),
            Figure::cost(
                format!("{name}: the whole start, organisation included"),
                "s",
                watched.whole.as_secs_f64(),
            ),
            Figure::cost(format!("{name}: log on disk"), "MB", site.ground.bytes("nats") as f64 / 1e6),
            Figure::cost(
                format!("{name}: store on disk"),
                "MB",
                site.ground.bytes("read-model") as f64 / 1e6,
            ),
            Figure::cost(
                format!("{name}: peak memory of the projector"),
                "MB",
                watched.memory_peak_bytes as f64 / 1e6,
            ),
        ]);
        let disk = site.ground.bytes("");
        output::note(&format!("{name} events: {:.0}/s, {} on disk", watched.rate(), bytes(disk)));
    }
    if let (Some(last), true) = (rates.last_mut(), !peers.peers.is_empty()) {
        report.peers = peers::with_each(&peers, &site.ground, async |peer, running| {
            running.prepare(&job).await?;
            last.beside(peer.name(), running.rebuild(job).await?, None);
            report.checks.push(format!(
                "{}: all rows of {} events as in a plain sort",
                peer.name(),
                job.events
            ));
            Ok(())
        })
        .await?;
    }
    if let (Some(first), Some(last), true) = (costs.first(), costs.last(), costs.len() > 1) {
        rates.push(Figure::cost(
            "an event of the longest log against one of the shortest",
            "×",
            last / first,
        ));
    }
    report.figures.splice(0..0, rates);
    site.close().await;
    Ok(report)
}
