//! What newcomers do and get wrong in the first hour, through the real commands. Each time the answer says
//! what to do instead.

use std::time::{Duration, Instant};

use crate::support::{Dev, Said, file, longhu, root};

const ORGANISATION: &str = "deploy/examples/quickstart/organisation.toml";
const CONTEST: &str = "deploy/examples/quickstart/contest.toml";
const EVENTS: &str = "deploy/examples/quickstart/events.jsonl";

/// A command with an address on which nobody listens.
fn alone(arguments: &[&str]) -> Said {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = format!("http://{free}");
    Said::of(longhu().args(arguments).env("LONGHU_SERVER", server).current_dir(root()).output().unwrap())
}

#[test]
fn without_a_server_emit_fails_at_once_and_says_that_nothing_was_sent() {
    let begun = Instant::now();
    let said = alone(&["emit", EVENTS]).ends_with(1);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert!(said.err.contains("no line was sent") && !said.err.contains("unknown"), "{}", said.err);
    assert!(said.err.contains("start one with `longhu dev`"), "{}", said.err);
}

#[test]
fn a_file_given_to_the_wrong_command_is_told_the_right_one() {
    let cases = [
        (["contest", "apply", ORGANISATION], "this looks like an organisation: `longhu org apply "),
        (["contest", "validate", EVENTS], "this looks like events: `longhu emit "),
        (["org", "apply", CONTEST], "this looks like a contest: `longhu contest apply "),
        (["org", "apply", EVENTS], "this looks like events: `longhu emit "),
        (["calendar", "apply", CONTEST], "this looks like a contest: `longhu contest apply "),
    ];
    for (arguments, told) in cases {
        let said = alone(&arguments).ends_with(1);
        assert!(said.err.starts_with(&format!("error: {told}{}`", arguments[2])), "{}", said.err);
    }
    let said = alone(&["emit", CONTEST]).ends_with(1);
    assert!(said.err.starts_with("error: this looks like a contest: "), "{}", said.err);
}

#[test]
fn a_number_of_rows_and_a_missing_file_are_answered_in_words() {
    let said = alone(&["standings", "x", "--board", "branch", "--top", "0"]).ends_with(2);
    assert!(said.err.contains("give a number of rows from 1 on"), "{}", said.err);
    let said = alone(&["contest", "explain", "spring-2026"]).ends_with(1);
    assert!(said.err.contains("there is no file `spring-2026`"), "{}", said.err);
    assert!(said.err.contains("give the contest's file"), "{}", said.err);
}

#[test]
fn a_running_server_answers_what_is_nearly_right() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    dev.run(&["org", "apply", ORGANISATION]).ends_with(0);
    dev.run(&["contest", "apply", CONTEST]).ends_with(0);
    let empty = dev.run(&["standings", "spring-2026", "--board", "employee"]).ends_with(0);
    assert!(empty.out.ends_with("no rows yet\n"), "{}", empty.out);
    dev.run(&["emit", EVENTS]).ends_with(0);

    for arguments in [
        vec!["standings", "spring-2062", "--board", "branch"],
        vec!["contest", "show", "spring-2062"],
        vec!["contest", "explain", "spring-2062"],
        vec!["contest", "late", "spring-2062"],
        vec!["contest", "seal", "spring-2062"],
    ] {
        let said = dev.run(&arguments).ends_with(3);
        assert!(said.err.ends_with("next: did you mean `spring-2026`?\n"), "{arguments:?}: {}", said.err);
    }
    let unlike = dev.run(&["contest", "show", "zebra"]).ends_with(3);
    assert_eq!(unlike.err.matches("longhu contest list").count(), 1, "{}", unlike.err);

    let published = dev.run(&["contest", "explain", "spring-2026"]).ends_with(0);
    assert_eq!(published.out, dev.run(&["contest", "explain", CONTEST]).ends_with(0).out);

    assert_eq!(dev.run(&["log", "tail", "--last", "0"]).ends_with(0).out, "");
    let tail = dev.run(&["log", "tail"]).ends_with(0).out;
    assert!(tail.lines().all(|line| line.contains(" UTC ")), "{tail}");

    let nothing = dev.run(&["emit", &file(folder.path(), "nothing.jsonl", "")]).ends_with(0);
    assert!(
        nothing.err.contains("no events in ") && nothing.err.contains("nothing.jsonl"),
        "{}",
        nothing.err
    );

    let chinese = dev.run(&[
        "standings",
        "spring-2026",
        "--board",
        "employee",
        "--participant",
        "e-003",
        "--lang",
        "zh",
    ]);
    let chinese = chinese.ends_with(0).out;
    assert!(chinese.contains("名次  编号   名称") && chinese.contains(" +08:00\n"), "{chinese}");
    assert!(chinese.ends_with("\n距前一名差额 1 分，共 6 行\n"), "{chinese}");
    let chosen = ["standings", "spring-2026", "--board", "employee", "--figures=mobile"];
    let chosen = dev.run(&chosen).ends_with(0).out;
    assert!(chosen.contains("mobile") && !chosen.contains("wealth"), "{chosen}");
}
