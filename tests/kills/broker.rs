//! The broker is killed (SIGKILL) under load, again and again: what was acknowledged is in the log exactly
//! once, and ingest and projector continue without intervention.

use crate::bank;
use crate::history;
use crate::load::{Load, Shape};
use crate::nats::Nats;
use crate::run::{Run, Times, cycles, events};
use crate::streams::show;

/// Large calls and many callers, so that a batch is in flight at any moment.
const SHAPE: Shape = Shape { callers: 8, events: 250, pause: std::time::Duration::ZERO };

/// Longer than ingest lets a caller wait.
const LONG_MS: u64 = 9_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn broker_that_is_killed_under_load_loses_nothing_and_doubles_nothing() {
    let mut run = Run::begin("broker");
    let (cycles, events_min) = (cycles(6), events(20_000));
    let folder = tempfile::tempdir().unwrap();
    let mut nats = Nats::start(&folder.path().join("nats"));
    let ingest = bank::ingest(folder.path(), "ingest", &nats.url());
    let projector = bank::projector(folder.path(), &nats.url());
    bank::found(folder.path(), &ingest);
    let load = Load::begin(&ingest.url, SHAPE);
    let (mut recoveries, mut killed_in_flight, mut twice) = (Times::default(), 0, 0);
    for cycle in 1..=cycles {
        load.more(events_min.div_ceil(cycles)).await;
        tokio::time::sleep(run.dice.up_to_ms(60)).await;
        killed_in_flight += u64::from(load.in_flight() > 0);
        nats.kill();
        // Sometimes longer than ingest lets callers wait, so that batches in flight are given up.
        let is_long = run.dice.once_in(25);
        tokio::time::sleep(run.dice.up_to_ms(if is_long { LONG_MS } else { 200 })).await;
        if run.dice.once_in(5) {
            // Also killed while it reads its streams, or has only just started to answer.
            nats.spawn();
            tokio::time::sleep(run.dice.up_to_ms(80)).await;
            nats.kill();
            twice += 1;
        }
        nats.restart();
        recoveries.note(load.recovers().await);
        run.progress(cycle, format_args!("{} events acknowledged, {recoveries}", load.acknowledged()));
    }
    load.more(1).await;
    let attempts = load.end().await;
    let log = bank::log(&nats.url()).await;
    let stored = bank::events_of(&log).await;
    let findings = history::check(&attempts, &stored).unwrap_or_else(|wrong| panic!("{}", show(&wrong)));
    assert!(findings.acknowledged >= events_min, "{findings}");
    assert!(killed_in_flight > 0, "no call was under way at any kill");
    bank::assert_counted_once(&projector.url, &stored).await;
    let again = bank::projector(&folder.path().join("again"), &nats.url());
    let last = stored.last().unwrap().1;
    assert_eq!(bank::digests(&again.url, last).await, bank::digests(&projector.url, last).await);
    run.says(format_args!(
        "{cycles} kills, {killed_in_flight} with calls under way, {twice} again while it started"
    ));
    run.says(format_args!("from the broker's answering to the first acknowledgement: {recoveries}"));
    run.says(&findings);
    run.says("the projector that lived through it and one that folded the log afresh have the same digests");
    assert_eq!((ingest.end(), projector.end(), again.end()), (0, 0, 0));
}
