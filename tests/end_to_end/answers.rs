//! Queries of a contest with rounds, through the command line: each round's table, the whole by places, the
//! ranking by one indicator, the same as known earlier and after the seal, and names that do not exist.

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::examples::{Bank, entry};
use crate::scorecards::{figure, table};
use crate::support::file;

const ORGANISATION: &str = r#"
[[units]]
id = "A"
kind = "branch"
name = "A"
[[units]]
id = "B"
kind = "branch"
name = "B"
[[units]]
id = "C"
kind = "branch"
name = "C"
"#;

/// Two rounds that give points for places, on cards and visits.
const LEAGUE: &str = r#"
id = "league"
period = { from = 2026-01-01, to = 2026-02-28 }
boards = ["branch"]
overall = { places = [5, 3, 1] }
tie_breaks = ["name"]
[[rounds]]
id = "r1"
name = { zh = "第一期", en = "First" }
from = 2026-01-01
to = 2026-01-31
[[rounds]]
id = "r2"
from = 2026-02-01
to = 2026-02-28
[[indicators]]
id = "cards"
events = ["card.issued"]
measure = "quantity"
points = { weight = 100 }
[[indicators]]
id = "visits"
events = ["visit.made"]
points = { per_unit = 2 }
"#;

const PLAN: &str = "participant,round,cards\nA,r1,10\nB,r1,10\nC,r1,10\nA,r2,20\nB,r2,20\nC,r2,20\n";

fn cards(branch: &str, day: Date, count: u32) -> Value {
    let id = format!("{branch}-{day}");
    entry(&id, day, json!({"branch": branch, "subject": id, "quantity": count}))
}

fn visit(branch: &str, day: Date, id: &str) -> Value {
    entry(id, day, json!({"type": "visit.made", "branch": branch, "customer": id}))
}

/// The league with the events of both rounds. Returns the positions of the first round's last event and of
/// the last event.
fn league() -> (Bank, String, String) {
    let bank = Bank::given_with(ORGANISATION);
    bank.apply(LEAGUE);
    let path = file(bank.folder.path(), "plan.csv", PLAN);
    bank.dev.run(&["targets", "apply", &path, "--contest", "league"]).ends_with(0);
    let (january, february) = (date(2026, 1, 15), date(2026, 2, 16));
    // 120, 50 and 12 points; 2 of the 12 are for a visit.
    let first = bank.emit(&[
        cards("A", january, 12),
        cards("B", january, 5),
        cards("C", january, 1),
        visit("C", january, "v1"),
    ]);
    // 10, 100 and 150 points.
    let last = bank.emit(&[cards("A", february, 2), cards("B", february, 20), cards("C", february, 30)]);
    bank.dev.run(&["standings", "league", "--board", "branch", "--min-position", &last]).ends_with(0);
    (bank, first, last)
}

/// Rows as `rank participant score`.
fn rows(table: &Value) -> Vec<String> {
    let rows = table["standings"].as_array().unwrap().iter();
    rows.map(|row| format!("{} {} {}", row["rank"], row["participant"].as_str().unwrap(), row["score"]))
        .collect()
}

fn ask(bank: &Bank, more: &[&str]) -> Value {
    table(bank, "league", "branch", more)
}

#[test]
fn each_round_has_its_table_and_the_whole_is_made_of_places() {
    let (bank, _, _) = league();
    let first = ask(&bank, &["--round", "r1"]);
    assert_eq!(rows(&first), ["1 A 120", "2 B 50", "3 C 12"]);
    assert_eq!((&first["round"], &first["elapsed"]), (&"r1".into(), &json!({"days": 31, "total_days": 31})));
    assert_eq!(figure(&first, "C", "visits", "points"), 2);
    assert_eq!(figure(&first, "A", "cards", "target"), 10);
    assert_eq!(figure(&first, "A", "cards", "completion"), 1.2);
    let second = ask(&bank, &["--round", "r2"]);
    assert_eq!(rows(&second), ["1 C 150", "2 B 100", "3 A 10"]);
    assert_eq!(figure(&second, "A", "cards", "target"), 20);
    // 5 + 1, 3 + 3 and 1 + 5 are equal, so the tie-break by name decides. Rows are ranked by score, so none
    // has a key.
    let whole = ask(&bank, &[]);
    assert_eq!(rows(&whole), ["1 A 6", "2 B 6", "3 C 6"]);
    assert!(whole.get("round").is_none() && whole["standings"][0].get("key").is_none());
    assert_eq!(whole["elapsed"], json!({"days": 59, "total_days": 59}));
    assert_eq!(figure(&whole, "C", "cards", "target"), 30, "the sum of the rounds'");
    assert_eq!(figure(&whole, "C", "cards", "value"), 31);
    let text = bank.dev.run(&["standings", "league", "--board", "branch", "--round", "r1"]).ends_with(0).out;
    assert!(text.starts_with("league · branch, round r1 · position "), "{text}");
    let own = ["standings", "league", "--board", "branch", "--round", "r1", "--participant", "B"];
    let text = bank.dev.run(&own).ends_with(0).out;
    assert!(text.contains("\nB has\n") && text.ends_with("\n70 points behind rank 1; 3 rows\n"), "{text}");
    let shown = bank.dev.run(&["contest", "show", "league"]).ends_with(0).out;
    assert!(shown.contains("r1     2026-01-01 … 2026-01-31  第一期 / First"), "{shown}");
    assert!(shown.contains("branch, round r2     3  "), "{shown}");
    let shown = bank.dev.run(&["contest", "show", "league", "-o", "json"]).ends_with(0).json();
    assert_eq!(shown["boards"][0]["rounds"][1]["digest"], second["digest"]);
}

#[test]
fn a_single_indicator_ranks_by_its_value_alone() {
    let (bank, _, _) = league();
    let by_cards = ask(&bank, &["--indicator", "cards"]);
    let keys = |table: &Value| -> Vec<String> {
        let rows = table["standings"].as_array().unwrap().iter();
        rows.map(|row| format!("{} {} {}", row["rank"], row["participant"].as_str().unwrap(), row["key"]))
            .collect()
    };
    assert_eq!(keys(&by_cards), ["1 C 31", "2 B 25", "3 A 14"]);
    let by_visits = ask(&bank, &["--indicator", "visits", "--round", "r1"]);
    assert_eq!(keys(&by_visits), ["1 C 1", "2 A 0", "2 B 0"], "no name breaks a tie of values");
    assert_eq!(by_visits["digest"], ask(&bank, &["--round", "r1"])["digest"], "the digest is the table's");
    let own = ["standings", "league", "--board", "branch", "--indicator", "cards", "--participant", "A"];
    let text = bank.dev.run(&own).ends_with(0).out;
    assert!(text.ends_with("\n11 behind rank 2 in cards; 3 rows\n"), "{text}");
    let two = ask(&bank, &["--indicator", "cards", "--top", "2"]);
    assert_eq!(keys(&two), ["1 C 31", "2 B 25"]);
}

#[test]
fn a_round_is_shown_as_it_was_known_earlier() {
    let (bank, first, last) = league();
    let then = ask(&bank, &["--round", "r2", "--known-at", &first]);
    assert!(rows(&then).is_empty(), "{then}");
    let then = ask(&bank, &["--round", "r1", "--known-at", &first]);
    let mut now = ask(&bank, &["--round", "r1"]);
    assert_eq!((&then["standings"], &then["digest"]), (&now["standings"], &now["digest"]));
    assert_eq!(rows(&ask(&bank, &["--known-at", &first])), ["1 A 5", "2 B 3", "3 C 1"]);
    now = ask(&bank, &["--indicator", "cards"]);
    let then = ask(&bank, &["--indicator", "cards", "--known-at", &last]);
    assert_eq!(then["standings"], now["standings"]);
}

#[test]
fn a_sealed_contest_still_shows_rounds_figures_and_single_rankings() {
    let (bank, _, _) = league();
    let asked: [&[&str]; 4] =
        [&[], &["--round", "r1"], &["--round", "r2"], &["--round", "r2", "--indicator", "cards"]];
    let before = asked.map(|more| ask(&bank, more));
    bank.dev.run(&["contest", "seal", "league", "--force", "--reason", "试封"]).ends_with(0);
    // What comes now only changes how it would stand unsealed.
    let late = bank.emit(&[cards("A", date(2026, 2, 20), 40)]);
    for (more, before) in asked.iter().zip(&before) {
        let sealed = ask(&bank, &[more, &["--min-position", &late][..]].concat());
        for name in ["standings", "digest", "elapsed", "total"] {
            assert_eq!(sealed[name], before[name], "{name} of {more:?}");
        }
        assert!(sealed.get("seal").is_some());
    }
    assert_eq!(rows(&ask(&bank, &["--round", "r2", "--unsealed"]))[0], "1 A 210");
    let moves = bank.dev.run(&["contest", "late", "league", "-o", "json"]).ends_with(0).json();
    let of_round = moves["moves"].as_array().unwrap().iter().filter(|one| one["round"] == "r2");
    assert_eq!(of_round.count(), 3);
    let same = bank.dev.run(&["verify", "league", "-o", "json"]).ends_with(0).json();
    let tables = same["boards"].as_array().unwrap();
    assert_eq!((same["equal"].as_bool(), tables.len()), (Some(true), 4), "{same}");
    assert_eq!(tables.iter().filter(|table| table["round"] == "r1").count(), 1);
    let rebuilt = bank.dev.run(&["rebuild", "league"]).ends_with(0).out;
    assert!(rebuilt.contains("branch, round r1") && !rebuilt.contains("another"), "{rebuilt}");
}

#[test]
fn unknown_rounds_and_indicators_are_refused_with_the_known_ones() {
    let (bank, _, last) = league();
    for (more, code, known) in [
        (["--round", "r3"], "ROUND_NOT_FOUND", "it has r1, r2"),
        (["--indicator", "card"], "INDICATOR_NOT_FOUND", "it has cards, visits"),
    ] {
        for known_at in [&[][..], &["--known-at", &last]] {
            let arguments = [&["standings", "league", "--board", "branch"], &more[..], known_at].concat();
            let said = bank.dev.run(&arguments).ends_with(3).err;
            assert!(said.contains(code) && said.contains(known), "{said}");
        }
    }
}
