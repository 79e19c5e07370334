//! Contest files without a server: errors and doubts with their lines, and the explanation in plain words.
//! With a server, what was checked here is published unchanged.

use serde_json::{Value, json};

use crate::support::{Dev, Said, file, longhu, root};

/// Two files that together use every key of a contest file.
const EVERY_WORD: [&str; 2] = ["deploy/examples/rounds.toml", "deploy/examples/scorecard.toml"];
/// In these the one warning is expected: their events have an amount, although their type does not require
/// one.
const WITH_AMOUNTS: [&str; 2] =
    ["deploy/examples/berka/loans-1997.toml", "deploy/examples/ebanking/contest.toml"];

/// Every contest file in `deploy`, in order.
fn shipped() -> Vec<String> {
    let mut folders = vec!["deploy/examples".to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() {
                folders.push(path);
            } else if std::fs::read_to_string(entry.path()).unwrap().contains("\n[[indicators]]\n") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Runs a command without any server.
fn alone(arguments: &[&str]) -> Said {
    let mut command = longhu();
    let command = command.env("LONGHU_SERVER", "http://127.0.0.1:1").current_dir(root()).args(arguments);
    Said::of(command.output().unwrap())
}

const CONTEST: &str = r#"id = "cards"
period = { from = 2026-01-01, to = 2026-03-31 }
boards = ["branch"]
overall = { places = [3, 5] }
[[rounds]]
id = "january"
from = 2026-01-01
to = 2026-01-31
[[rounds]]
id = "spring"
from = 2026-01-31
to = 2026-04-01
[[indicators]]
id = "cards"
events = ["card.issued"]
points = { tiers = "marginal", steps = [
  { from = 0, to = 10, per_unit = 5 },
  { from = 12, per_unit = 8 },
] }
windows = [{ from = 2026-02-01, to = 2026-02-02, times = 2 }]
caps = [
  { per = "round", points = -1 },
  { per = "day", points = 10, boards = ["team"] },
]
[[indicators]]
id = "rate"
measure = { ratio = "cards", to = "rate" }
"#;

#[test]
fn every_contradiction_of_a_file_is_shown_at_its_line_without_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "contest.toml", CONTEST);
    let said = alone(&["contest", "validate", &path]).ends_with(1);
    let expected = [
        (4, "overall.places[1]", "OUT_OF_ORDER"),
        (11, "rounds[1].from", "PERIODS_OVERLAP"),
        (12, "rounds[1].to", "OUTSIDE_PERIOD"),
        (18, "indicators[0].points.steps[1].from", "TIERS_HAVE_A_HOLE"),
        (20, "indicators[0].windows", "NO_POINTS_BY_EVENT"),
        (22, "indicators[0].caps[0].points", "OUT_OF_RANGE"),
        (23, "indicators[0].caps[1].boards[0]", "UNKNOWN_BOARD"),
        (23, "indicators[0].caps[1].per", "NO_POINTS_BY_EVENT"),
        (27, "indicators[1].measure.to", "RATIO_OF_ITSELF"),
    ];
    let told = said.err.lines().filter(|line| line.starts_with(&path)).collect::<Vec<_>>();
    assert_eq!(told.len(), expected.len(), "{}", said.err);
    for ((line, field, code), told) in expected.iter().zip(told) {
        let is_so =
            told.starts_with(&format!("{path}:{line}: {field}: ")) && told.ends_with(&format!("({code})"));
        assert!(is_so, "{line} {field} {code}: {told}");
    }
    let json = alone(&["contest", "validate", &path, "-o", "json"]).ends_with(1).json();
    let found: Vec<Value> = json["problems"].as_array().unwrap().clone();
    assert_eq!((&json["valid"], found.len()), (&json!(false), expected.len()));
    assert_eq!((&found[0]["line"], &found[0]["code"]), (&json!(4), &json!("OUT_OF_ORDER")));
}

#[test]
fn doubts_are_shown_and_are_not_failures() {
    let folder = tempfile::tempdir().unwrap();
    let doubtful = "id = \"x\"\nperiod = { from = 2026-01-01, to = 2026-01-31 }\nboards = [\"team\"]\n\
                    [[rounds]]\nid = \"r\"\nfrom = 2026-01-01\nto = 2026-01-30\n\
                    [[indicators]]\nid = \"i\"\nevents = [\"gift.sent\"]\npoints = \"none\"\n";
    let path = file(folder.path(), "contest.toml", doubtful);
    let said = alone(&["contest", "validate", &path]).ends_with(0);
    assert_eq!(said.out, "valid x\n");
    for line in
        ["contest.toml:4: rounds[0]: ", "contest.toml:10: indicators[0].events[0]: ", "contest.toml:11: "]
    {
        assert!(said.err.contains(line), "{line}: {}", said.err);
    }
    let json = alone(&["contest", "validate", &path, "-o", "json"]).ends_with(0).json();
    let codes: Vec<&str> = json["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|warning| warning["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["DAYS_IN_NO_ROUND", "UNKNOWN_TYPE", "GIVES_NOTHING"]);
    let broken = file(folder.path(), "broken.toml", "id = \n");
    let json = alone(&["contest", "validate", &broken, "-o", "json"]).ends_with(1).json();
    assert_eq!(json["problems"][0]["code"], "INVALID_TOML");
}

#[test]
fn every_example_is_valid_without_unexpected_doubts_and_explained_in_both_languages() {
    let examples = shipped();
    assert!(examples.len() >= 13, "{examples:?}");
    for example in &examples {
        let json = alone(&["contest", "validate", example, "-o", "json"]).ends_with(0).json();
        assert_eq!(json["valid"], true, "{example}");
        let warnings = json["warnings"].as_array().unwrap().iter();
        let codes: Vec<&str> = warnings.map(|warning| warning["code"].as_str().unwrap()).collect();
        let is_meant = WITH_AMOUNTS.contains(&example.as_str());
        assert_eq!(codes, if is_meant { vec!["FIELD_MAY_BE_ABSENT"] } else { vec![] }, "{example}");
        let english = alone(&["contest", "explain", example]).ends_with(0).out;
        assert!(english.contains("Total: "), "{english}");
        let chinese = alone(&["contest", "explain", example, "--lang", "zh"]).ends_with(0).out;
        assert!(chinese.contains("合计："), "{chinese}");
    }
    let json = alone(&["contest", "explain", EVERY_WORD[0], "-o", "json"]).ends_with(0).json();
    let ids: Vec<&str> =
        json["sections"].as_array().unwrap().iter().map(|section| section["id"].as_str().unwrap()).collect();
    let indicators = ["indicator:cards", "indicator:merchants", "indicator:second"];
    assert_eq!(ids, [&["who", "when"], &indicators[..], &["ranking", "example"]].concat());
}

#[test]
fn a_wrong_file_is_not_explained() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "contest.toml", CONTEST);
    let said = alone(&["contest", "explain", &path]).ends_with(1);
    assert!(said.out.is_empty() && said.err.contains("TIERS_HAVE_A_HOLE"), "{}", said.err);
}

#[test]
fn a_file_with_every_word_is_published_as_written_and_only_once() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    for example in EVERY_WORD {
        let apply = |more: &[&str]| {
            let arguments = [&["contest", "apply", example, "-o", "json"], more].concat();
            dev.run(&arguments).ends_with(0).json()
        };
        assert_eq!(apply(&["--dry-run"])["changed"], true);
        let first = apply(&["--no-wait"]);
        assert_eq!((&first["revision"], &first["changed"]), (&json!(1), &json!(true)));
        let second = apply(&["--no-wait"]);
        assert_eq!((&second["revision"], &second["changed"]), (&json!(1), &json!(false)));
    }
}
