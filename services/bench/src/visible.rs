//! `longhu bench visible`: how long after an event was due it is visible in the standings that a dashboard
//! reads.

use std::ops::Range;
use std::time::Instant;

use longhu_client::failure::Failure;
use longhu_client::output;
use longhu_client::server::{Global, Server};
use longhu_proto::scalar::{position_from_wire, position_to_wire};
use longhu_proto::wire::standings::v1::GetParticipantRequest;

use crate::amount::Amount;
use crate::args::{Common, Peers};
use crate::bank::CONTEST;
use crate::due::{Due, Found, GATHERED, Seen};
use crate::ground::Need;
use crate::job::Job;
use crate::peers;
use crate::refusal::wrong_result;
use crate::report::{Figure, Report};
use crate::shape;
use crate::site::Site;
use crate::times::Times;
use crate::workload::{Tally, Workload};
use crate::{boards, send};

/// From this share of the rate on, a server counts as keeping up. It is below 1, because the last answers
/// come after the last event is due.
const KEEPS_UP: f64 = 0.95;

/// Arguments of `longhu bench visible`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu bench visible
  longhu bench visible --rate 50k --events 1M
  longhu bench visible --peer redis --peer postgres
  longhu bench visible --skewed -o json

Each employee first has an event, so that the boards have all their rows. Then events are due one by
one at the given rate; an adapter sends those that were due within 5 ms. With the position of the
acknowledgement (`min_position`) it asks the query service for the rank of one of them. When this
answer arrives, all events of the call are visible. No event is left out of the figures.
A peer stores each event and counts it once on three boards in the same step, and is then asked for
the rank: Redis with ZREVRANK, PostgreSQL by counting the better rows.")]
pub struct Args {
    /// Events that are measured.
    #[arg(long, value_name = "N", default_value = "300k")]
    events: Amount,
    /// How many events are due per second.
    #[arg(long, value_name = "N", default_value = "20k")]
    rate: Amount,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    peers: Peers,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<Report, Failure> {
    let Args { events: Amount(events), rate: Amount(rate), common, peers } = args;
    let workload = Workload { everybody_first: true, ..common.workload()? };
    let before = u64::from(workload.shape.employees);
    let all = before + events;
    let due = Due::new(before..all, rate)?;
    let job = Job::of(&common, &peers, workload, events);
    let need = Need::of_read_model(&workload, all, job.events);
    let site = Site::open(&common, need, &peers.peers, global).await?;
    let mut report = site.report("visible", workload, events);
    let (ingest, projector) = (site.ingest().await?, site.projector(false).await?);
    let query = site.query(projector.url()).await?;
    site.set_up(&workload, &ingest, &projector).await?;
    output::note("an event for each employee");
    let first = send::send(site.callers(&common, &ingest)?, &workload, 0..before, common.batch).await?;
    boards::digests(&site.server(&query)?, first.last).await?;
    output::note(&format!("{events} events, {rate} a second"));
    let ways = (0..common.connections)
        .map(|_| Ok(Way { ingest: site.server(&ingest)?, query: site.server(&query)? }));
    let ways = ways.collect::<Result<Vec<Way>, Failure>>()?;
    let call = |index: usize, own| one_call(ways[index % ways.len()].clone(), workload, own);
    let found = due.measure(call).await?;
    let last = found.last.unwrap_or_default();
    report.checks.push(boards::check(&site.server(&query)?, last, &Tally::of(&workload, 0..all)).await?);
    let memory = projector.memory_peak_bytes();
    query.end().await?;
    ingest.end().await?;
    projector.end().await?;

    let mut figures = figures(&found, rate);
    report.notes.extend(falls_behind("longhu", &found, rate));
    let beforehand = Tally::of(&workload, 0..before);
    report.peers = peers::with_each(&peers, &site.ground, async |peer, running| {
        running.prepare(&job).await?;
        running.load(&beforehand).await?;
        let due = Due { numbers: before..before + job.events, ..due.clone() };
        let found = running.visible(job, &due).await?;
        report.notes.extend(falls_behind(peer.name(), &found, rate));
        for (own, their) in figures.iter_mut().zip(self::figures(&found, rate)) {
            own.beside(peer.name(), their.longhu, None);
        }
        report.checks.push(format!("{}: all rows as in a plain sort", peer.name()));
        Ok(())
    })
    .await?;
    figures.push(Figure::cost("peak memory of the projector", "MB", memory as f64 / 1e6));
    report.figures = figures;
    report.notes.push(format!(
        "calls of {} events every {GATHERED:?}; times are from when each event was due",
        due.a_call
    ));
    site.close().await;
    Ok(report)
}

/// The figures from the times, of Longhu or of a peer.
fn figures(found: &Found, rate: u64) -> Vec<Figure> {
    let at = |times: &Times, percent| times.percentile_ms(percent);
    vec![
        Figure::cost("due to visible, p50", "ms", at(&found.visible, 50.0)),
        Figure::cost("due to visible, p99", "ms", at(&found.visible, 99.0)).asked_if(rate == 20_000, 75.0),
        Figure::cost("due to visible, p99.9", "ms", at(&found.visible, 99.9)),
        Figure::cost("due to visible, longest", "ms", found.visible.max_ms()),
        Figure::cost("due to acknowledged, p50", "ms", at(&found.acknowledged, 50.0)),
        Figure::cost("due to acknowledged, p99", "ms", at(&found.acknowledged, 99.0)),
        Figure::rate("visible in a second", "events/s", found.rate),
    ]
}

/// A note if the server is too slow for the rate: the times then grow with the queue, and depend on the
/// number of events.
fn falls_behind(who: &str, found: &Found, rate: u64) -> Option<String> {
    let slower = found.rate < rate as f64 * KEEPS_UP;
    slower.then(|| format!("{who}: slower than events fall due, so its times grow with the number of events"))
}

/// The connections to both sides.
#[derive(Clone)]
struct Way {
    ingest: Server,
    query: Server,
}

async fn one_call(way: Way, workload: Workload, numbers: Range<u64>) -> Result<Seen, Failure> {
    let position = send::call(&way.ingest, &workload, numbers.clone()).await?;
    let acknowledged = Instant::now();
    let employee = workload.sale(numbers.end - 1).employee;
    let request = GetParticipantRequest {
        contest: CONTEST.to_owned(),
        board: "employee".to_owned(),
        participant: shape::id("employee", employee),
        min_position: Some(position_to_wire(position)),
        ..GetParticipantRequest::default()
    };
    let answer = way.query.ask(way.query.standings().get_participant(request)).await;
    let answer = answer.map_err(|status| way.query.failure(&status))?;
    let visible = Instant::now();
    let header = answer.header.unwrap_or_default();
    let reflected = header.position.as_ref().map(position_from_wire).unwrap_or_default();
    if reflected < position {
        return Err(wrong_result(format!("an answer reflects {reflected}, but should reflect {position}")));
    }
    Ok(Seen { numbers, acknowledged, visible, position: Some(position) })
}
