//! `longhu bench` with its smallest parameters: each benchmark measures what it claims to, finds its own
//! result correct, also on peers if they are installed, and leaves nothing behind. The figures themselves are
//! not checked.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Said, children, longhu, signal};

/// A bank that is set up quickly.
const TINY: [&str; 8] = ["--branches", "3", "--teams", "7", "--employees", "60", "--batch", "100"];

/// A benchmark that keeps its temporary files in `folder`.
fn bench(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = longhu();
    command.arg("bench").args(arguments).env("TMPDIR", folder).stdin(Stdio::null());
    command
}

/// Its report, after checking what every report must have.
#[track_caller]
fn report(arguments: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [arguments, &TINY, &["-o", "json"]].concat();
    // Another test may take a free port before a peer has opened it.
    let run = || bench(folder.path(), &arguments).output().unwrap();
    let is_taken =
        |out: &std::process::Output| String::from_utf8_lossy(&out.stderr).contains("Address already in use");
    let first = run();
    let said = Said::of(if is_taken(&first) { run() } else { first }).ends_with(0);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "it leaves something behind");
    let report = said.json();
    assert_eq!(report["benchmark"], arguments[0]);
    assert_eq!(report["machine"]["sync_interval"], "always");
    assert!(!report["machine"]["nats_server"].as_str().unwrap().is_empty());
    assert_eq!(
        (report["workload"]["employees"].as_u64(), report["workload"]["seed"].as_u64()),
        (Some(60), Some(8))
    );
    report
}

/// The figure of that name. It must be above 0 and have a required figure.
#[track_caller]
fn figure<'r>(report: &'r Value, what: &str) -> &'r Value {
    let figures = report["figures"].as_array().unwrap();
    let found = figures.iter().find(|figure| figure["what"] == what);
    let found = found.unwrap_or_else(|| panic!("no `{what}` in {figures:#?}"));
    assert!(found["longhu"].as_f64().unwrap() > 0.0, "{found}");
    found
}

/// Asserts that the report lists a check with these words.
#[track_caller]
fn has_checked(report: &Value, what: &str) {
    let checks = report["checks"].to_string();
    assert!(checks.contains(what), "no `{what}` in {checks}");
}

/// Each peer has a figure with a ratio, or the report says why it did not run.
#[track_caller]
fn peers_ran_or_say_why_not(report: &Value, what: &str) {
    let runs = report["peers"].as_array().unwrap();
    assert_eq!(
        runs.iter().map(|run| run["peer"].as_str().unwrap()).collect::<Vec<_>>(),
        ["redis", "postgres"]
    );
    for run in runs {
        let beside = figure(report, what)["peers"].as_array().unwrap();
        let own = beside.iter().find(|beside| beside["peer"] == run["peer"]);
        match run["not_run"].as_str() {
            Some(why) => assert!(own.is_none() && why.contains("apt install"), "{run}"),
            None => {
                let own = own.unwrap_or_else(|| panic!("{run} has no figure"));
                assert!(own["value"].as_f64().unwrap() > 0.0 && own["times_better"].as_f64().unwrap() > 0.0);
                assert!(run["settings"].as_str().unwrap().contains("loopback"), "{run}");
                has_checked(report, &format!("{}: ", run["peer"].as_str().unwrap()));
            }
        }
    }
}

const PEERS: [&str; 4] = ["--peer", "redis", "--peer", "postgres"];

#[test]
fn ingest_finds_each_acknowledged_event_in_the_log_once() {
    let report = report(&[&["ingest", "--events", "3k", "--singles", "20"], &PEERS[..]].concat());
    has_checked(&report, "each of 3020 acknowledged events once");
    assert_eq!(figure(&report, "batches of 100, 8 callers")["asked"], 300_000.0);
    assert_eq!(figure(&report, "one event after the other, p50")["asked"], 3.0);
    peers_ran_or_say_why_not(&report, "batches of 100, 8 callers");
}

#[test]
fn fold_compares_every_row_with_a_plain_sort() {
    let report = report(&[&["fold", "--events", "3k", "--skewed", "--seed", "8"], &PEERS[..]].concat());
    has_checked(&report, "3 branch, 7 team");
    has_checked(&report, "rank and score of a plain sort");
    assert_eq!(figure(&report, "live fold, three boards")["asked"], 300_000.0);
    assert!(
        report["workload"]["skewed"].as_bool().unwrap() && report["workload"]["numbered"].as_bool().unwrap()
    );
    peers_ran_or_say_why_not(&report, "live fold, three boards");
}

#[test]
fn fold_of_an_unnumbered_source_is_asked_for_less() {
    let report = report(&[&["fold", "--events", "2k", "--unnumbered"], &PEERS[..]].concat());
    assert_eq!(figure(&report, "live fold, three boards")["asked"], 150_000.0);
    assert_eq!(report["workload"]["numbered"], false);
    peers_ran_or_say_why_not(&report, "live fold, three boards");
}

#[test]
fn rebuild_is_right_at_each_length_of_the_log() {
    let report = report(&[&["rebuild", "--events", "1k,3k"], &PEERS[..]].concat());
    for size in ["1k", "3k"] {
        has_checked(&report, &format!("{size} events: longhu: all rows"));
        assert_eq!(figure(&report, &format!("rebuild from {size} events"))["asked"], 1_000_000.0);
        figure(&report, &format!("{size}: store on disk"));
    }
    figure(&report, "an event of the longest log against one of the shortest");
    peers_ran_or_say_why_not(&report, "rebuild from 3k events");
}

#[test]
fn visible_measures_every_event() {
    let report = report(&[&["visible", "--events", "2k", "--rate", "2k"], &PEERS[..]].concat());
    has_checked(&report, "rank and score of a plain sort");
    // 60 employees have one event each first, and then 2,000 are measured.
    assert_eq!(report["events"], 2_000);
    let at = |what: &str| figure(&report, what)["longhu"].as_f64().unwrap();
    assert!(at("due to visible, p50") >= at("due to acknowledged, p50"));
    assert!(at("due to visible, longest") >= at("due to visible, p99"));
    peers_ran_or_say_why_not(&report, "due to visible, p50");
}

#[test]
fn rank_agrees_with_a_plain_sort_for_every_kind_of_lookup() {
    let tiny = ["rank", "--events", "1k", "--lookups", "16k", "--rate", "500", "--for", "1s"];
    let report = report(&[&tiny, &PEERS[..]].concat());
    assert_eq!(figure(&report, "in process, board of 60")["asked"], 1_000_000.0);
    figure(&report, "at 500 queries/s over gRPC, p99");
    has_checked(&report, "rank and score of a plain sort");
    peers_ran_or_say_why_not(&report, "ranks over gRPC, 1,000 a call");
}

#[test]
fn restart_finds_the_same_digests_as_before() {
    let tiny = ["restart", "--events", "1k", "--tail", "200", "--times", "3"];
    let report = report(&[&tiny, &PEERS[..]].concat());
    has_checked(&report, "as before each of 3 kills");
    assert_eq!(figure(&report, "start to the first right answer, median")["asked"], 1.0);
    peers_ran_or_say_why_not(&report, "start to the first right answer, median");
}

#[test]
fn a_peer_that_is_not_installed_is_reported_as_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let nats = longhu_log::server::find_or_install().unwrap();
    let arguments = [&["fold", "--events", "1k", "--peer", "redis"], &TINY[..]].concat();
    let mut command = bench(folder.path(), &arguments);
    let said = Said::of(command.env("PATH", "/nowhere").env("LONGHU_NATS_SERVER", nats).output().unwrap());
    let out = said.ends_with(0).out;
    assert!(out.contains("redis: not run: redis-server is not on PATH (apt install redis-server)"), "{out}");
    assert!(out.contains("live fold, three boards") && out.contains("≥ 300,000"), "{out}");
}

#[test]
fn what_cannot_be_measured_is_refused_with_a_code_before_anything_is_started() {
    let folder = tempfile::tempdir().unwrap();
    let used = folder.path().join("used");
    std::fs::create_dir(&used).unwrap();
    std::fs::write(used.join("mine"), "x").unwrap();
    let used = used.display().to_string();
    let empty = folder.path().join("empty").display().to_string();
    let cases: [(&[&str], i32, &str); 6] = [
        (&["fold", "--data-dir", &used], 1, "code BAD_DATA_DIR"),
        (&["fold", "--data-dir", &empty, "--events", "900000M"], 1, "code NO_ROOM"),
        (&["fold", "--branches", "8", "--teams", "7"], 2, "code BAD_BANK"),
        (&["rebuild", "--events", "2k,1k"], 2, "code SIZES_NOT_GROWING"),
        (&["visible", "--rate", "300k"], 2, "code RATE_TOO_HIGH"),
        (&["ingest", "--events", "many"], 2, "write it like 250000, 250k or 100M"),
    ];
    for (arguments, code, said) in cases {
        let ended = Said::of(bench(folder.path(), arguments).output().unwrap()).ends_with(code);
        assert!(ended.err.contains(said) && ended.out.is_empty(), "{arguments:?}: {}", ended.err);
    }
    assert_eq!(std::fs::read_dir(&used).unwrap().count(), 1, "nothing is removed that was there");
}

#[test]
fn ctrl_c_ends_its_processes_and_removes_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [&["ingest", "--events", "50M"], &TINY[..]].concat();
    // It prints its progress, which nobody reads here.
    let mut child =
        bench(folder.path(), &arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let started = Instant::now();
    // The processes of the broker and the service.
    let running = loop {
        let running = children(child.id());
        assert!(started.elapsed() < Duration::from_secs(120), "it starts nothing");
        if running.len() >= 2 {
            break running;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    signal(child.id(), rustix::process::Signal::INT);
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "it leaves its folder behind");
    for pid in running {
        let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        assert!(state.is_empty() || state.contains(") Z"), "it leaves a process behind: {state}");
    }
}

#[test]
fn a_chosen_folder_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept").display().to_string();
    let arguments = [&["fold", "--events", "1k", "--data-dir", &kept], &TINY[..]].concat();
    Said::of(bench(folder.path(), &arguments).output().unwrap()).ends_with(0);
    assert!(Path::new(&kept).join("read-model").exists() && Path::new(&kept).join("nats").exists());
}
