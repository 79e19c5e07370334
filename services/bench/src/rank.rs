//! `longhu bench rank`: looking up ranks in the projector's own process, in batches over gRPC, and one by one
//! over gRPC at a steady rate, through the query service like a dashboard. Ranks are compared with a plain
//! sort.

mod remote;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use longhu_client::failure::Failure;
use longhu_client::failure::chain;
use longhu_client::output;
use longhu_client::server::Global;
use longhu_core::Position;
use longhu_core::types::ids::RowId;
use longhu_dice::Dice;
use longhu_projector::{Projector, ProjectorConfig, Reader};
use tokio_util::sync::CancellationToken;

use crate::amount::Amount;
use crate::args::{Common, Peers};
use crate::bank::CONTEST;
use crate::boards;
use crate::ground::Need;
use crate::job::Job;
use crate::peer::Peer;
use crate::peers;
use crate::refusal::wrong_result;
use crate::report::{Figure, Report};
use crate::shape::{self, BOARDS};
use crate::site::Site;
use crate::watch::{Dashboard, to_the_end};
use crate::workload::{Tally, Workload};

/// Lookups that share one lock in process, like those of one call.
const TOGETHER: usize = 1_000;
/// How many different participants are looked up in process.
const ASKED_FOR: u64 = 200_000;
/// How many lookups are made one by one on a peer.
const SINGLES: u64 = 10_000;

/// Arguments of `longhu bench rank`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu bench rank
  longhu bench rank --peer redis --peer postgres
  longhu bench rank --rate 5k --for 30s -o json

In process it measures what the service does for each participant: from name to row to rank, with
ties. Over gRPC queries go through the query service to the projector. At a steady rate, times are
measured from when a query was due. Redis uses pipelined ZREVRANK; PostgreSQL uses rank() over
everybody for 1,000 lookups at once, and counts the better rows for a single one.")]
pub struct Args {
    /// Events before the first lookup; each employee has one.
    #[arg(long, value_name = "N", default_value = "1M")]
    events: Amount,
    /// Lookups of each kind.
    #[arg(long, value_name = "N", default_value = "1M")]
    lookups: Amount,
    /// How many queries are due per second.
    #[arg(long, value_name = "N", default_value = "10k")]
    rate: Amount,
    /// How long to query at that rate.
    #[arg(long = "for", value_name = "DURATION", default_value = "10s", value_parser = longhu_client::server::duration)]
    duration: Duration,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    peers: Peers,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<Report, Failure> {
    let Args { events, lookups: Amount(lookups), rate: Amount(rate), duration, common, peers } = args;
    let workload = Workload { everybody_first: true, ..common.workload()? };
    let events = events.0.max(u64::from(workload.shape.employees));
    let job = Job { events, ..Job::of(&common, &peers, workload, events) };
    let need = Need { peer_events: 0, ..Need::of_read_model(&workload, events, 0) };
    let site = Site::open(&common, need, &peers.peers, global).await?;
    let mut report = site.report("rank", workload, events);
    site.found(&workload).await?;
    let sent = site.fill(&common, &workload, 0..events).await?;
    output::note("folding");
    to_the_end(&site, site.projector(false).await?, events, sent.last, Dashboard::None).await?;
    let tally = Tally::of(&workload, 0..events);
    report.figures.extend(in_process(&site, &workload, &tally, lookups, sent.last).await?);

    let projector = site.projector(false).await?;
    let query = site.query(projector.url()).await?;
    report.checks.push(boards::check(&site.server(&query)?, sent.last, &tally).await?);
    output::note("1,000 ranks a call over gRPC");
    let batched = remote::batched(site.callers(&common, &query)?, &workload, &tally, lookups).await?;
    output::note(&format!("one rank a call over gRPC, one after the other, then {rate} a second"));
    let singly = remote::one_by_one(&site.server(&query)?, &workload, &tally, SINGLES).await?;
    let servers = site.callers(&common, &query)?;
    let steady = remote::steadily(servers, &workload, &tally, rate, duration).await?;
    query.end().await?;
    projector.end().await?;

    let mut figures = vec![
        Figure::rate("ranks over gRPC, 1,000 a call", "ranks/s", batched),
        Figure::cost("one rank over gRPC after the other, p50", "ms", singly.percentile_ms(50.0)),
    ];
    report.peers = peers::with_each(&peers, &site.ground, async |peer, running| {
        running.prepare(&job).await?;
        running.load(&tally).await?;
        let asked = (peer == Peer::Redis).then_some(1.0);
        figures[0].beside(peer.name(), running.ranks(workload, lookups, common.connections).await?, asked);
        let times = running.rank_singles(workload, SINGLES).await?;
        figures[1].beside(peer.name(), times.percentile_ms(50.0), None);
        report.checks.push(format!("{}: all rows as in a plain sort", peer.name()));
        Ok(())
    })
    .await?;
    let at_rate = |what: &str| format!("at {} queries/s over gRPC, {what}", Amount(rate));
    figures.extend([
        Figure::cost(at_rate("p50"), "ms", steady.percentile_ms(50.0)),
        Figure::cost(at_rate("p99"), "ms", steady.percentile_ms(99.0)).asked_if(rate == 10_000, 5.0),
        Figure::cost(at_rate("longest"), "ms", steady.max_ms()),
    ]);
    report.figures.extend(figures);
    site.close().await;
    Ok(report)
}

/// Opens the read model in this process and queries it as the service does.
async fn in_process(
    site: &Site,
    workload: &Workload,
    tally: &Tally,
    lookups: u64,
    last: Position,
) -> Result<Vec<Figure>, Failure> {
    output::note("ranks in process");
    let config = ProjectorConfig { store_dir: site.ground.path("read-model"), rebuild: false };
    let working = CancellationToken::new();
    let started = Projector::start(config, site.log().await?, working.clone()).await;
    let projector = started.map_err(|error| chain(&error))?;
    let reader = projector.reader();
    reader.wait_for(last).await.map_err(|status| wrong_result(status.message()))?;
    let mut figures = Vec::new();
    for board in BOARDS.iter().rev() {
        let asked = Asked::new(board, workload, tally);
        let (asked, reader) = (Arc::new(asked), reader.clone());
        let measured = tokio::task::spawn_blocking(move || -> Result<[f64; 2], Failure> {
            Ok([asked.rate(&reader, lookups, 1)?, asked.rate(&reader, lookups, TOGETHER)?])
        });
        let [single, together] = measured.await.map_err(|error| chain(&error))??;
        let size = workload.shape.size(board);
        let figure = Figure::rate(format!("in process, board of {size}"), "ranks/s", single);
        figures.push(figure.asked_if(*board == "employee", 1_000_000.0));
        figures.push(Figure::rate(format!("the same, {TOGETHER} under one lock"), "ranks/s", together));
    }
    working.cancel();
    projector.ended().await.map_err(|error| chain(&error))?;
    Ok(figures)
}

/// The participants to look up, with their expected ranks.
struct Asked {
    board: &'static str,
    wanted: Vec<(String, Option<u64>)>,
}

impl Asked {
    fn new(board: &'static str, workload: &Workload, tally: &Tally) -> Asked {
        let scores = tally.scores(board);
        let ranks: HashMap<u64, u64> = boards::ranks(&scores);
        let mut dice = Dice::new(workload.seed, 0);
        let mut draw = || dice.below(scores.len() as u64) as usize;
        let wanted = |at: usize| (shape::id(board, at as u32), ranks.get(&scores[at]).copied());
        Asked { board, wanted: (0..ASKED_FOR).map(|_| wanted(draw())).collect() }
    }

    /// Lookups per second, with a number of them under one lock.
    fn rate(&self, reader: &Reader, lookups: u64, together: usize) -> Result<f64, Failure> {
        let (started, mut done) = (Instant::now(), 0);
        while done < lookups {
            for some in self.wanted.chunks(together) {
                let shard = reader.snapshot();
                let state = shard.subscribers().contest(CONTEST).and_then(|served| served.live.as_ref());
                let board = state.and_then(|state| state.table(self.board, None));
                let board = board.ok_or_else(|| wrong_result("the contest is not served"))?;
                for (id, wanted) in some {
                    let row = shard.participants().find(id).map(|number| board.row_of(number));
                    let row = row.filter(|row| *row != RowId::NONE);
                    let rank = row.and_then(|row| board.rank_of(row, shard.sources()));
                    if rank != *wanted {
                        return Err(wrong_result(format!(
                            "{id} has rank {rank:?}, there should be {wanted:?}"
                        )));
                    }
                }
                done += some.len() as u64;
                if done >= lookups {
                    break;
                }
            }
        }
        Ok(done as f64 / started.elapsed().as_secs_f64())
    }
}
