//! Ingest is killed (SIGKILL) with batches in flight, again and again, and a new process takes over its slot:
//! what was acknowledged is in the log exactly once.

use std::time::{Duration, Instant};

use crate::bank;
use crate::history;
use crate::load::{Load, Shape, wait};
use crate::nats::Nats;
use crate::run::{Run, Times, cycles, events};
use crate::streams::show;

const SHAPE: Shape = Shape { callers: 8, events: 250, pause: Duration::ZERO };

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ingest_that_is_killed_with_batches_in_flight_loses_nothing_and_doubles_nothing() {
    let mut run = Run::begin("ingest");
    let (cycles, events_min) = (cycles(8), events(20_000));
    let folder = tempfile::tempdir().unwrap();
    let nats = Nats::start(&folder.path().join("nats"));
    let mut ingest = bank::ingest(folder.path(), "ingest", &nats.url());
    let projector = bank::projector(folder.path(), &nats.url());
    bank::found(folder.path(), &ingest);
    let load = Load::begin(&ingest.url, SHAPE);
    let (mut starts, mut recoveries, mut in_flight) = (Times::default(), Times::default(), 0);
    for cycle in 1..=cycles {
        load.more(events_min.div_ceil(cycles)).await;
        tokio::time::sleep(run.dice.up_to_ms(40)).await;
        wait("a call is under way", || load.in_flight() > 0).await;
        in_flight += load.in_flight();
        ingest.kill();
        let started = Instant::now();
        ingest = bank::ingest(folder.path(), "ingest", &nats.url());
        starts.note(started.elapsed());
        load.turn_to(&ingest.url);
        recoveries.note(load.recovers().await);
        run.progress(cycle, format_args!("{} events acknowledged, {recoveries}", load.acknowledged()));
    }
    let attempts = load.end().await;
    let log = bank::log(&nats.url()).await;
    let stored = bank::events_of(&log).await;
    let findings = history::check(&attempts, &stored).unwrap_or_else(|wrong| panic!("{}", show(&wrong)));
    assert!(findings.acknowledged >= events_min, "{findings}");
    bank::assert_counted_once(&projector.url, &stored).await;
    run.says(format_args!("{cycles} kills, {in_flight} calls under way at them"));
    run.says(format_args!("a new process answers: {starts}; from then to an acknowledgement: {recoveries}"));
    run.says(&findings);
    assert_eq!((ingest.end(), projector.end()), (0, 0));
}
