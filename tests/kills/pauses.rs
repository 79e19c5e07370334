//! The broker is paused, the connection to it is cut, or its other end vanishes: ingest reports this in time
//! and limits its memory, and everything continues without intervention afterwards. Ingest promises an answer
//! within 5 s; the pauses here are twice that.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::bank;
use crate::history::{self, Attempt};
use crate::load::{Load, Shape};
use crate::nats::Nats;
use crate::proxy::Proxy;
use crate::run::{Run, pause};
use crate::streams::show;
use crate::support::Dev;

/// More calls at once than ingest queues (100,000 events).
const SHAPE: Shape = Shape { callers: 104, events: 1_000, pause: Duration::from_millis(200) };
/// The promised time within which ingest answers.
const DETECTED: Duration = Duration::from_secs(5);
const DETECTED_MAX: Duration = Duration::from_secs(10);
/// Far above what its queue (32 MiB) and the calls being decoded may use, and far below what would pile up
/// without a limit.
const GROWTH_MAX_KB: u64 = 512 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn paused_broker_is_noticed_and_everything_continues_afterwards() {
    let run = Run::begin("pause");
    let pause = pause(Duration::from_secs(12));
    let folder = tempfile::tempdir().unwrap();
    let nats = Nats::start(&folder.path().join("nats"));
    let ingest = bank::ingest(folder.path(), "ingest", &nats.url());
    let projector = bank::projector(folder.path(), &nats.url());
    bank::found(folder.path(), &ingest);
    let load = Load::begin(&ingest.url, SHAPE);
    load.more(20_000).await;
    let before = peak_kb(&ingest);
    load.take_slowest_answer();
    nats.signal(Signal::STOP);
    tokio::time::sleep(pause).await;
    nats.signal(Signal::CONT);
    let recovered = load.recovers().await;
    let slowest = load.take_slowest_answer();
    let grown = peak_kb(&ingest) - before;
    run.says(format_args!("the broker stood still for {} s", pause.as_secs()));
    say(&run, slowest, grown, recovered);
    assert_kept(&load_end(load).await, &nats, &projector, &run).await;
    assert!(slowest <= DETECTED_MAX, "an answer took {slowest:?}");
    assert!(grown < GROWTH_MAX_KB, "ingest grew by {grown} kB");
    assert_eq!((ingest.end(), projector.end()), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn cut_or_half_open_connection_is_noticed_and_everything_continues_afterwards() {
    let run = Run::begin("line");
    let pause = pause(Duration::from_secs(12));
    let folder = tempfile::tempdir().unwrap();
    let nats = Nats::start(&folder.path().join("nats"));
    let (to_ingest, to_projector) = (Proxy::to(nats.port()).await, Proxy::to(nats.port()).await);
    let ingest = bank::ingest(folder.path(), "ingest", &to_ingest.url());
    let projector = bank::projector(folder.path(), &to_projector.url());
    bank::found(folder.path(), &ingest);
    let load = Load::begin(&ingest.url, SHAPE);
    load.more(20_000).await;

    to_ingest.die_half_open();
    to_projector.die_half_open();
    let noticed = tokio::join!(
        to_ingest.is_connected_anew(DETECTED_MAX * 2),
        to_projector.is_connected_anew(DETECTED_MAX * 2)
    );
    let (ingest_noticed, projector_noticed) = (noticed.0.unwrap(), noticed.1.unwrap());
    load.recovers().await;
    run.says(format_args!(
        "half-open: noticed by ingest after {} ms, by the projector after {} ms",
        ingest_noticed.as_millis(),
        projector_noticed.as_millis()
    ));

    let before = peak_kb(&ingest);
    load.take_slowest_answer();
    to_ingest.stall(true);
    to_projector.stall(true);
    tokio::time::sleep(pause).await;
    to_ingest.stall(false);
    to_projector.stall(false);
    let recovered = load.recovers().await;
    let slowest = load.take_slowest_answer();
    let grown = peak_kb(&ingest) - before;
    run.says(format_args!("the line was cut for {} s", pause.as_secs()));
    say(&run, slowest, grown, recovered);
    assert_kept(&load_end(load).await, &nats, &projector, &run).await;
    for time in [ingest_noticed, projector_noticed, slowest] {
        assert!(time <= DETECTED_MAX, "it took {time:?}");
    }
    assert!(grown < GROWTH_MAX_KB, "ingest grew by {grown} kB");
    assert_eq!((ingest.end(), projector.end()), (0, 0));
}

async fn load_end(load: Load) -> Vec<Attempt> {
    load.more(1_000).await;
    load.end().await
}

fn say(run: &Run, slowest: Duration, grown_kb: u64, recovered: Duration) {
    let kept = if slowest <= DETECTED { "kept" } else { "NOT kept" };
    run.says(format_args!(
        "the slowest answer meanwhile came after {} ms (5 s promised: {kept}); ingest's peak memory grew by {} MB; the \
         first acknowledgement {} ms after the end",
        slowest.as_millis(),
        grown_kb / 1024,
        recovered.as_millis()
    ));
}

/// Asserts that the log agrees with the adapter's view, and that the projector has caught up by itself.
async fn assert_kept(attempts: &[Attempt], nats: &Nats, projector: &Dev, run: &Run) {
    let stored = bank::events_of(&bank::log(&nats.url()).await).await;
    let findings = history::check(attempts, &stored).unwrap_or_else(|wrong| panic!("{}", show(&wrong)));
    let started = Instant::now();
    bank::assert_counted_once(&projector.url, &stored).await;
    run.says(format_args!("the projector had counted all of it {} ms later", started.elapsed().as_millis()));
    run.says(&findings);
}

/// The greatest memory a process has used.
fn peak_kb(service: &Dev) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
