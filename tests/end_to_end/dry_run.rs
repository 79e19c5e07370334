//! `longhu org apply --dry-run` through the real command: it shows the rows that the apply then gives, in
//! running contests only, and nothing of it is written or served.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use longhu_log::{NatsServer, ServerConfig};
use serde_json::{Value, json};

use crate::examples::{Bank, contest, entry, moved_on, outlets};
use crate::support::{Dev, Said, file, longhu};

const FEBRUARY: (Date, Date) = (date(2026, 2, 1), date(2026, 2, 28));

/// Cards of an employee on a day.
fn cards(id: &str, day: i8, count: u32, employee: &str) -> Value {
    let credits = json!([{"employee": employee}]);
    entry(
        id,
        date(2026, 2, day),
        json!({"subject": format!("card-{id}"), "quantity": count, "credits": credits}),
    )
}

/// The bank of worked example 5, but with few other cards at B, and with a running and a sealed contest.
fn example_5() -> Bank {
    let bank = Bank::given_with(&outlets("unit = \"A\"\n"));
    bank.apply(&contest("moved", FEBRUARY, 1, ""));
    bank.apply(&contest("ended", FEBRUARY, 2, ""));
    let of_li = (9..=16).map(|day| cards(&format!("li-{day}"), day, 1, "li"));
    bank.when("moved", &of_li.chain([cards("wang", 12, 3, "wang")]).collect::<Vec<_>>());
    bank.dev.run(&["contest", "seal", "ended"]).ends_with(0);
    bank
}

/// Rank and score of each row of a board.
fn rows(bank: &Bank, board: &str) -> BTreeMap<String, (String, String)> {
    let rows = bank.then("moved", board).into_iter().map(|row| {
        let [rank, participant, score] = row.split(',').collect::<Vec<_>>().try_into().unwrap();
        (participant.to_owned(), (rank.to_owned(), score.to_owned()))
    });
    rows.collect()
}

/// The rows of a board in a dry run: before and after.
fn moves(board: &Value) -> BTreeMap<String, [(String, String); 2]> {
    // A rank or score as text; `null` if there is none.
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let row = |one: &Value| {
        let now = (text(&one["rank"]), text(&one["score"]));
        (text(&one["participant"]), [now, (text(&one["rank_after"]), text(&one["score_after"]))])
    };
    board["moves"].as_array().unwrap().iter().map(row).collect()
}

/// Runs a dry run of an organisation, as JSON and for people, and checks that neither the standings nor the
/// log change.
fn dry_run(bank: &Bank, organisation: &str) -> (Value, String) {
    let path = file(bank.folder.path(), "dry.toml", organisation);
    let state = || {
        let stat = bank.dev.run(&["log", "stat", "-o", "json"]).ends_with(0).json();
        (stat["last_sequence"].clone(), bank.says("moved"), bank.says("ended"))
    };
    let before = state();
    let told = bank.dev.run(&["org", "apply", &path, "--dry-run", "-o", "json"]).ends_with(0).json();
    let said = bank.dev.run(&["org", "apply", &path, "--dry-run"]).ends_with(0).out;
    assert_eq!(state(), before, "a dry run writes nothing and changes no board");
    assert_eq!((&told["position"], &told["dry_run"]), (&Value::Null, &json!(true)));
    (told, said)
}

#[test]
fn a_dry_run_shows_exactly_the_rows_that_the_apply_then_gives() {
    let bank = example_5();
    let ended = bank.says("ended");
    // The transfer on the 15th changes scores; its correction to the 10th changes ranks too.
    for (day, turns) in [(date(2026, 2, 15), false), (date(2026, 2, 10), true)] {
        let (told, said) = dry_run(&bank, &moved_on(day));
        assert_eq!((&told["added"], &told["changed"]), (&json!(0), &json!(1)));
        assert_eq!(
            (&told["differences"][0]["id"], told["differences"].as_array().unwrap().len()),
            (&json!("li"), 1)
        );
        let touched = told["contests"].as_array().unwrap();
        assert_eq!(touched.len(), 1, "the sealed one is not told: {told}");
        let boards = touched[0]["boards"].as_array().unwrap();
        assert_eq!(
            (&touched[0]["contest"], boards.len()),
            (&json!("moved"), 1),
            "people score as before: {told}"
        );
        let (before, people) = (rows(&bank, "branch"), rows(&bank, "employee"));

        let (changes, position) = bank.organise(&moved_on(day));
        assert_eq!(changes, 1);
        let show = ["standings", "moved", "--board", "branch", "--min-position", &position.unwrap()];
        bank.dev.run(&show).ends_with(0);
        let after = rows(&bank, "branch");
        let both = |(id, now): (&String, &(String, String))| (id.clone(), [now.clone(), after[id].clone()]);
        let expected: BTreeMap<_, _> = before.iter().map(both).collect();
        assert_eq!(moves(&boards[0]), expected);
        assert_eq!(boards[0]["total_moves"], json!(2));
        assert_eq!(after["B"].0 == "1", turns, "{after:?}");
        assert_eq!(rows(&bank, "employee"), people);
        assert!(said.contains("\nemployee li\n") && said.contains("\ncontest moved\n"), "{said}");
        assert!(said.contains("membership: + B, from 2026-02-") && !said.contains("ended"), "{said}");
    }
    assert_eq!(bank.says("ended"), ended);
    let last = bank.dev.run(&["standings", "moved", "--board", "branch"]).ends_with(0).out;
    assert!(last.contains("10") && bank.then("moved", "branch") == ["1,B,10", "2,A,1"], "{last}");
}

#[test]
fn a_dry_run_says_if_no_contest_or_nothing_at_all_would_change() {
    let bank = example_5();
    let (told, said) =
        dry_run(&bank, &outlets("unit = \"A\"\n").replace("name = \"wang\"", "name = \"王强\""));
    assert_eq!((&told["changed"], &told["contests"]), (&json!(1), &json!([])));
    let change = json!([{"field": "name", "before": "wang", "after": "王强"}]);
    assert_eq!(
        told["differences"],
        json!([{"entry": "employee", "id": "wang", "is_new": false, "changes": change}])
    );
    assert!(said.ends_with("\nNo running contest would change.\n"), "{said}");
    let (told, said) = dry_run(&bank, &outlets("unit = \"A\"\n"));
    assert_eq!((&told["differences"], &told["contests"]), (&json!([]), &json!([])));
    assert_eq!(said, "valid: 0 added, 0 changed, 4 unchanged\n");
}

#[test]
fn a_dry_run_shows_credits_that_would_no_longer_wait_and_new_rows() {
    let bank = example_5();
    bank.when("moved", &[cards("qian", 12, 20, "qian")]);
    let qian = "[[employees]]\nid = \"qian\"\nname = \"钱\"\nunit = \"A\"\n";
    let (told, said) = dry_run(&bank, qian);
    let touched = &told["contests"][0];
    assert_eq!((&touched["held"], &touched["held_after"]), (&json!(1), &json!(0)), "{told}");
    let boards = touched["boards"].as_array().unwrap();
    let people = moves(boards.iter().find(|board| board["board"] == "employee").unwrap());
    assert_eq!(people["qian"], [("null".into(), "null".into()), ("1".into(), "20".into())]);
    assert_eq!(people["li"], [("1".into(), "8".into()), ("2".into(), "8".into())]);
    assert!(said.contains("\nnew employee qian\n") && said.contains("1 credit waits, then 0"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ingest_without_a_projector_still_checks_and_says_that_contests_are_not_known() {
    let folder = tempfile::tempdir().unwrap();
    let broker = NatsServer::start(ServerConfig::new(folder.path().join("nats"))).await.unwrap();
    let (nats, keys) = (broker.url(), folder.path().join("keys.toml").display().to_string());
    let state = folder.path().join("state").display().to_string();
    Said::of(longhu().args(["bank", "init", "--nats", &nats, "--bank", "alone"]).output().unwrap())
        .ends_with(0);
    let arguments = ["--nats", &nats, "--bank", "alone", "--pseudonym-keys", &keys, "--state-dir", &state];
    let ingest = Dev::serve(folder.path(), "ingest", &arguments);
    let wrong = "[[employees]]\nid = \"qian\"\nname = \"钱\"\nunit = \"nowhere\"\n";
    let path = file(folder.path(), "wrong.toml", wrong);
    let said = ingest.run(&["org", "apply", &path, "--dry-run"]).ends_with(1);
    assert!(
        said.err.contains("wrong.toml:4: employees[0].unit: ") && said.err.contains("UNKNOWN_UNIT"),
        "{}",
        said.err
    );
    let path = file(folder.path(), "org.toml", &outlets("unit = \"A\"\n"));
    let said = ingest.run(&["org", "apply", &path, "--dry-run"]).ends_with(0).out;
    assert!(said.starts_with("valid: 4 added, 0 changed, 0 unchanged\n\nnew unit A\n"), "{said}");
    assert!(said.contains("\nIts effect on contests is not known: this process has no projector"), "{said}");
    let told = ingest.run(&["org", "apply", &path, "--dry-run", "-o", "json"]).ends_with(0).json();
    assert!(told["contests_unknown"].as_str().unwrap().contains("projector"), "{told}");
    let applied = ingest.run(&["org", "apply", &path, "-o", "json"]).ends_with(0).json();
    assert_eq!(applied["added"], json!(4), "nothing was written before");
    assert_eq!(ingest.end(), 0);
    broker.shutdown().await;
}
