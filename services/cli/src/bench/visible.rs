//! `longhu bench visible`: how long after an event was due its effect is in the standings that a dashboard gets. Events are
//! due at a steady rate, whatever is answered when: a pause of the servers is counted for every event that fell due in it.

use std::time::{Duration, Instant};

use longhu_core::Position;
use longhu_proto::scalar::{position_from_wire, position_to_wire};
use longhu_proto::wire::standings::v1::GetParticipantRequest;
use tokio::task::JoinSet;

use super::amount::Amount;
use super::bank::{self, CONTEST};
use super::ground::Need;
use super::peer::Times;
use super::report::{Figure, Report};
use super::site::Site;
use super::workload::{Tally, Workload};
use super::{Common, boards, coded_usage, send, wrong_result};
use crate::bar::Bar;
use crate::client::{Global, Server};
use crate::failure::Failure;
use crate::output;
use crate::serve::chain;

/// An adapter gathers events for so long before it calls; the first of them wait.
const GATHERED: Duration = Duration::from_millis(5);
/// Before the first event is due.
const HEAD_START: Duration = Duration::from_millis(200);

/// Arguments of `longhu bench visible`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu bench visible
  longhu bench visible --rate 50k --events 1M
  longhu bench visible --skewed -o json

Every employee has an event beforehand, so that the boards have all their rows. Then events are due
one by one at the rate; an adapter sends what was due in 5 ms. With the position of its
acknowledgement it asks the query service where one of them stands (`min_position`). All events
of the call are visible when that answer is here. No event is left out of the figures.")]
pub struct Args {
    /// Events that are measured.
    #[arg(long, value_name = "N", default_value = "300k")]
    events: Amount,
    /// Events that are due in a second.
    #[arg(long, value_name = "N", default_value = "20k")]
    rate: Amount,
    #[command(flatten)]
    common: Common,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<Report, Failure> {
    let Args { events: Amount(events), rate: Amount(rate), common } = args;
    let a_call = (u128::from(rate) * GATHERED.as_micros() / 1_000_000).max(1) as u64;
    if a_call > 1_000 {
        let what = format!("--rate {rate}: more than 1,000 events in {GATHERED:?}, and a call takes no more");
        return Err(coded_usage("RATE_TOO_HIGH", what).next("give 200k at most"));
    }
    let workload = Workload { everybody_first: true, ..common.workload()? };
    let before = u64::from(workload.shape.employees);
    let all = before + events;
    let site = Site::open(&common, Need::of_read_model(&workload, all, 0), &[], global).await?;
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
    let found = measure(&ways, workload, before..all, rate, a_call).await?;
    report
        .checks
        .push(boards::check(&site.server(&query)?, found.last, &Tally::of(&workload, 0..all)).await?);
    let memory = projector.memory_peak_bytes();
    query.end().await?;
    ingest.end().await?;
    projector.end().await?;

    let at = |times: &Times, percent| times.percentile_ms(percent);
    report.figures = vec![
        Figure::cost("due to visible, p50", "ms", at(&found.visible, 50.0)),
        Figure::cost("due to visible, p99", "ms", at(&found.visible, 99.0)).asked_if(rate == 20_000, 75.0),
        Figure::cost("due to visible, p99.9", "ms", at(&found.visible, 99.9)),
        Figure::cost("due to visible, longest", "ms", found.visible.max_ms()),
        Figure::cost("due to acknowledged, p50", "ms", at(&found.acknowledged, 50.0)),
        Figure::cost("due to acknowledged, p99", "ms", at(&found.acknowledged, 99.0)),
        Figure::rate("visible in a second", "events/s", found.rate),
        Figure::cost("peak memory of the projector", "MB", memory as f64 / 1e6),
    ];
    report
        .notes
        .push(format!("calls of {a_call} events every {GATHERED:?}; times are from when each event was due"));
    site.close().await;
    Ok(report)
}

/// A connection to each side.
#[derive(Clone)]
struct Way {
    ingest: Server,
    query: Server,
}

/// What came of a call.
struct Seen {
    numbers: std::ops::Range<u64>,
    acknowledged: Instant,
    visible: Instant,
    position: Position,
}

struct Found {
    visible: Times,
    acknowledged: Times,
    rate: f64,
    last: Position,
}

async fn measure(
    ways: &[Way],
    workload: Workload,
    numbers: std::ops::Range<u64>,
    rate: u64,
    a_call: u64,
) -> Result<Found, Failure> {
    let (first, events) = (numbers.start, numbers.end - numbers.start);
    let started = Instant::now() + HEAD_START;
    let due = |number: u64| started + Duration::from_nanos((number - first) * 1_000_000_000 / rate);
    let (mut calls, mut bar) = (JoinSet::new(), Bar::new());
    let mut found =
        Found { visible: Times::new()?, acknowledged: Times::new()?, rate: 0.0, last: Position::default() };
    let mut ended = started;
    let mut take = |seen: Seen| {
        for number in seen.numbers {
            found.visible.record(seen.visible - due(number));
            found.acknowledged.record(seen.acknowledged - due(number));
        }
        found.last = found.last.max(seen.position);
        ended = ended.max(seen.visible);
    };
    for (call, from) in (first..numbers.end).step_by(a_call as usize).enumerate() {
        let own = from..(from + a_call).min(numbers.end);
        // A call goes when the last of its events is due, however many are still under way.
        tokio::time::sleep_until(due(own.end - 1).into()).await;
        calls.spawn(one_call(ways[call % ways.len()].clone(), workload, own));
        while let Some(seen) = calls.try_join_next() {
            take(seen.map_err(|error| chain(&error))??);
        }
        bar.show((from - first) * 1_000_000 / events, &format!("due, {} calls under way", calls.len()));
    }
    while let Some(seen) = calls.join_next().await {
        take(seen.map_err(|error| chain(&error))??);
    }
    found.rate = events as f64 / (ended - started).as_secs_f64();
    Ok(found)
}

async fn one_call(way: Way, workload: Workload, numbers: std::ops::Range<u64>) -> Result<Seen, Failure> {
    let position = send::call(&way.ingest, &workload, numbers.clone()).await?;
    let acknowledged = Instant::now();
    let employee = workload.sale(numbers.end - 1).employee;
    let request = GetParticipantRequest {
        contest: CONTEST.to_owned(),
        board: "employee".to_owned(),
        participant: bank::id("employee", employee),
        min_position: Some(position_to_wire(position)),
        ..GetParticipantRequest::default()
    };
    let answer = way.query.ask(way.query.standings().get_participant(request)).await;
    let answer = answer.map_err(|status| way.query.failure(&status))?;
    let visible = Instant::now();
    let header = answer.header.unwrap_or_default();
    let reflected = header.position.as_ref().map(position_from_wire).unwrap_or_default();
    if reflected < position {
        return Err(wrong_result(format!("an answer of {reflected} was to reflect {position}")));
    }
    Ok(Seen { numbers, acknowledged, visible, position })
}
