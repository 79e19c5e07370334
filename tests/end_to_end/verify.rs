//! Comparing the read model with the log, and computing contests again, through the commands that operations
//! use, with a read model that was damaged on purpose while it was closed. Nothing is repaired by hand.

use std::path::Path;

use longhu_core::fold::credit::reach::Reach;
use longhu_core::fold::ledger::leaf::LeafKey;
use longhu_core::types::pages::Pages;
use longhu_core::types::prefix::Prefix;
use longhu_store::Store;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::support::Dev;

const CONTEST: &str = "spring-2026";
/// Forty points, in 1/10,000 of a point.
const TOO_MUCH: i128 = 400_000;

/// The quickstart's bank with its events, all of them folded.
fn quickstart(folder: &Path) -> Dev {
    let dev = Dev::start(folder);
    dev.run(&["org", "apply", "deploy/examples/quickstart/organisation.toml"]).ends_with(0);
    dev.run(&["contest", "apply", "deploy/examples/quickstart/contest.toml"]).ends_with(0);
    let outcomes = dev.run(&["emit", "deploy/examples/quickstart/events.jsonl", "-o", "jsonl"]).json_lines();
    let last = outcomes.iter().rev().find_map(|outcome| outcome["position"].as_str()).unwrap().to_owned();
    dev.run(&["standings", CONTEST, "--board", "team", "--min-position", &last]).ends_with(0);
    dev
}

/// A leaf as it is stored; see the core's `leaf.rs`.
#[derive(Serialize, Deserialize)]
struct Leaf {
    key: LeafKey,
    live: i64,
    totals: Vec<(i128, i128)>,
    reach: Option<Reach>,
}

/// Gives the first employee with a leaf on disk more points than its entries give.
fn damage(read_model: &Path) {
    let store = Store::open(read_model).unwrap();
    let checkpoint = store.checkpoint().unwrap().unwrap();
    let (key, page) = store.scan(Prefix::Leaves.bytes()).unwrap().into_iter().next().unwrap();
    let mut page: Vec<Leaf> = postcard::from_bytes(&page).unwrap();
    let leaf = page.iter_mut().find(|leaf| leaf.key.person == leaf.key.holder).unwrap();
    leaf.totals[0].1 += TOO_MUCH;
    store.commit(&[(key, Some(postcard::to_allocvec(&page).unwrap()))], &checkpoint).unwrap();
}

fn scores(dev: &Dev) -> Value {
    let said = dev.run(&["standings", CONTEST, "--board", "employee", "-o", "json"]).ends_with(0).json();
    let rows = said["standings"].as_array().unwrap().iter();
    rows.map(|row| (row["participant"].as_str().unwrap().to_owned(), row["score"].clone())).collect()
}

#[test]
fn a_damaged_read_model_is_found_down_to_the_row_and_repaired_by_computing_the_contest_again() {
    let folder = tempfile::tempdir().unwrap();
    let dev = quickstart(folder.path());
    let clean = dev.run(&["verify", "-o", "json"]).ends_with(0).json();
    assert_eq!((&clean["equal"], &clean["difference"]), (&json!(true), &Value::Null));
    let (right, before) = (scores(&dev), dev.board(CONTEST, "team"));
    assert_eq!(dev.end(), 0);
    damage(&folder.path().join("data/read-model"));

    let dev = Dev::start(folder.path());
    let wrong = scores(&dev);
    assert_ne!(wrong, right);
    let said = dev.run(&["verify", "-o", "json"]).ends_with(1);
    let found = said.json();
    let difference = &found["difference"];
    assert_eq!((&difference["contest"], &difference["board"]), (&json!(CONTEST), &json!("employee")));
    let participant = difference["participant"].as_str().unwrap();
    let number = |value: &Value| -> f64 { value.to_string().trim_matches('"').parse().unwrap() };
    let told = |side: &str| number(&difference[side]["score"]);
    assert_eq!(told("read_model"), number(&wrong[participant]));
    assert_eq!(told("refolded"), number(&right[participant]));
    assert_eq!(told("read_model") - told("refolded"), 40.0);
    // The journal is intact: both list the same entries, and the row is not their sum.
    let account = &difference["account"];
    assert_eq!(account["read_model_entries"], account["refolded_entries"]);
    assert_eq!(number(&account["read_model_points"]), told("refolded"));
    assert_eq!(account["entry"], Value::Null);
    assert!(said.err.contains(&format!("next: `longhu rebuild {CONTEST}`")), "{}", said.err);
    let text = dev.run(&["verify", CONTEST]).ends_with(1).out;
    assert!(text.contains(&format!("is of {participant}\n")), "{text}");
    assert!(text.contains("both list the same entries, but the row is not their sum"), "{text}");

    let rebuilt = dev.run(&["rebuild", CONTEST, "-o", "json"]).ends_with(0).json();
    let boards = rebuilt["contests"][0]["boards"].as_array().unwrap().clone();
    assert!(boards.iter().all(|board| board["changed"] == true), "{rebuilt}");
    assert_eq!((scores(&dev), dev.board(CONTEST, "team")), (right, before));
    let clean = dev.run(&["verify", CONTEST]).ends_with(0).out;
    assert!(clean.starts_with("equal: 3 boards and 0 sealed results, after "), "{clean}");
    assert_eq!(dev.end(), 0);
}

#[test]
fn an_undamaged_contest_is_the_same_when_it_is_computed_again() {
    let folder = tempfile::tempdir().unwrap();
    let dev = quickstart(folder.path());
    let before = dev.board(CONTEST, "branch");
    let rebuilt = dev.run(&["rebuild", "--all", "-o", "json"]).ends_with(0).json();
    let contest = &rebuilt["contests"][0];
    assert_eq!((&contest["contest"], rebuilt["contests"].as_array().unwrap().len()), (&json!(CONTEST), 1));
    let boards = contest["boards"].as_array().unwrap();
    assert!(boards.len() == 3 && boards.iter().all(|board| board["changed"] == false), "{rebuilt}");
    assert_eq!(dev.board(CONTEST, "branch"), before);
    let text = dev.run(&["rebuild", CONTEST]).ends_with(0).out;
    assert_eq!(text.matches("the same\n").count(), 3, "{text}");
}

#[test]
fn unknown_names_are_refused_before_anything_begins() {
    let folder = tempfile::tempdir().unwrap();
    let dev = quickstart(folder.path());
    let said = dev.run(&["rebuild", CONTEST, "autumn"]).ends_with(3);
    assert!(said.out.is_empty() && said.err.contains("autumn"), "{}", said.err);
    let shown = dev.run(&["contest", "show", CONTEST, "-o", "json"]).ends_with(0).out;
    assert!(!shown.to_lowercase().contains("stale"), "{shown}");
    dev.run(&["verify", "autumn"]).ends_with(3);
    dev.run(&["rebuild"]).ends_with(2);
    dev.run(&["rebuild", "--all", CONTEST]).ends_with(2);
}
