//! Files as banks really have them (`tests/fixtures/imports`), one test a folder. What a spreadsheet's export
//! damages without a sign is either read as it was meant or reported.

use std::path::{Path, PathBuf};

use super::support::{ALL, Imported, import};
use crate::compile::{Extent, compile};
use crate::plan::Plan;
use crate::problem::Problems;

fn folder(case: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/imports").join(case)
}

/// The plan of a case with an edited mapping: each first text is replaced by the second.
fn plan(case: &str, edits: &[(&str, &str)]) -> Result<Plan, Problems> {
    let folder = folder(case);
    let mut mapping = std::fs::read_to_string(folder.join("m.toml")).unwrap();
    for (from, to) in edits {
        assert!(mapping.contains(from), "{from}");
        mapping = mapping.replace(from, to);
    }
    compile(&mapping, Path::new("m.toml"), &folder, Extent::Whole)
}

fn run(case: &str, edits: &[(&str, &str)]) -> (Imported, Vec<serde_json::Value>) {
    let plan = plan(case, edits).unwrap_or_else(|problems| panic!("{problems}"));
    let rejected = tempfile::tempdir().unwrap();
    let imported = import(&plan, ALL, Some(rejected.path().join("rejected.jsonl")));
    assert!(imported.error.is_none(), "{:?}", imported.error);
    let rejected = imported.rejected();
    (imported, rejected)
}

/// Line, field and code of each rejected row.
fn told(rejected: &[serde_json::Value]) -> Vec<(u64, &str, &str)> {
    rejected
        .iter()
        .map(|line| {
            (line["line"].as_u64().unwrap(), line["field"].as_str().unwrap(), line["code"].as_str().unwrap())
        })
        .collect()
}

fn reason(rejected: &serde_json::Value) -> &str {
    rejected["reason"].as_str().unwrap()
}

/// The amounts that arrived, in minor units.
fn amounts(imported: &Imported) -> Vec<i64> {
    let events = imported.memory.events.borrow();
    let minor = |event: &longhu_proto::wire::event::v1::Event| {
        let amount = event.amount.as_ref().unwrap();
        amount.units * 100 + i64::from(amount.nanos / 10_000_000)
    };
    events.iter().map(minor).collect()
}

#[test]
fn line_numbers() {
    let (imported, rejected) = run("line-numbers", &[]);
    assert_eq!(imported.ids(), ["a1"]);
    assert_eq!(told(&rejected), [(5, "business_date", "BAD_DATE"), (6, "business_date", "BAD_DATE")]);
}

#[test]
fn stray_quote() {
    let (imported, rejected) = run("stray-quote", &[]);
    assert_eq!(imported.ids(), ["a1"]);
    assert_eq!(told(&rejected), [(3, "", "OPEN_QUOTE")]);
    assert!(
        reason(&rejected[0]).contains("the \" of line 3 in cell `remark` is never closed"),
        "{rejected:?}"
    );
    let (imported, rejected) = run("stray-quote", &[("[csv]", "[csv]\nquote = \"\"")]);
    assert!(rejected.is_empty());
    assert_eq!(amounts(&imported), [10_000; 6]);
}

#[test]
fn number_styles() {
    let (imported, rejected) = run("number-styles", &[]);
    assert_eq!(amounts(&imported), [50, -4_903], "a bare fraction and a typographic minus are plain");
    let styles = ["lakh", "trailing_minus", "parentheses", "currency_sign", "full_width", "wan"];
    assert_eq!(rejected.len(), styles.len());
    for (line, style) in rejected.iter().zip(styles) {
        assert_eq!(line["code"], "NOT_A_NUMBER");
        assert!(reason(line).contains(&format!("say `styles = [\"{style}\"]`")), "{line}");
    }
    let said = format!("group = \",\"\nstyles = {styles:?}");
    let (imported, rejected) = run("number-styles", &[("group = \",\"", &said)]);
    assert!(rejected.is_empty(), "{rejected:?}");
    let expected = [123_456_789, -4_903, -4_903, 50, -4_903, 471_198, 12_345, 12_500_000];
    assert_eq!(amounts(&imported), expected);
    let wrong =
        plan("number-styles", &[("group = \",\"", "styles = [\"parenthesis\"]")]).unwrap_err().to_string();
    assert!(wrong.contains("`parenthesis` is not a number style; did you mean `parentheses`?"), "{wrong}");
}

#[test]
fn epoch_dates() {
    let days = |edits: &[(&str, &str)]| {
        let (imported, rejected) = run("epoch-dates", edits);
        assert!(rejected.is_empty(), "{rejected:?}");
        let event = imported.memory.events.borrow()[0].clone();
        (event.business_date.map(|date| date.day), event.occurred_time.unwrap().seconds)
    };
    assert_eq!(days(&[]), (None, 1_767_571_200), "the day is that of the bank's zone, which ingest knows");
    let zone = |zone: &str| format!("format = \"epoch_seconds\"\nzone = \"{zone}\"");
    assert_eq!(days(&[("format = \"%s\"", &zone("Asia/Shanghai"))]), (Some(5), 1_767_571_200));
    assert_eq!(days(&[("format = \"%s\"", &zone("America/New_York"))]), (Some(4), 1_767_571_200));
}

#[test]
fn duplicate_columns() {
    let (imported, rejected) = run("duplicate-columns", &[]);
    assert_eq!((amounts(&imported), rejected.len()), (vec![100], 0));
    // What the error advises for a mapping without column names, taken literally.
    let columns = ", columns = [\"id\", \"date\", \"emp\", \"amount\", \"amount2\"]";
    let advice = plan("duplicate-columns", &[(columns, "")]).unwrap_err().to_string();
    let said = advice.split_once("such as `").unwrap().1.split_once('`').unwrap().0;
    assert_eq!(said, "columns = [\"id\", \"date\", \"emp\", \"amount\", \"amount_2\"]");
    let (imported, rejected) = run("duplicate-columns", &[(columns, &format!(", {said}"))]);
    assert_eq!((amounts(&imported), rejected.len()), (vec![100], 0));
}

#[test]
fn header_encoding() {
    let problems = plan("header-encoding", &[]).unwrap_err();
    assert_eq!(problems.list.len(), 1, "{problems}");
    let told = problems.to_string();
    assert!(told.contains("t.csv is not UTF-8") && told.contains("such as \"gb18030\""), "{told}");
    let (imported, rejected) = run("header-encoding", &[("[csv]", "[csv]\nencoding = \"gb18030\"")]);
    assert_eq!((imported.ids(), rejected.len()), (vec!["a1".to_owned()], 0));
}

#[test]
fn preamble() {
    let advice = plan("preamble", &[]).unwrap_err().to_string();
    assert!(advice.contains("but line 5 has that cell; say `skip_lines = 4` or `header`"), "{advice}");
    for words in ["skip_lines = 4", "header = \"^交易时间\""] {
        let file = format!("path = \"t.csv\", {words} }}");
        let (imported, rejected) = run("preamble", &[("path = \"t.csv\" }", &file)]);
        assert!(rejected.is_empty(), "{rejected:?}");
        assert_eq!((imported.ids(), amounts(&imported)), (vec!["20260212001".to_owned()], vec![4_974]));
    }
    let file = "path = \"t.csv\", header = \"^no such\" }";
    let told = plan("preamble", &[("path = \"t.csv\" }", file)]).unwrap_err().to_string();
    assert!(told.contains("no line of") && told.contains("matches `^no such`"), "{told}");
    let file = "path = \"t.csv\", header = \"(\" }";
    let told = plan("preamble", &[("path = \"t.csv\" }", file)]).unwrap_err().to_string();
    assert!(told.contains("`(` is not a regular expression"), "{told}");
}

#[test]
fn report_footer() {
    // The line of the total has a text in the second column, which the condition takes for a date.
    let (imported, rejected) = run("report-footer", &[]);
    assert_eq!((imported.ids(), told(&rejected)), (vec!["o1".to_owned()], vec![(6, "", "WRONG_CELLS")]));
    assert!(
        reason(&rejected[0]).contains("leave it out with `when`, such as `amount present`"),
        "{rejected:?}"
    );
    for edit in [
        ("when = \"date present\"", "when = \"amount present\""),
        ("path = \"t.csv\" }", "path = \"t.csv\", footer = \"^Closed deals$\" }"),
    ] {
        let (imported, rejected) = run("report-footer", &[edit]);
        assert_eq!((imported.ids(), rejected.len()), (vec!["o1".to_owned()], 0), "{edit:?}");
    }
}

#[test]
fn trim_wide_blank() {
    let (imported, rejected) = run("trim-wide-blank", &[]);
    assert!(rejected.is_empty(), "{rejected:?}");
    let events = imported.memory.events.borrow();
    assert!(events.iter().all(|event| event.credits[0].employee == "e1"));
}

#[test]
fn utc_day() {
    let (imported, rejected) = run("utc-day", &[]);
    assert!(rejected.is_empty(), "{rejected:?}");
    let event = imported.memory.events.borrow()[0].clone();
    assert_eq!(event.business_date, None, "it is 2026-04-01 in Shanghai, and ingest knows the bank's zone");
    assert_eq!(event.occurred_time.unwrap().seconds, 1_774_974_600);
}

#[test]
fn share_50() {
    let (imported, rejected) = run("share-50", &[]);
    assert_eq!(imported.ids(), Vec::<String>::new());
    assert_eq!(told(&rejected), [(2, "credits[0].share", "PERCENT_WITHOUT_SIGN")]);
    assert!(reason(&rejected[0]).contains("write `50%` or 500000"), "{rejected:?}");
    let percent = [("{pct}", "{pct}%"), ("{pct2}", "{pct2}%")];
    let (imported, rejected) = run("share-50", &percent);
    assert!(rejected.is_empty(), "{rejected:?}");
    let shares: Vec<_> =
        imported.memory.events.borrow()[0].credits.iter().map(|credit| credit.share).collect();
    assert_eq!(shares, [Some(500_000); 2]);
}

#[test]
fn workbook() {
    let (imported, rejected) = run("workbook", &[]);
    assert_eq!(imported.ids(), ["x-1", "x-2", "6.2202E+18"]);
    assert_eq!(amounts(&imported), [123_456_789, 30, 100]);
    assert_eq!(told(&rejected), [(8, "business_date", "BAD_DATE")], "rows keep their numbers");
    let events = imported.memory.events.borrow();
    let days: Vec<_> = events.iter().map(|event| event.business_date.unwrap().day).collect();
    assert_eq!(days, [1, 2, 3]);
    assert_eq!(events[0].attributes["note"], "a \"quoted\", text");
    let warned: Vec<_> = imported
        .report
        .warnings
        .iter()
        .map(|((_, field, code), one)| (field.as_str(), code.as_str(), one.line))
        .collect();
    assert_eq!(warned, [("id", "ROUNDED_ID", 7)]);
    let sheet = |name: &str| {
        let said = plan("workbook", &[(", sheet = \"明细\"", name)]);
        said.unwrap_err().to_string()
    };
    assert!(
        sheet("").contains("it has several sheets, `明细`, `说明`; say which by `sheet`"),
        "{}",
        sheet("")
    );
    assert!(sheet(", sheet = \"细\"").contains("it has no sheet `细`"));
    let csv = [("path = \"t.csv\" }", "path = \"t.csv\", sheet = \"x\" }")];
    let told = plan("trim-wide-blank", &csv).unwrap_err().to_string();
    assert!(told.contains("it is not a workbook"), "{told}");
}
