//! Hand-overs of customers through the real commands: who is credited from which day on, that the log only
//! contains pseudonyms, and how each invalid one is refused. Afterwards the boards are checked against the
//! log.

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::examples::{Bank, contest, entry, outlets};
use crate::oracle::export;
use crate::support::{Dev, file, longhu};

const FEBRUARY: (Date, Date) = (date(2026, 2, 1), date(2026, 2, 28));

/// A card that `li` sold to a customer, or without naming one.
fn card(id: &str, day: i8, customer: Option<&str>) -> Value {
    let more = json!({"subject": format!("card-{id}"), "credits": [{"employee": "li"}]});
    let mut card = entry(id, date(2026, 2, day), more);
    if let Some(customer) = customer {
        card["customer"] = json!(customer);
    }
    card
}

/// `li` at A with the cards of four customers, `wang` at B without any.
fn bank() -> Bank {
    let bank = Bank::given_with(&outlets("unit = \"A\"\n"));
    bank.apply(&contest("moved", FEBRUARY, 1, ""));
    bank.when(
        "moved",
        &[
            card("1", 13, Some("KUNDE-4711")),
            card("2", 14, Some("KUNDE-4711")),
            card("3", 15, Some("KUNDE-4711")),
            card("4", 16, Some("KUNDE-4712")),
            card("5", 15, Some("KUNDE-4713")),
            card("6", 20, None),
        ],
    );
    bank
}

/// A hand-over from `li` to `wang`.
fn hand_over(day: i8, more: &str) -> String {
    let head = "[[hand_overs]]\nid = \"h-1\"\nfrom = \"li\"\nto = \"wang\"";
    format!("{head}\nstart_date = 2026-02-{day:02}\n{more}\n")
}

const TWO: &str = "customers = [\"KUNDE-4712\", \"KUNDE-4711\"]";

/// Employees and outlets after a hand-over.
fn after(bank: &Bank, organisation: &str) -> [Vec<String>; 2] {
    let (changes, position) = bank.organise(organisation);
    assert_eq!(changes, 1);
    let show = ["standings", "moved", "--board", "branch", "--min-position", &position.unwrap()];
    bank.dev.run(&show).ends_with(0);
    ["employee", "branch"].map(|board| bank.then("moved", board))
}

/// Digests by board, computed by the oracle from the whole log.
pub fn by_oracle(dev: &Dev, folder: &std::path::Path, contest: &str) -> Vec<(String, String)> {
    let log = export(dev, folder, "log.jsonl");
    let output = longhu().args(["oracle", "--log", &log, contest, "-o", "json"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |board: &Value, field: &str| board[field].as_str().unwrap().to_owned();
    let boards = told["contests"][0]["boards"].as_array().unwrap().iter();
    boards.map(|board| (text(board, "board"), text(board, "digest"))).collect()
}

/// Asserts that verify and the oracle agree with what is served, now and after a restart.
pub fn assert_sound(bank: Bank, contest: &str) {
    let Bank { folder, dev } = bank;
    let check = |dev: &Dev| {
        let verified = dev.run(&["verify", "-o", "json"]).ends_with(0).json();
        assert_eq!(verified["equal"], json!(true), "{verified}");
        let oracle = by_oracle(dev, folder.path(), contest);
        assert!(!oracle.is_empty());
        let served = oracle.iter().map(|(board, _)| (board.clone(), dev.board(contest, board).1));
        assert_eq!(served.collect::<Vec<_>>(), oracle);
        oracle
    };
    let before = check(&dev);
    assert_eq!(dev.end(), 0);
    let dev = Dev::start(folder.path());
    assert_eq!(check(&dev), before);
    assert_eq!(dev.end(), 0);
}

#[test]
fn customers_count_for_their_new_holder_from_the_day_on_and_the_others_stay() {
    let bank = bank();
    let untouched = bank.says("moved");
    assert_eq!(bank.then("moved", "employee"), ["1,li,6"]);
    let both = |people: [&str; 2], outlets: [&str; 2]| {
        [people, outlets].map(|rows| rows.map(str::to_owned).to_vec())
    };
    assert_eq!(after(&bank, &hand_over(15, TWO)), both(["1,li,4", "2,wang,2"], ["1,A,4", "2,B,2"]));
    assert_eq!(bank.organise(&hand_over(15, TWO)), (0, None), "the same file again changes nothing");
    let turned = "customers = [\"KUNDE-4711\", \"KUNDE-4712\", \"KUNDE-4711\"]";
    assert_eq!(bank.organise(&hand_over(15, turned)), (0, None), "neither does another order");
    // Later cards follow it as well.
    bank.when("moved", &[card("7", 14, Some("KUNDE-4712")), card("8", 17, Some("KUNDE-4712"))]);
    assert_eq!(bank.then("moved", "employee"), ["1,li,5", "2,wang,3"]);
    // The correction: it was the 14th.
    assert_eq!(after(&bank, &hand_over(14, TWO)), both(["1,wang,5", "2,li,3"], ["1,B,5", "2,A,3"]));
    // All customers, and cards without a customer, but only until the 16th.
    let all = hand_over(14, "all_customers = true\nend_date = 2026-02-16");
    assert_eq!(after(&bank, &all), both(["1,wang,5", "2,li,3"], ["1,B,5", "2,A,3"]));
    let all = hand_over(14, "all_customers = true");
    assert_eq!(after(&bank, &all), both(["1,wang,7", "2,li,1"], ["1,B,7", "2,A,1"]));
    assert_sound(bank, "moved");

    // Once it is removed, everything is as if it had never been applied.
    let bank = self::bank();
    after(&bank, &hand_over(15, TWO));
    after(&bank, &hand_over(15, "customers = []"));
    assert_eq!(bank.says("moved"), untouched);
}

#[test]
fn the_log_has_only_pseudonyms_of_customers_who_were_handed_over() {
    let bank = bank();
    bank.organise(&hand_over(15, TWO));
    let log = bank.dev.run(&["log", "export"]).ends_with(0);
    assert!(!log.out.contains("KUNDE"), "{}", log.out);
    let lines = log.json_lines();
    let stored = lines.iter().find_map(|line| line["control"].get("hand_over")).unwrap();
    let customers = stored["customers"].as_array().unwrap();
    let events: Vec<&Value> = lines.iter().filter_map(|line| line["event"].get("customer")).collect();
    assert_eq!(customers.len(), 2);
    assert!(customers.iter().all(|customer| events.contains(&customer)), "{stored}");
    // A dry run does not print or store raw ids either.
    let path = file(bank.folder.path(), "h.toml", &hand_over(14, TWO));
    let said = bank.dev.run(&["org", "apply", &path, "--dry-run"]).ends_with(0).out;
    assert!(said.contains("\nhand-over h-1\n  start_date: 2026-02-15 → 2026-02-14\n"), "{said}");
    assert!(!said.contains("KUNDE"), "{said}");
    let others = hand_over(15, "customers = [\"KUNDE-4711\", \"KUNDE-4713\"]");
    let path = file(bank.folder.path(), "h.toml", &others);
    let said = bank.dev.run(&["org", "apply", &path, "--dry-run"]).ends_with(0).out;
    assert!(said.contains("customers: 2 pseudonyms → 2 pseudonyms, 1 of them new\n"), "{said}");
}

#[test]
fn each_wrong_hand_over_is_refused_with_file_line_field_and_code() {
    let bank = bank();
    bank.organise(&hand_over(15, TWO));
    let before = bank.dev.run(&["log", "stat", "-o", "json"]).ends_with(0).out;
    let second = |rest: &str| format!("[[hand_overs]]\nid = \"h-2\"\n{rest}\n");
    let parties = "from = \"li\"\nto = \"wang\"\n";
    let cases = [
        (
            second("from = \"qian\"\nto = \"wang\"\nstart_date = 2026-02-01\nall_customers = true"),
            "3: hand_overs[0].from",
            "UNKNOWN_EMPLOYEE",
        ),
        (
            second("from = \"li\"\nto = \"A\"\nstart_date = 2026-02-01\nall_customers = true"),
            "4: hand_overs[0].to",
            "UNKNOWN_EMPLOYEE",
        ),
        (
            second("from = \"li\"\nto = \"li\"\nstart_date = 2026-02-01\nall_customers = true"),
            "4: hand_overs[0].to",
            "HANDED_TO_ITSELF",
        ),
        (
            second(&format!("{parties}start_date = 2026-02-02\nend_date = 2026-02-01\nall_customers = true")),
            "6: hand_overs[0].end_date",
            "DATES_REVERSED",
        ),
        (
            second(&format!("{parties}start_date = 2026-02-20\ncustomers = [\"x\", \"KUNDE-4711\"]")),
            "5: hand_overs[0].start_date",
            "OVERLAPPING_HAND_OVERS",
        ),
        (
            second(&format!("{parties}start_date = 2026-02-20\ncustomers = [\"x\"]\nall_customers = true")),
            "6: hand_overs[0].customers",
            "CONTRADICTION",
        ),
        (second(&format!("{parties}start_date = 2026-02-20")), "1: hand_overs[0].customers", "MISSING_FIELD"),
        (second(&format!("{parties}all_customers = true")), "1: hand_overs[0].start_date", "MISSING_FIELD"),
        (
            second("to = \"wang\"\nstart_date = 2026-02-01\nall_customers = true"),
            "1: hand_overs[0].from",
            "MISSING_FIELD",
        ),
        (
            second(&format!("{parties}start_date = 2026-02-20\ncustomers = [\"x\", \"\"]")),
            "6: hand_overs[0].customers[1]",
            "MISSING_FIELD",
        ),
        (
            second(&format!("{parties}start_date = 2026-02-20\nclients = [\"x\"]")),
            "6: hand_overs[0].clients",
            "UNKNOWN_FIELD",
        ),
    ];
    for (text, place, code) in cases {
        let path = file(bank.folder.path(), "wrong.toml", &text);
        for more in [&["--dry-run"][..], &[]] {
            let said = bank.dev.run(&[&["org", "apply", &path], more].concat()).ends_with(1);
            assert!(said.err.contains(&format!("wrong.toml:{place}: ")), "{place} {code}: {}", said.err);
            assert!(
                said.err.contains(&format!("({code})")) && said.out.is_empty(),
                "{place} {code}: {}",
                said.err
            );
        }
    }
    assert_eq!(bank.dev.run(&["log", "stat", "-o", "json"]).ends_with(0).out, before, "nothing was written");
}

#[test]
fn the_example_of_a_hand_over_fits_the_quickstart_and_does_what_its_comments_say() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    let bank = Bank { folder, dev };
    let apply = |path: &str| bank.dev.run(&["org", "apply", path, "-o", "json"]).ends_with(0).json();
    apply("deploy/examples/quickstart/organisation.toml");
    bank.dev.run(&["contest", "apply", "deploy/examples/quickstart/contest.toml"]).ends_with(0);
    let sent = bank.dev.run(&["emit", "deploy/examples/quickstart/events.jsonl", "-o", "jsonl"]).json_lines();
    let scores = |position: &Value| {
        let at = position.as_str().unwrap();
        let show = ["standings", "spring-2026", "--board", "employee", "--min-position", at, "-o", "json"];
        let board = bank.dev.run(&show).ends_with(0).json();
        // In 1/10,000 of a point.
        let score = |id: &str| {
            let mut rows = board["standings"].as_array().unwrap().iter();
            rows.find(|row| row["participant"] == id)
                .map_or(0, |row| (row["score"].as_f64().unwrap() * 10_000.0).round() as i64)
        };
        ["e-001", "e-002", "e-005", "e-006"].map(score)
    };
    let before = scores(&sent.last().unwrap()["position"]);
    let applied = apply("deploy/examples/hand-over.toml");
    assert_eq!(applied["added"], json!(4), "{applied}");
    let after = scores(&applied["position"]);
    // The gold card of 2 March for c-1008, and half of the wealth product of 10 February.
    assert_eq!((after[0] - before[0], after[1] - before[1]), (50_000, -50_000));
    assert_eq!((after[2] - before[2], after[3] - before[3]), (40_000, -40_000));
    assert_eq!(apply("deploy/examples/hand-over.toml")["position"], Value::Null);
    assert_sound(bank, "spring-2026");
}
