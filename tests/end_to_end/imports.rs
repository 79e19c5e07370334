//! Files as banks really have them (`tests/fixtures/imports`), through the binary: what a person sees of
//! each, and that imported events count like any others. The importer's own tests check every case in detail.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Dev, Said, file, root};

const CASES: &str = "tests/fixtures/imports";

/// A bank with the organisation and the contest that all cases use.
fn bank(folder: &Path) -> Dev {
    let dev = Dev::start(folder);
    dev.run(&["org", "apply", &format!("{CASES}/_common/org.toml")]).ends_with(0);
    dev.run(&["contest", "apply", &format!("{CASES}/_common/contest.toml")]).ends_with(0);
    dev
}

/// Imports a case with an edited mapping: each first text is replaced by the second. Rejected rows go to
/// `rejected.jsonl`.
fn import(dev: &Dev, folder: &Path, case: &str, edits: &[(&str, &str)]) -> Said {
    let mut mapping = std::fs::read_to_string(root().join(CASES).join(case).join("m.toml")).unwrap();
    for (from, to) in edits {
        mapping = mapping.replace(from, to);
    }
    let mapping = file(folder, "m.toml", &mapping);
    let rejected = folder.join("rejected.jsonl").display().to_string();
    let input = format!("{CASES}/{case}");
    dev.run(&["import", "csv", "--mapping", &mapping, "--input-dir", &input, "--rejected", &rejected])
}

/// Business dates of the events in the log, by source.
fn days(dev: &Dev) -> Vec<(String, Value)> {
    let entries = dev.run(&["log", "tail", "--from", "0.0", "-o", "jsonl"]).ends_with(0).json_lines();
    let events = entries.iter().map(|entry| &entry["event"]).filter(|event| !event.is_null());
    events
        .map(|event| (event["source"].as_str().unwrap().to_owned(), event["business_date"].clone()))
        .collect()
}

#[test]
fn utc_day_and_epoch_dates_have_the_bank_s_day_by_every_way_in() {
    let folder = tempfile::tempdir().unwrap();
    let dev = bank(folder.path());
    import(&dev, folder.path(), "utc-day", &[]).ends_with(0);
    dev.run(&["emit", &format!("{CASES}/utc-day/same.jsonl")]).ends_with(0);
    import(&dev, folder.path(), "epoch-dates", &[]).ends_with(0);
    let day = |month: u32, day: u32| json!({"year": 2026, "month": month, "day": day});
    let expected = [("utc", day(4, 1)), ("utc-emit", day(4, 1)), ("epo", day(1, 5))];
    assert_eq!(days(&dev), expected.map(|(source, day)| (source.to_owned(), day)));
}

#[test]
fn stray_quote_and_line_numbers_are_reported_with_their_lines() {
    let folder = tempfile::tempdir().unwrap();
    let dev = bank(folder.path());
    let said = import(&dev, folder.path(), "stray-quote", &[]).ends_with(1);
    assert!(
        said.err.contains("t.csv line 3: the \" of line 3 in cell `remark` is never closed"),
        "{}",
        said.err
    );
    assert!(said.err.contains("(OPEN_QUOTE)"), "{}", said.err);
    import(&dev, folder.path(), "stray-quote", &[("[csv]", "[csv]\nquote = \"\"")]).ends_with(0);
    import(&dev, folder.path(), "line-numbers", &[]).ends_with(1);
    let rejected = std::fs::read_to_string(folder.path().join("rejected.jsonl")).unwrap();
    let line = |text: &str| serde_json::from_str::<Value>(text).unwrap()["line"].clone();
    assert_eq!(rejected.lines().map(line).collect::<Vec<_>>(), [json!(5), json!(6)]);
    let said = import(&dev, folder.path(), "workbook", &[]).ends_with(1);
    assert!(
        said.err.contains("line 7: id: `6.2202E+18` looks like a number that a spreadsheet rounded"),
        "{}",
        said.err
    );
}

#[test]
fn share_50_is_refused_and_the_fix_gives_half_to_each() {
    let folder = tempfile::tempdir().unwrap();
    let dev = bank(folder.path());
    let said = import(&dev, folder.path(), "share-50", &[]).ends_with(1);
    assert!(said.err.contains("write `50%` or 500000 (PERCENT_WITHOUT_SIGN)"), "{}", said.err);
    import(&dev, folder.path(), "share-50", &[("{pct}", "{pct}%"), ("{pct2}", "{pct2}%")]).ends_with(0);
    let position = dev.run(&["log", "tail", "--from", "0.0", "-o", "jsonl"]).ends_with(0).json_lines();
    let position = position.last().unwrap()["position"].as_str().unwrap().to_owned();
    let show = ["standings", "c", "--board", "employee", "--min-position", &position];
    dev.run(&show).ends_with(0);
    let (rows, _) = dev.board("c", "employee");
    let scores: Vec<&str> = rows.iter().map(|row| row.rsplit(',').next().unwrap()).collect();
    assert_eq!(scores.len(), 2, "{rows:?}");
    assert_eq!(scores[0], scores[1], "{rows:?}");
}

#[test]
fn duplicate_json_key_is_refused_and_a_compressed_file_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let dev = bank(folder.path());
    let said = dev.run(&["emit", &format!("{CASES}/duplicate-json-key/e.jsonl"), "-o", "jsonl"]).ends_with(1);
    let outcome = &said.json_lines()[0];
    assert_eq!((&outcome["status"], &outcome["code"]), (&json!("rejected"), &json!("DUPLICATE_KEY")));
    let short = r#"{"source":"jl","id":"1","type":"wealth.sold","occurred_time":"2026-03-01T04:00:00Z","business_date":"2026-02-28","amount":{"currency_code":"CNY","units":"1"},"credits":[{"employee":"e1","share":0.7},{"employee":"e2","share":"30%"}]}"#;
    let plain = file(folder.path(), "e.jsonl", short);
    std::process::Command::new("gzip").arg(&plain).status().unwrap();
    dev.run(&["emit", &format!("{plain}.gz")]).ends_with(0);
    assert_eq!(days(&dev), [("jl".to_owned(), json!({"year": 2026, "month": 2, "day": 28}))]);
}
