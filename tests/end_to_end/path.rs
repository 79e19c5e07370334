//! The path of an event, with the quickstart's small bank: published, sent, ranked, kept over restarts and
//! kills.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Dev, file};

const ORGANISATION: &str = "deploy/examples/quickstart/organisation.toml";
const CONTEST: &str = "deploy/examples/quickstart/contest.toml";
const EVENTS: &str = "deploy/examples/quickstart/events.jsonl";

/// A card for an employee on a day.
fn card(id: &str, employee: &str, day: u32) -> Value {
    json!({
        "source": "cards", "id": id, "type": "card.issued", "subject": format!("card-{id}"), "product": "gold",
        "occurred_time": format!("2026-02-{day:02}T02:00:00Z"),
        "business_date": {"year": 2026, "month": 2, "day": day},
        "credits": [{"employee": employee, "role": "owner"}],
    })
}

fn quickstart(dev: &Dev) {
    dev.run(&["org", "apply", ORGANISATION]).ends_with(0);
    dev.run(&["contest", "apply", CONTEST]).ends_with(0);
}

#[test]
fn an_accepted_event_is_ranked_at_the_position_that_it_was_given() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    quickstart(&dev);
    let outcomes = dev.emit(&[card("c-1", "e-001", 2), card("c-2", "e-002", 3), card("c-3", "e-002", 4)]);
    let last = outcomes[2]["position"].as_str().unwrap();
    let said =
        dev.run(&["standings", "spring-2026", "--board", "employee", "--min-position", last, "-o", "csv"]);
    let rows: Vec<String> = said.ends_with(0).out.lines().map(str::to_owned).collect();
    assert!(rows[1].starts_with("1,e-002,") && rows[1].ends_with(",10"), "{rows:?}");
    assert!(rows[2].starts_with("2,e-001,") && rows[2].ends_with(",5"), "{rows:?}");
    let one =
        dev.run(&["standings", "spring-2026", "--board", "employee", "--participant", "e-001", "-o", "json"]);
    assert_eq!(one.ends_with(0).json()["gap_to_next"], json!(5));
    dev.run(&["standings", "spring-2026", "--board", "employee", "--participant", "e-003"]).ends_with(3);
    dev.run(&["standings", "spring-2027", "--board", "employee"]).ends_with(3);
    dev.run(&["standings", "spring-2026", "--board", "planet"]).ends_with(3);
}

#[test]
fn a_restart_and_a_kill_leave_every_digest_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    quickstart(&dev);
    dev.run(&["emit", EVENTS]);
    let before = dev.board("spring-2026", "team");
    assert_eq!(dev.end(), 0);
    let dev = Dev::start(folder.path());
    assert_eq!(dev.board("spring-2026", "team"), before);
    let outcomes = dev.emit(&[card("c-1", "e-001", 2)]);
    assert_eq!(outcomes[0]["status"], "accepted");
    dev.run(&[
        "standings",
        "spring-2026",
        "--board",
        "team",
        "--min-position",
        outcomes[0]["position"].as_str().unwrap(),
    ])
    .ends_with(0);
    let after = dev.board("spring-2026", "team");
    assert_ne!(after, before);
    dev.kill();
    let dev = Dev::start(folder.path());
    let log = dev.run(&["log", "stat", "-o", "json"]).ends_with(0).json();
    assert_eq!(log["bank"], "dev");
    wait_for(|| dev.board("spring-2026", "team") == after);
    // The read model can be deleted: folded again from the log, it is the same.
    assert_eq!(dev.end(), 0);
    let dev = Dev::start_with(folder.path(), &["--rebuild"]);
    wait_for(|| {
        let said = dev.run(&["standings", "spring-2026", "--board", "team"]);
        said.code == 0 && dev.board("spring-2026", "team") == after
    });
}

#[test]
fn an_event_that_is_sent_again_counts_once_and_a_contradiction_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    quickstart(&dev);
    let mut contradiction = card("c-1", "e-003", 5);
    contradiction["product"] = json!("classic");
    let outcomes = dev.emit(&[card("c-1", "e-001", 2), card("c-1", "e-001", 2), contradiction]);
    assert!(outcomes.iter().all(|outcome| outcome["status"] == "accepted"), "{outcomes:?}");
    let last = outcomes[2]["position"].as_str().unwrap();
    dev.run(&["standings", "spring-2026", "--board", "employee", "--min-position", last]).ends_with(0);
    assert_eq!(dev.board("spring-2026", "employee").0, ["1,e-001,5"]);
    let source = dev.run(&["sources", "show", "cards", "-o", "json"]).ends_with(0).json();
    let number = |field: &str| source[field].as_u64().or_else(|| source[field].as_str()?.parse().ok());
    assert_eq!(
        (number("counted"), number("duplicates"), number("conflicts")),
        (Some(1), Some(1), Some(1)),
        "{source}"
    );
}

#[test]
fn a_credit_for_an_unknown_employee_is_held_and_counts_once_the_employee_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    quickstart(&dev);
    let outcomes = dev.emit(&[card("c-1", "e-099", 2)]);
    assert_eq!(outcomes[0]["status"], "accepted");
    let last = outcomes[0]["position"].as_str().unwrap();
    let show = ["standings", "spring-2026", "--board", "employee", "--min-position", last, "-o", "json"];
    let said = dev.run(&show).ends_with(0).json();
    assert_eq!((&said["held"], &said["standings"]), (&json!(1), &json!([])));
    let organisation = "[[employees]]\nid = \"e-099\"\nname = \"New\"\n";
    dev.run(&["org", "apply", &file(folder.path(), "new.toml", organisation)]).ends_with(0);
    wait_for(|| dev.board("spring-2026", "employee").0 == ["1,e-099,5"]);
    assert_eq!(dev.run(&show).json()["held"], json!(0));
}

#[test]
fn what_is_applied_again_appends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    quickstart(&dev);
    let stat = || dev.run(&["log", "stat", "-o", "json"]).ends_with(0).json()["last_sequence"].clone();
    let before = stat();
    quickstart(&dev);
    dev.run(&["contest", "apply", "--dry-run", CONTEST]).ends_with(0);
    assert_eq!(stat(), before);
}

/// Waits, for a limited time, until a condition holds.
#[track_caller]
pub fn wait_for(condition: impl Fn() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < Duration::from_secs(20), "it did not become true in time");
        std::thread::sleep(Duration::from_millis(50));
    }
}
