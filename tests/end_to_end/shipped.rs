//! The small examples in `deploy/examples`, through the commands given in their files: every row of every
//! board and round must be as computed by hand beside the contest, in whatever order events arrive.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::expected::check;
use crate::support::{Dev, root};

/// An example: a contest's file, the commands in the comments at its start, and its standings as computed by
/// hand.
struct Example {
    contest: String,
    commands: Vec<String>,
    expected: String,
}

/// Every contest of the bank that the small examples share, if it has expected standings. A new example needs
/// only its files.
fn examples() -> Vec<Example> {
    let mut found = Vec::new();
    for folder in files(&root().join("deploy/examples")).iter().filter(|path| path.is_dir()) {
        for file in files(folder) {
            let name = file.file_name().unwrap().to_str().unwrap();
            let Some(contest) = name.strip_suffix("expected.csv") else { continue };
            let definition =
                if contest.is_empty() { "contest.toml".to_owned() } else { format!("{contest}toml") };
            let text = std::fs::read_to_string(folder.join(definition)).unwrap();
            let commands: Vec<String> =
                text.lines().filter_map(|line| line.strip_prefix("#   longhu ")).map(str::to_owned).collect();
            // The others have their own bank.
            if commands.first().is_some_and(|first| first == ORGANISE) {
                let id =
                    text.lines().find_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"')).unwrap();
                let expected = file.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
                found.push(Example { contest: id.to_owned(), commands, expected });
            }
        }
    }
    assert!(found.len() >= 14, "only {} examples were found: where did they go?", found.len());
    found
}

/// The first command of each.
const ORGANISE: &str = "org apply deploy/examples/organisation.toml";

/// The files in a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// The different commands of all examples whose first word is accepted, in order.
fn commands(examples: &[Example], passes: impl Fn(&str) -> bool) -> Vec<Vec<&str>> {
    let mut found: Vec<Vec<&str>> = Vec::new();
    for command in examples.iter().flat_map(|example| &example.commands) {
        let words: Vec<&str> = command.split(' ').collect();
        if passes(words[0]) && !found.contains(&words) {
            found.push(words);
        }
    }
    found
}

/// Runs the commands whose first word is accepted.
fn run(dev: &Dev, examples: &[Example], passes: impl Fn(&str) -> bool) {
    commands(examples, passes).iter().for_each(|words| {
        dev.run(words).ends_with(0);
    });
}

/// A decision other than the organisation.
fn is_decision(word: &str) -> bool {
    ["calendar", "contest", "targets"].contains(&word)
}

/// Checks that all tables are as expected. Returns their digests.
fn checked(dev: &Dev, examples: &[Example]) -> Vec<String> {
    examples.iter().flat_map(|example| check(dev, &example.contest, &example.expected)).collect()
}

#[test]
fn every_small_example_has_the_standings_computed_by_hand_also_in_reverse() {
    let examples = examples();
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    run(&dev, &examples, |word| word == "org");
    run(&dev, &examples, is_decision);
    run(&dev, &examples, |word| word == "emit");
    let forwards = checked(&dev, &examples);
    run(&dev, &examples, |word| word == "standings");
    the_scorecard_shows_how_its_points_are_computed(&dev);
    // Folding the log once more gives the same, including rounds.
    dev.run(&["verify"]).ends_with(0);

    // Another bank gets all events first, the last event of each file before the others, and its employees
    // last.
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    for words in commands(&examples, |word| word == "emit") {
        let text = std::fs::read_to_string(root().join(words[1])).unwrap();
        let events: Vec<Value> = text.lines().rev().map(|line| serde_json::from_str(line).unwrap()).collect();
        let outcomes = dev.emit(&events);
        assert!(outcomes.iter().all(|outcome| outcome["status"] == "accepted"), "{outcomes:?}");
    }
    run(&dev, &examples, |word| word == "org");
    run(&dev, &examples, is_decision);
    assert_eq!(checked(&dev, &examples), forwards);
}

/// Checks what the comments of `ebanking/expected.csv` say about two outlets, by indicator, and the working
/// days of the quarter.
fn the_scorecard_shows_how_its_points_are_computed(dev: &Dev) {
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
