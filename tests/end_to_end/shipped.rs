//! The small examples that ship in `deploy/examples`, through the commands that their files name: every row of every board
//! and round is the one that was worked out by hand beside the contest, in whatever order things come.

use serde_json::{Value, json};

use crate::expected::check;
use crate::support::{Dev, root};

/// Contests with their files, and where their standings are worked out.
const CONTESTS: [(&str, &str, &str); 14] = [
    ("kaimenhong-2026", "spring/contest.toml", "spring/expected.csv"),
    ("ebanking-2025-q4", "ebanking/contest.toml", "ebanking/expected.csv"),
    ("deposits-growth-2025-06", "deposits/growth.toml", "deposits/growth.expected.csv"),
    ("deposits-average-2025-06", "deposits/average.toml", "deposits/average.expected.csv"),
    ("active-rate-2025-05", "active-rate/contest.toml", "active-rate/expected.csv"),
    ("cross-sell-2025", "cross-sell/contest.toml", "cross-sell/expected.csv"),
    ("visits-dense-2025-07", "visits/dense.toml", "visits/dense.expected.csv"),
    ("visits-ordinal-2025-07", "visits/ordinal.toml", "visits/ordinal.expected.csv"),
    ("visits-per-head-2025-07", "visits/per-head.toml", "visits/per-head.expected.csv"),
    ("visits-improvement-2025-07", "visits/improvement.toml", "visits/improvement.expected.csv"),
    ("visits-completion-2025-07", "visits/completion.toml", "visits/completion.expected.csv"),
    ("service-2025-08", "accounts/service.toml", "accounts/service.expected.csv"),
    ("income-2025-08", "accounts/income.toml", "accounts/income.expected.csv"),
    ("accounts-net-2025-08", "accounts/net.toml", "accounts/net.expected.csv"),
];
const EVENTS: [&str; 7] =
    ["spring", "ebanking", "deposits", "active-rate", "cross-sell", "visits", "accounts"];

fn example(name: &str) -> String {
    format!("deploy/examples/{name}")
}

/// The decisions: contests, a calendar, a plan.
fn decide(dev: &Dev) {
    dev.run(&["calendar", "apply", &example("ebanking/calendar.toml")]).ends_with(0);
    for (_, file, _) in CONTESTS {
        dev.run(&["contest", "apply", &example(file)]).ends_with(0);
    }
    let plan = example("ebanking/targets.csv");
    dev.run(&["targets", "apply", &plan, "--contest", "ebanking-2025-q4"]).ends_with(0);
    let plan = example("visits/plan.csv");
    dev.run(&["targets", "apply", &plan, "--contest", "visits-completion-2025-07"]).ends_with(0);
    let plan = example("accounts/income-plan.csv");
    dev.run(&["targets", "apply", &plan, "--contest", "income-2025-08"]).ends_with(0);
    let plan = example("accounts/service-plan.csv");
    dev.run(&["targets", "apply", &plan, "--contest", "service-2025-08"]).ends_with(0);
}

fn organise(dev: &Dev) {
    dev.run(&["org", "apply", &example("organisation.toml")]).ends_with(0);
}

/// All tables are the expected ones; their digests.
fn checked(dev: &Dev) -> Vec<String> {
    CONTESTS.iter().flat_map(|(contest, _, expected)| check(dev, contest, &example(expected))).collect()
}

#[test]
fn every_small_example_stands_as_it_was_worked_out_by_hand_also_backwards() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    organise(&dev);
    decide(&dev);
    for name in EVENTS {
        dev.run(&["emit", &example(&format!("{name}/events.jsonl"))]).ends_with(0);
    }
    let forwards = checked(&dev);
    the_scorecard_tells_how_its_points_came_about(&dev);
    // The log folded once more says the same, rounds included.
    dev.run(&["verify"]).ends_with(0);

    // Another bank hears of every event first, the last one of each file before the others, and of its people last.
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    for name in EVENTS {
        let text = std::fs::read_to_string(root().join(example(&format!("{name}/events.jsonl")))).unwrap();
        let events: Vec<Value> = text.lines().rev().map(|line| serde_json::from_str(line).unwrap()).collect();
        let outcomes = dev.emit(&events);
        assert!(outcomes.iter().all(|outcome| outcome["status"] == "accepted"), "{outcomes:?}");
    }
    organise(&dev);
    decide(&dev);
    assert_eq!(checked(&dev), forwards);
}

/// What the comments of `ebanking/expected.csv` say of two outlets, indicator by indicator, and the working days of the quarter.
fn the_scorecard_tells_how_its_points_came_about(dev: &Dev) {
    let ask = ["standings", "ebanking-2025-q4", "--board", "outlet", "--figures", "-o", "json"];
    let said = dev.run(&ask).ends_with(0).json();
    assert_eq!(said["elapsed"], json!({"days": 61, "total_days": 61, "calendar": "cn-2025"}));
    let of = |participant: &str, number: &str| -> Vec<Value> {
        let rows = said["standings"].as_array().unwrap();
        let row = rows.iter().find(|row| row["participant"] == participant).unwrap();
        row["figures"].as_array().unwrap().iter().map(|figure| figure[number].clone()).collect()
    };
    let points =
        [json!(5), json!(15), json!(15), json!(0), json!(5), json!(15), json!(24), json!(10), json!(0)];
    assert_eq!(of("huayuan", "points"), points);
    let points =
        [json!(10), json!(15), json!(6), json!(5), json!(5), json!(0), json!(0), json!(19.5), json!(-6)];
    assert_eq!(of("jiefang-lu", "points"), points);
    let done = [
        json!(1),
        json!(1),
        json!(0.25),
        json!(1.5),
        json!(1),
        json!(0),
        json!(0.5333),
        json!(1.5),
        json!(null),
    ];
    assert_eq!(of("jiefang-lu", "completion"), done);
}
