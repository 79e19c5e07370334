//! What a person or an adapter can get wrong, each through the real command: the field, the code, the reason,
//! and that nothing else is affected.

use serde_json::{Value, json};

use crate::support::{Dev, Said, file};

const ORGANISATION: &str = "deploy/examples/quickstart/organisation.toml";

fn event() -> Value {
    json!({
        "source": "core", "id": "e-1", "type": "loan.disbursed", "subject": "loan-1",
        "occurred_time": "2026-02-02T02:00:00Z", "business_date": {"year": 2026, "month": 2, "day": 2},
        "branch": "chengdong", "amount": {"currency_code": "CNY", "units": "100", "nanos": 500_000_000},
    })
}

fn with(field: &str, value: Value) -> Value {
    let mut event = event();
    event[field] = value;
    event
}

fn without(field: &str) -> Value {
    let mut event = event();
    event.as_object_mut().unwrap().remove(field);
    event
}

#[test]
fn each_wrong_event_is_refused_with_field_code_and_reason_and_the_others_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    let cases: Vec<(Value, &str, &str)> = vec![
        (with("type", json!("loan.dispersed")), "type", "UNKNOWN_TYPE"),
        (without("source"), "source", "MISSING_FIELD"),
        (without("id"), "id", "MISSING_FIELD"),
        (without("type"), "type", "MISSING_FIELD"),
        (without("amount"), "amount", "MISSING_FIELD"),
        (without("branch"), "branch", "MISSING_FIELD"),
        (without("occurred_time"), "occurred_time", "MISSING_FIELD"),
        (with("business_date", json!({"year": 2199, "month": 1, "day": 1})), "business_date", "FUTURE_DATE"),
        (with("business_date", json!({"year": 2026, "month": 2, "day": 30})), "business_date", "BAD_DATE"),
        (with("quantity", json!("-1")), "quantity", "NEGATIVE_QUANTITY"),
        (with("amount", json!({"units": "100"})), "amount.currency_code", "MISSING_CURRENCY"),
        (
            with("amount", json!({"currency_code": "yuan", "units": "1"})),
            "amount.currency_code",
            "BAD_CURRENCY",
        ),
        (
            with("amount", json!({"currency_code": "CNY", "nanos": 1_000_000})),
            "amount.nanos",
            "TOO_MANY_DIGITS",
        ),
        (
            with("amount", json!({"currency_code": "JPY", "nanos": 500_000_000})),
            "amount.nanos",
            "TOO_MANY_DIGITS",
        ),
        (with("id", json!("x".repeat(129))), "id", "TOO_LONG"),
        (with("id", json!("a\u{7}b")), "id", "CONTROL_CHARACTER"),
        (with("recorded_time", json!("2026-02-02T02:00:00Z")), "recorded_time", "OUTPUT_ONLY"),
        (with("source_sequence", json!("0")), "source_sequence", "OUT_OF_RANGE"),
        (
            with(
                "credits",
                json!([{"employee": "a", "share": 600_000}, {"employee": "b", "share": 600_000}]),
            ),
            "credits",
            "SHARES_EXCEED_WHOLE",
        ),
        (
            with("credits", json!([{"employee": "a"}, {"employee": ""}])),
            "credits[1].employee",
            "MISSING_FIELD",
        ),
    ];
    let mut events: Vec<Value> = cases.iter().map(|(event, _, _)| event.clone()).collect();
    events.push(event());
    let outcomes = dev.emit(&events);
    assert_eq!(outcomes.len(), events.len());
    for ((_, field, code), outcome) in cases.iter().zip(&outcomes) {
        assert_eq!((&outcome["field"], &outcome["code"]), (&json!(field), &json!(code)), "{outcome}");
        assert_eq!(outcome["status"], "rejected");
        assert!(outcome["reason"].as_str().is_some_and(|reason| reason.len() > 10), "{outcome}");
        assert!(outcome["position"].is_null());
    }
    assert_eq!(outcomes[events.len() - 1]["status"], "accepted");
}

#[test]
fn lines_that_are_no_events_are_refused_and_the_others_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    let mut strange = event();
    strange["colour"] = json!("red");
    let input = format!("{{\"source\": \n{strange}\n{}\n", event());
    let said = dev.run_with(&["emit", "-", "-o", "jsonl"], &input).ends_with(1);
    let outcomes = said.json_lines();
    assert_eq!(outcomes[0]["code"], "INVALID_JSON");
    assert_eq!(outcomes[1]["code"], "UNKNOWN_FIELD");
    assert!(outcomes[1]["reason"].as_str().unwrap().contains("colour"), "{}", outcomes[1]);
    assert_eq!(outcomes[2]["status"], "accepted");
}

const CONTEST: &str = r#"id = "loans"
period = { from = 2026-01-01, to = 2026-03-31 }
boards = ["branch"]

[[indicators]]
id = "count"
events = ["loan.disbursed"]
points = { per_unit = 1 }
"#;

fn apply(dev: &Dev, folder: &std::path::Path, content: &str) -> Said {
    dev.run(&["contest", "apply", &file(folder, "contest.toml", content)])
}

#[test]
fn each_wrong_contest_is_refused_with_file_line_and_code() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    dev.run(&["org", "apply", ORGANISATION]).ends_with(0);
    let twice = format!("{CONTEST}\n[[indicators]]\nid = \"count\"\nevents = [\"loan.repaid\"]\n");
    let cases = [
        (CONTEST.replace("boards = [\"branch\"]", "boards = [\"branch\""), 3..=5, ""),
        (CONTEST.replace("events = [\"loan.disbursed\"]", "events = []"), 7..=7, "NO_EVENT_TYPE"),
        (CONTEST.replace("events = [\"loan.disbursed\"]\n", ""), 5..=8, ""),
        (CONTEST.replace("loan.disbursed", "loan.dispersed"), 7..=7, "UNKNOWN_TYPE"),
        (CONTEST.replace("2026-03-31", "2025-03-31"), 2..=2, "PERIOD_REVERSED"),
        (twice, 11..=11, "DUPLICATE_ID"),
        (CONTEST.replace("\"branch\"", "\"planet\""), 3..=3, "UNKNOWN_UNIT_KIND"),
        (CONTEST.replace("boards", "board"), 3..=3, ""),
        (CONTEST.replace("per_unit = 1", "per_unit = \"1.00001\""), 8..=8, ""),
    ];
    for (content, lines, code) in cases {
        let said = apply(&dev, folder.path(), &content).ends_with(1);
        let at_line = lines.clone().any(|line| said.err.contains(&format!("contest.toml:{line}")));
        assert!(at_line, "lines {lines:?} of\n{content}\n{}", said.err);
        assert!(said.err.contains(code), "{code}: {}", said.err);
    }
    assert_eq!(dev.run(&["contest", "list", "-o", "json"]).ends_with(0).json()["contests"], json!([]));
    apply(&dev, folder.path(), CONTEST).ends_with(0);
}

#[test]
fn each_wrong_organisation_is_refused_with_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    let unit = |id: &str, parent: &str| {
        format!("[[units]]\nid = \"{id}\"\nkind = \"branch\"\nparent = \"{parent}\"\n")
    };
    let cases = [
        (unit("a", "nowhere"), "UNKNOWN_UNIT"),
        (unit("a", "b") + &unit("b", "a"), "CYCLE"),
        (unit("a", "") + &unit("a", ""), "DUPLICATE_ID"),
        (unit("a", "") + "[[employees]]\nid = \"a\"\n", "ID"),
        ("[[employees]]\nid = \"e\"\nunit = \"nowhere\"\n".to_owned(), "UNKNOWN_UNIT"),
        ("[[units]]\nid = \"a\"\nkind = \"employee\"\n".to_owned(), "BAD_NAME"),
    ];
    for (content, code) in cases {
        let path = file(folder.path(), "organisation.toml", &content);
        let said = dev.run(&["org", "apply", &path]).ends_with(1);
        assert!(
            said.err.contains("organisation.toml:") && said.err.contains(code),
            "{code}\n{content}\n{}",
            said.err
        );
    }
}

#[test]
fn an_organisation_that_would_empty_the_bank_is_refused_until_confirmed() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    dev.run(&["org", "apply", ORGANISATION]).ends_with(0);
    dev.run(&["org", "apply", "deploy/examples/reorganisation.toml"]).ends_with(0);
    let every = std::fs::read_to_string(crate::support::root().join(ORGANISATION)).unwrap();
    // An export that gives every unit a last day long ago.
    let closed = every.replace("[[units]]\n", "[[units]]\nend_date = 2020-12-31\n");
    let path = file(folder.path(), "closed.toml", &closed);
    for arguments in [vec!["org", "apply", &path], vec!["org", "apply", &path, "--dry-run"]] {
        let said = dev.run(&arguments).ends_with(1);
        let figures = said.err.contains("0 units would be open (");
        assert!(
            figures && said.err.contains("WOULD_EMPTY_BANK") && said.err.contains("--yes"),
            "{}",
            said.err
        );
    }
    dev.run(&["org", "apply", &path, "--yes"]).ends_with(0);
    dev.run(&["org", "apply", &path]).ends_with(0);
}
