//! Standings as they were known at an earlier point, through the command line: worked example 5 with its old
//! table, every position of a log compared with the oracle, a sealed result, and what is refused.

use jiff::civil::date;
use serde_json::{Value, json};

use crate::examples::{Bank, contest, entry, moved_on, outlets};
use crate::oracle::{
    BOARDS, CONTEST, EVENTS, ORGANISATION, assert_equal, card, computed, export, takes_back,
};
use crate::support::Dev;

/// A board as JSON; `more` are further arguments.
fn board(dev: &Dev, contest: &str, board: &str, more: &[&str]) -> Value {
    let arguments = [&["standings", contest, "--board", board, "-o", "json"], more].concat();
    dev.run(&arguments).ends_with(0).json()
}

/// An answer without the requested point.
fn without_point(mut answer: Value) -> Value {
    answer.as_object_mut().unwrap().remove("known_at");
    answer
}

#[test]
fn example_5_after_the_correction_of_march_the_old_table_is_shown_as_it_was_then_known() {
    let bank = Bank::given_with(&outlets("unit = \"A\"\n"));
    bank.apply(&contest("moved", (date(2026, 2, 1), date(2026, 2, 28)), 1, ""));
    bank.organise(&moved_on(date(2026, 2, 15)));
    let card = |day| {
        let credits = json!([{"employee": "li"}]);
        let more = json!({"subject": format!("card-{day}"), "quantity": 1, "credits": credits});
        entry(&format!("li-{day}"), date(2026, 2, day), more)
    };
    bank.when("moved", &[card(14), card(15)]);
    let old = ["branch", "employee"].map(|kind| board(&bank.dev, "moved", kind, &[]));
    assert_eq!(bank.says("moved")[1].0, ["1,A,1", "1,B,1"]);
    // The correction: it was the 10th.
    let (_, position) = bank.organise(&moved_on(date(2026, 2, 10)));
    let served = ["--min-position", position.as_deref().unwrap()];
    bank.dev.run(&[&["standings", "moved", "--board", "branch"], &served[..]].concat()).ends_with(0);
    assert_eq!(bank.says("moved")[1].0, ["1,B,2"]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (at, by) = (text(&old[0]["position"]), text(&old[0]["as_of"]));
    for point in [&at, &by] {
        for old in &old {
            let shown = board(&bank.dev, "moved", old["board"].as_str().unwrap(), &["--known-at", point]);
            assert_eq!(shown["known_at"], json!({"position": at, "time": by}));
            assert_eq!(&without_point(shown), old);
        }
        let table = ["standings", "moved", "--board", "branch", "--known-at", point];
        let said = bank.dev.run(&table).ends_with(0);
        assert!(
            said.out.starts_with(&format!("as then known at {at} (20"))
                && said.out.contains(" +08:00)\nmoved · branch · "),
            "{}",
            said.out
        );
        let csv = bank.dev.run(&[&table[..], &["-o", "csv"]].concat()).ends_with(0);
        assert_eq!(csv.out, "rank,participant,name,score\n1,A,A,1\n1,B,B,1\n");
        assert!(csv.err.contains(&format!("as then known at {at}")), "{}", csv.err);
    }
    // What is served has not changed by asking.
    assert_eq!(bank.says("moved")[1].0, ["1,B,2"]);
}

#[test]
fn at_every_position_of_a_log_the_boards_as_then_known_are_those_of_the_oracle() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    dev.run(&["org", "apply", ORGANISATION]).ends_with(0);
    dev.run(&["contest", "apply", CONTEST]).ends_with(0);
    dev.run(&["emit", EVENTS]);
    dev.emit(&[card("c-1", "e-001", "gold"), card("c-1", "e-002", "gold"), takes_back("r-1", "c-1")]);
    // Several units and employees change, all at once.
    dev.run(&["org", "apply", "deploy/examples/reorganisation.toml"]).ends_with(0);
    let sent = dev.emit(&[card("c-2", "e-003", "gold"), card("c-3", "e-002", "gold")]);
    let last = sent[1]["position"].as_str().unwrap().to_owned();
    let served: Vec<Value> =
        BOARDS.iter().map(|kind| board(&dev, "spring-2026", kind, &["--min-position", &last])).collect();
    let log = export(&dev, folder.path(), "log.jsonl");
    let entries = std::fs::read_to_string(&log).unwrap();
    let entries = entries.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let positions: Vec<String> =
        entries.map(|entry| entry["position"].as_str().unwrap().to_owned()).collect();
    let (mut before, mut within) = (0, 0);
    for position in &positions {
        let show = |kind: &&str| {
            let point = ["--known-at", position.as_str(), "-o", "json"];
            dev.run(&[&["standings", "spring-2026", "--board", kind], &point[..]].concat())
        };
        if show(&"branch").code == 3 {
            before += 1;
            continue;
        }
        let shown: Vec<Value> = BOARDS.iter().map(|kind| show(kind).ends_with(0).json()).collect();
        assert_equal(&computed(&log, &["--at", position]), &shown);
        within += 1;
        if *position == last {
            assert_eq!(shown.into_iter().map(without_point).collect::<Vec<_>>(), served);
        }
    }
    assert!(before > 5 && within > 15, "{before} and {within} of {positions:?}");
    let batches: std::collections::BTreeSet<&str> =
        positions.iter().map(|position| position.split('.').next().unwrap()).collect();
    assert!(batches.len() < positions.len() - 10, "most positions are within batches: {positions:?}");
}

#[test]
fn a_sealed_contest_shows_its_result_from_the_seal_on_and_participants_with_neighbours() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    dev.run(&["org", "apply", ORGANISATION]).ends_with(0);
    dev.run(&["contest", "apply", CONTEST]).ends_with(0);
    dev.run(&["emit", EVENTS]);
    dev.run(&["contest", "seal", "spring-2026"]).ends_with(0);
    let sent = dev.emit(&[card("c-1", "e-003", "gold")]);
    let late = sent[0]["position"].as_str().unwrap();
    let result = board(&dev, "spring-2026", "employee", &["--min-position", late]);
    let unsealed = board(&dev, "spring-2026", "employee", &["--unsealed"]);
    assert_ne!(result["digest"], unsealed["digest"]);
    let known =
        |more: &[&str]| board(&dev, "spring-2026", "employee", &[&["--known-at", late], more].concat());
    assert_eq!(without_point(known(&[])), result);
    assert_eq!(without_point(known(&["--unsealed"])), unsealed);
    assert_eq!(known(&[])["known_at"]["position"], late);
    let one = ["--participant", "e-003", "--around", "1", "--unsealed"];
    assert_eq!(without_point(known(&one)), board(&dev, "spring-2026", "employee", &one));
    let top = known(&["--top", "1", "--unsealed"]);
    assert_eq!((top["standings"].as_array().unwrap().len(), &top["total"]), (1, &unsealed["total"]));
    // Just before the seal it stood as it would without a seal, apart from what came later.
    let sealed_at = result["seal"]["position"].as_str().unwrap();
    let (sequence, _) = sealed_at.split_once('.').unwrap();
    let before = format!("{}.4095", sequence.parse::<u64>().unwrap() - 1);
    let then = board(&dev, "spring-2026", "employee", &["--known-at", &before]);
    assert_eq!((&then["seal"], &then["digest"]), (&Value::Null, &result["digest"]));
}

#[test]
fn an_unknown_point_is_refused_with_what_exists() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    dev.run(&["org", "apply", ORGANISATION]).ends_with(0);
    dev.run(&["contest", "apply", CONTEST]).ends_with(0);
    let at = |point: &str| dev.run(&["standings", "spring-2026", "--board", "branch", "--known-at", point]);
    let said = at("100000.0").ends_with(1).err;
    assert!(said.contains("POSITION_BEYOND_END") && said.contains("ends at "), "{said}");
    let said = at("2100-01-01T00:00:00Z").ends_with(1).err;
    assert!(said.contains("TIME_NOT_REACHED") && said.contains("ends at "), "{said}");
    for point in ["0.0", "1.0", "2020-01-01T00:00:00Z"] {
        let said = at(point).ends_with(3).err;
        assert!(
            said.contains("CONTEST_NOT_YET_DEFINED") && said.contains("it has been defined since "),
            "{said}"
        );
    }
    let said = at("2026-02-15").ends_with(2).err;
    assert!(said.contains("2026-03-01T09:00:00+08:00"), "{said}");
    let both = ["--known-at", "3.0", "--min-position", "3.0"];
    dev.run(&[&["standings", "spring-2026", "--board", "branch"], &both[..]].concat()).ends_with(2);
    dev.run(&["standings", "autumn", "--board", "branch", "--known-at", "3.0"]).ends_with(3);
}
