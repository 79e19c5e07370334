//! `longhu bench restart`: a projector is killed just after it showed new events, restarted, and asked for
//! its boards through the query service until they are the same as before. Several times.

use std::time::{Duration, Instant};

use longhu_client::failure::Failure;
use longhu_client::output;
use longhu_client::server::Global;

use crate::amount::Amount;
use crate::args::{Common, Peers};
use crate::ground::Need;
use crate::job::Job;
use crate::peers;
use crate::refusal::wrong_result;
use crate::report::{Figure, Report};
use crate::service::free_port;
use crate::site::Site;
use crate::workload::{Tally, Workload};
use crate::{boards, send};

/// Arguments of `longhu bench restart`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu bench restart
  longhu bench restart --employees 434k --times 20      half a million participants
  longhu bench restart --peer redis --peer postgres -o json

Before each kill new events are sent, and the projector is killed as soon as they are in the
standings, so that what was not committed must be folded again. An answer is correct if the digests
of all three boards are the same as before. Redis loads its append-only file; PostgreSQL recovers as
after a crash.")]
pub struct Args {
    /// Events before the first kill; each employee has one.
    #[arg(long, value_name = "N", default_value = "1M")]
    events: Amount,
    /// Events before each kill.
    #[arg(long, value_name = "N", default_value = "10k")]
    tail: Amount,
    /// How often to kill it.
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    times: u32,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    peers: Peers,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<Report, Failure> {
    let Args { events, tail: Amount(tail), times, common, peers } = args;
    let workload = Workload { everybody_first: true, ..common.workload()? };
    let events = events.0.max(u64::from(workload.shape.employees));
    let all = events + tail * u64::from(times);
    let site = Site::open(&common, Need::of_read_model(&workload, all, 0), &peers.peers, global).await?;
    let mut report = site.report("restart", workload, all);
    let ingest = site.ingest().await?;
    let address = format!("127.0.0.1:{}", free_port()?);
    let mut projector = site.projector_at(&address, false).await?;
    let query = site.query(projector.url()).await?;
    site.set_up(&workload, &ingest, &projector).await?;
    output::note(&format!("{events} events, then {times} kills"));
    let queries = site.server(&query)?;
    let mut sent = send::send(site.callers(&common, &ingest)?, &workload, 0..events, common.batch).await?;
    let (mut started, mut killed) = (Vec::new(), Vec::new());
    for first in (events..all).step_by(tail as usize) {
        let callers = site.callers(&common, &ingest)?;
        sent = send::send(callers, &workload, first..first + tail, common.batch).await?;
        let before = boards::digests(&queries, sent.last).await?;
        let kill = Instant::now();
        projector.kill();
        let start = Instant::now();
        projector = site.projector_at(&address, false).await?;
        let after = boards::digests(&queries, sent.last).await?;
        started.push(start.elapsed());
        killed.push(kill.elapsed());
        if before != after {
            return Err(wrong_result(format!("digests {after:?} after a restart, {before:?} before")));
        }
    }
    let tally = Tally::of(&workload, 0..all);
    report.checks.push(boards::check(&queries, sent.last, &tally).await?);
    report.checks.push(format!("longhu: the digests of all boards as before each of {times} kills"));
    let memory = projector.memory_peak_bytes();
    query.end().await?;
    ingest.end().await?;
    projector.end().await?;

    let mut figures = Spread::of(&started).figures("start to the first right answer");
    figures[1].asked = Some(1.0);
    figures[2].asked = Some(1.0);
    let job = Job::of(&common, &peers, workload, all);
    report.peers = peers::with_each(&peers, &site.ground, async |peer, running| {
        running.prepare(&job).await?;
        running.load(&tally).await?;
        let mut took = Vec::new();
        for _ in 0..times {
            took.push(running.restart(&tally).await?);
        }
        for (figure, value) in figures.iter_mut().zip(Spread::of(&took).0) {
            figure.beside(peer.name(), value, None);
        }
        report.checks.push(format!("{}: all rows as before each of {times} kills", peer.name()));
        Ok(())
    })
    .await?;
    figures.extend(Spread::of(&killed).figures("kill to the first right answer"));
    figures.push(Figure::cost("peak memory of the projector", "MB", memory as f64 / 1e6));
    report.figures = figures;
    report.notes.push(format!("{} participants on three boards", workload.shape.participants()));
    site.close().await;
    Ok(report)
}

/// The shortest, the median and the longest time, in seconds.
struct Spread([f64; 3]);

impl Spread {
    fn of(times: &[Duration]) -> Spread {
        let mut sorted: Vec<f64> = times.iter().map(Duration::as_secs_f64).collect();
        sorted.sort_by(f64::total_cmp);
        let at = |place: usize| sorted.get(place).copied().unwrap_or_default();
        Spread([at(0), at(sorted.len() / 2), at(sorted.len().saturating_sub(1))])
    }

    fn figures(&self, what: &str) -> Vec<Figure> {
        let named = ["shortest", "median", "longest"].iter().zip(self.0);
        named.map(|(name, value)| Figure::cost(format!("{what}, {name}"), "s", value)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spread_is_of_sorted_times() {
        let spread = Spread::of(&[3, 1, 2].map(Duration::from_secs));
        assert_eq!(spread.0, [1.0, 2.0, 3.0]);
    }
}
