//! An ingest process is stopped (SIGSTOP) with calls in flight, another takes over its slot, and the old one
//! continues (SIGCONT) beside it: it is fenced, reports that, ends, and nothing that either acknowledged is
//! lost or doubled.

use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::bank;
use crate::history::{self, Attempt};
use crate::load::{Load, Shape, wait};
use crate::nats::Nats;
use crate::run::{Run, Times, cycles};
use crate::streams::show;
use crate::support::{Dev, signal};

const SHAPE: Shape = Shape { callers: 4, events: 100, pause: Duration::ZERO };

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn stopped_ingest_that_wakes_up_beside_its_successor_is_fenced_and_nothing_is_doubled() {
    let mut run = Run::begin("fencing");
    let cycles = cycles(4);
    let folder = tempfile::tempdir().unwrap();
    let nats = Nats::start(&folder.path().join("nats"));
    let name = |number: u64| format!("ingest-{number}");
    let mut current = bank::ingest(folder.path(), &name(0), &nats.url());
    let projector = bank::projector(folder.path(), &nats.url());
    bank::found(folder.path(), &current);
    let (mut attempts, mut fenced, mut in_flight) = (Vec::<Attempt>::new(), Times::default(), 0);
    let mut numbers = 1;
    for cycle in 0..cycles {
        let old_load = Load::begin_at(&current.url, SHAPE, numbers);
        old_load.more(500).await;
        tokio::time::sleep(run.dice.up_to_ms(30)).await;
        wait("a call is under way", || old_load.in_flight() > 0).await;
        in_flight += old_load.in_flight();
        signal(current.pid(), Signal::STOP);
        let successor = bank::ingest(folder.path(), &name(cycle + 1), &nats.url());
        let new_load = Load::begin_at(&successor.url, SHAPE, numbers + 1_000_000);
        new_load.more(500).await;
        let old = std::mem::replace(&mut current, successor);
        signal(old.pid(), Signal::CONT);
        let woken = Instant::now();
        // It still answers for a moment; the log must agree with whatever it answers.
        ends_fenced(old, &folder.path().join(name(cycle))).await;
        fenced.note(woken.elapsed());
        new_load.more(500).await;
        old_load.turn_to(&current.url);
        attempts.extend(old_load.end().await);
        attempts.extend(new_load.end().await);
        numbers += 2_000_000;
    }
    let stored = bank::events_of(&bank::log(&nats.url()).await).await;
    let findings = history::check(&attempts, &stored).unwrap_or_else(|wrong| panic!("{}", show(&wrong)));
    bank::assert_counted_once(&projector.url, &stored).await;
    run.says(format_args!("{cycles} times stopped with {in_flight} calls under way, succeeded and woken up"));
    run.says(format_args!("from waking up to its end, fenced: {fenced}"));
    run.says(&findings);
    assert_eq!((current.end(), projector.end()), (0, 0));
}

/// The process ends by itself, with a failure that names its successor.
async fn ends_fenced(old: Dev, folder: &Path) {
    let code = tokio::task::spawn_blocking(move || old.ends_by_itself()).await.unwrap();
    let said = std::fs::read_to_string(folder.join("ingest.log")).unwrap();
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("took") && said.contains("over at sequence"), "{said}");
}
