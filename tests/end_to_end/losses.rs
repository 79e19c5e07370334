//! The end of a log is lost: a backup is restored that lacks what was acknowledged since. Nobody goes on with
//! it before it is adopted; what was lost is sent again, and then nothing is missing.

use std::path::Path;

use serde_json::Value;

use crate::oracle::computed;
use crate::support::{Dev, Said, file, longhu, root};

const CONTEST: &str = "spring-2026";

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (own, target) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        match own.is_dir() {
            true => copy(&own, &target),
            false => std::fs::copy(&own, &target).map(|_| ()).unwrap(),
        }
    }
}

/// Sends lines of events and returns the last position.
fn send(dev: &Dev, lines: &[&str]) -> String {
    let said = dev.run_with(&["emit", "-", "-o", "jsonl"], &(lines.join("\n") + "\n")).ends_with(0);
    said.json_lines().last().unwrap()["position"].as_str().unwrap().to_owned()
}

fn digests(dev: &Dev, position: &str) -> Vec<String> {
    let digest = |board: &&str| {
        let arguments = ["standings", CONTEST, "--board", board, "--min-position", position, "-o", "json"];
        dev.run(&arguments).ends_with(0).json()["digest"].as_str().unwrap().to_owned()
    };
    ["branch", "team", "employee"].iter().map(digest).collect()
}

fn word_after<'a>(text: &'a str, words: &str) -> &'a str {
    text.split_once(words).unwrap_or_else(|| panic!("no `{words}` in {text}")).1.split(' ').next().unwrap()
}

#[test]
fn what_a_restored_backup_lacks_is_sent_again_and_then_nothing_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup"));
    let events = std::fs::read_to_string(root().join("deploy/examples/quickstart/events.jsonl")).unwrap();
    let lines: Vec<&str> = events.lines().collect();
    let (kept, lost) = lines.split_at(5);

    let dev = Dev::start(folder.path());
    dev.run(&["org", "apply", "deploy/examples/quickstart/organisation.toml"]).ends_with(0);
    dev.run(&["contest", "apply", "deploy/examples/quickstart/contest.toml"]).ends_with(0);
    let old = send(&dev, kept);
    assert_eq!(dev.end(), 0);
    copy(&data.join("nats"), &backup);

    let dev = Dev::start(folder.path());
    let gone = send(&dev, lost);
    let whole = digests(&dev, &gone);
    assert_eq!(dev.end(), 0);
    std::fs::remove_dir_all(data.join("nats")).unwrap();
    copy(&backup, &data.join("nats"));

    let start = || {
        let arguments = ["dev", "--grpc-addr", "127.0.0.1:0", "--data-dir"];
        Said::of(longhu().args(arguments).arg(&data).output().unwrap())
    };
    let refused = start().ends_with(1);
    assert!(refused.err.contains("(LOG_CONTRADICTS)"), "{}", refused.err);
    let end = word_after(&refused.err, "longhu log adopt --lost-after ").to_owned();
    let adopt = |lost_after: &str| {
        let arguments =
            ["log", "adopt", "--lost-after", lost_after, "--reason", "restored from Monday", "-o", "json"];
        Said::of(longhu().args(arguments).arg("--data-dir").arg(&data).output().unwrap())
    };
    let elsewhere = adopt(&gone).ends_with(5);
    assert!(elsewhere.err.contains("(NOT_THE_END)") && elsewhere.err.contains(&end), "{}", elsewhere.err);
    start().ends_with(1);
    let adopted = adopt(&end).ends_with(0).json();
    assert_eq!(
        (&adopted["adopted"], &adopted["lost_after"]),
        (&Value::from(true), &Value::from(end.clone()))
    );
    assert_eq!(adopted["sources"][0]["source"], "quickstart");
    assert_eq!(adopt(&end).ends_with(0).json()["adopted"], false);

    let dev = Dev::start(folder.path());
    let board = |more: &[&str]| dev.run(&[&["standings", CONTEST, "--board", "branch"], more].concat());
    for asked in ["--min-position", "--known-at"] {
        let lost = board(&[asked, &gone]).ends_with(1);
        assert!(lost.err.contains("POSITION_LOST") && lost.err.contains(&end), "{}", lost.err);
        board(&[asked, &old]).ends_with(0);
    }
    let status = dev.run(&["sources", "show", "quickstart", "-o", "json"]).ends_with(0).json();
    assert_eq!(status["losses"][0]["lost_after"], Value::from(end.clone()));
    assert_eq!(status["losses"][0]["reason"], "restored from Monday");
    let shown = dev.run(&["sources", "show", "quickstart"]).ends_with(0).out;
    assert!(shown.contains("send again") && shown.contains(&end), "{shown}");

    // Some more than what was lost: copies count once.
    let again = send(&dev, &lines[3..]);
    assert!(again.ends_with("@1"), "{again}");
    assert_eq!(digests(&dev, &again), whole);
    board(&["--known-at", &again]).ends_with(0);
    dev.run(&["verify"]).ends_with(0);
    let exported = dev.run(&["log", "export"]).ends_with(0).out;
    let oracle = computed(&file(folder.path(), "log.jsonl", &exported), &[]);
    let tables = oracle["contests"][0]["boards"].as_array().unwrap();
    assert!(
        tables.iter().all(|table| whole.contains(&table["digest"].as_str().unwrap().to_owned())),
        "{oracle}"
    );
    assert_eq!(dev.end(), 0);
    // A rebuild folds the adoption like anything else.
    let dev = Dev::start_with(folder.path(), &["--rebuild"]);
    assert_eq!(digests(&dev, &again), whole);
    assert_eq!(dev.end(), 0);
}
