//! A source's own codes for employees and units, through the real commands: credits to a code wait until it
//! is known, a code has another meaning from a day on, and how each invalid code is refused.

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::examples::{Bank, contest, entry, outlets};
use crate::hand_overs::assert_sound;
use crate::support::file;

const FEBRUARY: (Date, Date) = (date(2026, 2, 1), date(2026, 2, 28));

/// A card sold under a teller number.
fn card(source: &str, id: &str, day: i8, employee: &str) -> Value {
    let more =
        json!({"source": source, "subject": format!("card-{id}"), "credits": [{"employee": employee}]});
    entry(id, date(2026, 2, day), more)
}

/// A card without creditors, which the branch gets.
fn of_branch(id: &str, day: i8, branch: &str) -> Value {
    entry(id, date(2026, 2, day), json!({"subject": format!("card-{id}"), "branch": branch}))
}

/// `li` at A and `wang` at B. `cards` uses T1 for an employee and 0571 for A; `loans` uses T1 too.
fn bank() -> Bank {
    let bank = Bank::given_with(&outlets("unit = \"A\"\n"));
    bank.apply(&contest("moved", FEBRUARY, 1, ""));
    let days = [9, 10, 11, 12, 13].map(|day| card("cards", &format!("t-{day}"), day, "T1"));
    let others =
        [of_branch("b-1", 3, "0571"), card("loans", "l-1", 10, "T1"), card("cards", "w-1", 3, "wang")];
    bank.when("moved", &days.into_iter().chain(others).collect::<Vec<_>>());
    bank
}

const BRANCH: &str = "[[codes]]\nsource = \"cards\"\ncode = \"0571\"\nid = \"A\"\n";

/// T1 is `li` until a day, and `wang` from another day on.
fn teller(until: i8, from: i8) -> String {
    format!(
        "[[codes]]\nsource = \"cards\"\ncode = \"T1\"\n[[codes.meanings]]\nid = \"li\"\nend_date = 2026-02-{until:02}\n\
         [[codes.meanings]]\nid = \"wang\"\nstart_date = 2026-02-{from:02}\n"
    )
}

/// The number of waiting credits in the board's header, and the list of unresolved names.
fn waits(bank: &Bank) -> (u64, Vec<String>) {
    let board =
        bank.dev.run(&["standings", "moved", "--board", "employee", "-o", "json"]).ends_with(0).json();
    let found = bank.dev.run(&["org", "unresolved", "-o", "json"]).ends_with(0).json();
    assert_eq!(board["held"], found["waiting"], "{found}");
    let line = |one: &Value| {
        let text = |field: &str| one[field].as_str().unwrap().to_owned();
        [text("reason"), text("name"), text("source"), one["entries"].to_string()].join(" ")
    };
    let lines = found["unresolved"].as_array().unwrap().iter().map(line).collect();
    (board["held"].as_u64().unwrap(), lines)
}

/// Applies codes, and waits until answers reflect them.
fn apply(bank: &Bank, organisation: &str) {
    let (_, position) = bank.organise(organisation);
    let show = ["standings", "moved", "--board", "branch", "--min-position", &position.unwrap()];
    bank.dev.run(&show).ends_with(0);
}

#[test]
fn credits_to_a_code_wait_until_it_is_known_and_follow_its_days() {
    let bank = bank();
    let unknown =
        ["UNKNOWN_EMPLOYEE T1 cards 5", "UNKNOWN_EMPLOYEE T1 loans 1", "UNKNOWN_BRANCH 0571 cards 1"];
    assert_eq!(waits(&bank), (7, unknown.map(str::to_owned).to_vec()));
    assert_eq!(bank.then("moved", "employee"), ["1,wang,1"]);
    let said = bank.dev.run(&["org", "unresolved"]).ends_with(0).out;
    assert!(said.contains("[[codes]]"), "a newcomer is told of codes: {said}");

    // The number goes from `li` to `wang`, and nobody has it on the 11th. T1 of the other source is not
    // affected.
    apply(&bank, &(teller(10, 12) + BRANCH));
    assert_eq!(bank.then("moved", "employee"), ["1,wang,3", "2,li,2"]);
    assert_eq!(bank.then("moved", "branch"), ["1,A,3", "1,B,3"]);
    let left = ["UNKNOWN_EMPLOYEE T1 loans 1", "CODE_MEANS_NOBODY T1 cards 1"];
    assert_eq!(waits(&bank), (2, left.map(str::to_owned).to_vec()));
    let said = bank.dev.run(&["org", "unresolved"]).ends_with(0).out;
    assert!(said.contains("the source's code means nobody on the day"), "{said}");
    assert_eq!(bank.organise(&(teller(10, 12) + BRANCH)), (0, None), "the same file again changes nothing");

    // Corrected: it went to `wang` on the 10th already. The days before do not change.
    apply(&bank, &teller(9, 10));
    assert_eq!(bank.then("moved", "employee"), ["1,wang,5", "2,li,1"]);
    assert_eq!(waits(&bank).1, ["UNKNOWN_EMPLOYEE T1 loans 1"]);
    bank.when("moved", &[card("cards", "t-9b", 9, "T1"), card("cards", "t-20", 20, "T1")]);
    assert_eq!(bank.then("moved", "employee"), ["1,wang,6", "2,li,2"]);
    let loans = "[[codes]]\nsource = \"loans\"\ncode = \"T1\"\nid = \"li\"\n";
    apply(&bank, loans);
    assert_eq!(
        (bank.then("moved", "employee"), waits(&bank)),
        (vec!["1,wang,6".into(), "2,li,3".into()], (0, vec![]))
    );
    assert_sound(bank, "moved");
}

#[test]
fn a_code_whose_meanings_are_removed_means_nobody() {
    let bank = bank();
    apply(&bank, &teller(10, 11));
    assert_eq!(bank.then("moved", "employee"), ["1,wang,4", "2,li,2"]);
    apply(&bank, "[[codes]]\nsource = \"cards\"\ncode = \"T1\"\n");
    assert_eq!(bank.then("moved", "employee"), ["1,wang,1"]);
    assert!(waits(&bank).1.contains(&"CODE_MEANS_NOBODY T1 cards 5".to_owned()));
    let history = bank.dev.run(&["org", "history", "T1", "--source", "cards"]).ends_with(0).out;
    assert!(history.starts_with("T1 of cards · code\nposition "), "{history}");
    assert!(history.contains("means: + li, until 2026-02-10\n"), "{history}");
    assert!(history.contains("means: - wang, from 2026-02-11 on\n"), "{history}");
    bank.dev.run(&["org", "history", "T1", "--source", "loans"]).ends_with(3);
}

#[test]
fn each_wrong_code_is_refused_with_file_line_field_and_code() {
    let bank = bank();
    let code = |rest: &str| format!("[[codes]]\nsource = \"cards\"\ncode = \"T1\"\n{rest}");
    let meaning = |id: &str, rest: &str| format!("[[codes.meanings]]\nid = \"{id}\"\n{rest}\n");
    let overlap = meaning("li", "end_date = 2026-02-10") + &meaning("wang", "start_date = 2026-02-10");
    let twice = code("id = \"li\"\n") + &code("id = \"wang\"\n");
    let reversed = meaning("li", "start_date = 2026-02-02\nend_date = 2026-02-01");
    let cases = [
        (code("id = \"qian\""), "4: codes[0].id", "UNKNOWN_ID"),
        (code(&meaning("qian", "")), "5: codes[0].meanings[0].id", "UNKNOWN_ID"),
        (code(&overlap), "7: codes[0].meanings[1]", "OVERLAPPING_MEANINGS"),
        (code(&reversed), "7: codes[0].meanings[0].end_date", "DATES_REVERSED"),
        (twice, "7: codes[1].code", "DUPLICATE_CODE"),
        (code(&format!("id = \"li\"\n{}", meaning("li", ""))), "4: codes[0].id", "CONTRADICTION"),
        (code(&meaning("", "")), "5: codes[0].meanings[0].id", "MISSING_FIELD"),
        ("[[codes]]\ncode = \"T1\"\nid = \"li\"\n".to_owned(), "1: codes[0].source", "MISSING_FIELD"),
        ("[[codes]]\nsource = \"cards\"\nid = \"li\"\n".to_owned(), "1: codes[0].code", "MISSING_FIELD"),
    ];
    let before = bank.dev.run(&["log", "stat", "-o", "json"]).ends_with(0).out;
    for (text, place, reason) in cases {
        let path = file(bank.folder.path(), "wrong.toml", &text);
        for more in [&["--dry-run"][..], &[]] {
            let said = bank.dev.run(&[&["org", "apply", &path], more].concat()).ends_with(1);
            assert!(said.err.contains(&format!("wrong.toml:{place}: ")), "{place} {reason}: {}", said.err);
            assert!(
                said.err.contains(&format!("({reason})")) && said.out.is_empty(),
                "{reason}: {}",
                said.err
            );
        }
    }
    assert_eq!(bank.dev.run(&["log", "stat", "-o", "json"]).ends_with(0).out, before, "nothing was written");
}
