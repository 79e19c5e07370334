//! Compares `deploy/docs/contest-reference.md` with the program: its tables are those of `longhu contest
//! reference`, which the reader of files takes its keys from, and the sentences below its examples are those of
//! `longhu contest explain`. `LONGHU_WRITE_GOLDEN=1` writes both anew.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::{Said, file, longhu, root};

/// A name that is not similar to any other.
const NONE: &str = "qqqqqqqqqq";
/// The head of every sample that does not have its own.
const HEAD: &str = "id = \"sample\"\nperiod = { from = 2025-01-01, to = 2025-03-31 }\nboards = [\"branch\", \"employee\"]\n\
                    currency = \"CNY\"\n";
/// The head of a table of keys.
const KEYS: &str = "| key | type | range | default | what it says |";
const INDICATOR: &str = "\n[[indicators]]\nid = \"visits\"\nname = { zh = \"拜访\", en = \"Visits\" }\nevents = [\"visit.made\"]\n\
                         points = { per_unit = 3 }\n";

fn page() -> PathBuf {
    root().join("deploy/docs/contest-reference.md")
}

/// Runs a command on a contest file.
fn about(contest: &str, arguments: &[&str]) -> Said {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "sample.toml", contest);
    let mut all = arguments.to_vec();
    all.insert(2, &path);
    Said::of(longhu().args(all).output().unwrap())
}

fn refused(contest: &str) -> String {
    let said = about(contest, &["contest", "validate"]);
    said.out + &said.err
}

/// The lines of `contest explain`, without some sections.
fn explained(contest: &str, lang: &str, without: &[&str]) -> Vec<String> {
    let said = about(contest, &["contest", "explain", "--lang", lang, "-o", "json"]).ends_with(0).json();
    let is_asked = |section: &&Value| !without.contains(&section["id"].as_str().unwrap());
    let lines = said["sections"]
        .as_array()
        .unwrap()
        .iter()
        .filter(is_asked)
        .flat_map(|section| section["lines"].as_array().unwrap());
    lines.map(|line| line.as_str().unwrap().trim().to_owned()).collect()
}

/// A complete contest from a sample of a few lines.
fn whole(sample: &str) -> String {
    format!("{HEAD}{sample}{INDICATOR}")
}

/// The sentences that a sample adds to those of a plain contest.
fn sentences(sample: &str) -> String {
    let mut quote = String::new();
    for lang in ["en", "zh"] {
        let plain = explained(&whole(""), lang, &["example"]);
        // The sentence on computing units as a whole is on the page only once.
        let without = if sample.contains("[[indicators]]") { &["example", "who"][..] } else { &["example"] };
        let own = explained(&whole(sample), lang, without).into_iter().filter(|line| !plain.contains(line));
        for line in own {
            quote += &format!("> - {line}\n");
        }
        quote += if lang == "en" { ">\n" } else { "" };
    }
    quote
}

/// The heading under which the page has a table.
fn heading(of: &str) -> String {
    match of {
        "" => "## The contest".to_owned(),
        "indicators" => "## `indicators`".to_owned(),
        "per" => "#### `per`".to_owned(),
        of => format!("### `{of}`"),
    }
}

/// The table of words and keys under each heading, as `longhu contest reference` has it.
fn tables() -> BTreeMap<String, String> {
    let said = Said::of(longhu().args(["contest", "reference", "-o", "json"]).output().unwrap());
    let said = said.ends_with(0).json();
    let row = |cells: [&str; 5]| {
        let cell = |text: &&str| if text.is_empty() { " |".to_owned() } else { format!(" {text} |") };
        format!("|{}\n", cells.iter().map(cell).collect::<String>())
    };
    let of_section = |section: &Value| {
        let text = |value: &'_ Value, name: &str| value[name].as_str().unwrap().to_owned();
        let words = section["words"].as_array().unwrap().iter().map(|word| {
            row([&format!("`\"{}\"`", text(word, "word")), "a word", "", "", &text(word, "says")])
        });
        let keys = section["keys"].as_array().unwrap().iter().map(|key| {
            let [kind, range, default, says] =
                ["type", "range", "default", "says"].map(|name| text(key, name));
            row([&format!("`{}`", text(key, "name")), &kind, &range, &default, &says])
        });
        let rows: String = words.chain(keys).collect();
        (heading(section["of"].as_str().unwrap()), format!("{KEYS}\n|---|---|---|---|---|\n{rows}"))
    };
    said["tables"].as_array().unwrap().iter().map(of_section).collect()
}

/// The page with up-to-date tables, and up-to-date sentences below its samples.
fn written_anew(text: &str) -> String {
    let (mut written, mut sample, mut last) = (String::new(), None::<String>, String::new());
    let (mut tables, mut above) = (tables(), String::new());
    let (mut is_quoting, mut in_table) = (false, false);
    for line in text.lines() {
        if line.starts_with('>') {
            if !is_quoting {
                written += &sentences(&last);
            }
            is_quoting = true;
            continue;
        }
        is_quoting = false;
        if line == KEYS {
            in_table = true;
            written += &tables.remove(&above).unwrap_or_else(|| panic!("{above} has a table of no key"));
        }
        in_table &= line.starts_with('|');
        if in_table {
            continue;
        }
        match (&mut sample, line) {
            (None, "```toml") => sample = Some(String::new()),
            (Some(_), "```") => last = sample.take().unwrap(),
            (Some(sample), line) => sample.extend([line, "\n"]),
            (None, line) if line.starts_with('#') => line.clone_into(&mut above),
            (None, _) => {}
        }
        written.extend([line, "\n"]);
    }
    assert!(tables.is_empty(), "the page has no tables under {:?}", tables.keys());
    written
}

#[test]
fn reference_has_the_tables_and_sentences_of_the_rules() {
    let text = std::fs::read_to_string(page()).unwrap();
    let today = written_anew(&text);
    if std::env::var_os("LONGHU_WRITE_GOLDEN").is_some() {
        std::fs::write(page(), &today).unwrap();
    }
    for (own, other) in text.lines().zip(today.lines()) {
        assert_eq!(own, other, "write the page anew with LONGHU_WRITE_GOLDEN=1");
    }
    assert_eq!(text.len(), today.len(), "write the page anew with LONGHU_WRITE_GOLDEN=1");
}

fn indicator(lines: &str) -> String {
    format!("{HEAD}[[indicators]]\nid = \"i\"\nevents = [\"visit.made\"]\n{lines}\n")
}

#[test]
fn the_reference_has_every_word_that_a_file_may_say() {
    let text = std::fs::read_to_string(page()).unwrap();
    let head = |key: &str| format!("{HEAD}{key} = \"{NONE}\"{INDICATOR}");
    let tie_breaks = format!("{HEAD}tie_breaks = [\"{NONE}\"]{INDICATOR}");
    let improvement = format!(
        "{HEAD}ranked_by = {{ improvement = \"{NONE}\", from = 2024-01-01, to = 2024-01-31 }}{INDICATOR}"
    );
    let own = |lines: &str| indicator(&lines.replace('?', &format!("\"{NONE}\"")));
    let files = [
        head("listed"),
        head("tie_rule"),
        head("unit_from"),
        head("overall"),
        head("ranked_by"),
        tie_breaks,
        improvement,
        own("measure = ?"),
        own("measure = { net_change = ? }"),
        own("measure = { average_balance = ? }"),
        own("points = ?"),
        own("points = { tiers = ?, steps = [{ from = 0, per_unit = 1 }] }"),
        own("points = { weight = 1, zero_target = ? }"),
        own("caps = [{ per = ?, points = 1 }]"),
    ];
    for contest in files {
        let said = refused(&contest);
        let line = said.lines().find(|line| line.contains(NONE) && line.contains("(UNKNOWN_VALUE)"));
        let line = line.unwrap_or_else(|| panic!("{contest}\n{said}"));
        let words: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
        assert!(!words.is_empty(), "{line}");
        for word in words {
            assert!(text.contains(&format!("`\"{word}\"`")), "`\"{word}\"` is not on the page: {line}");
        }
    }
}

/// Values just outside the ranges in the page's tables are refused.
#[test]
fn what_the_reference_says_is_out_of_range_is_refused() {
    let head = |lines: &str| format!("{HEAD}{lines}{INDICATOR}");
    let round = "[[rounds]]\nid = \"r\"\nfrom = 2025-01-01\nto = 2025-01-31\n";
    let cases: [(String, &str); 24] = [
        (head("grace_days = 3651"), "grace_days: grace is at most"),
        (head("tie_breaks = [\"name\", \"name\"]"), "DUPLICATE_ID"),
        (head("overall = { places = [1] }"), "NEEDS_ROUNDS"),
        (head(&format!("overall = {{ places = [1, 2] }}\n{round}")), "OUT_OF_ORDER"),
        (head(&round.replace("2025-01-31", "2025-04-01")), "OUTSIDE_PERIOD"),
        (
            head("ranked_by = { improvement = \"points\", from = 2024-12-01, to = 2025-01-01 }"),
            "BASE_NOT_BEFORE",
        ),
        (head("ranked_by = { completion = \"visits\" }"), "NO_COMPLETION"),
        (indicator("measure = { customers_with_products = 0 }"), "OUT_OF_RANGE"),
        (indicator("measure = { customers_with_products = 1001 }"), "OUT_OF_RANGE"),
        (
            indicator("measure = { nth_product = 1, within_days = 36501, openings = [\"account.opened\"] }"),
            "OUT_OF_RANGE",
        ),
        (indicator("measure = { net_change = \"present_holder\", base = 2025-01-01 }"), "BASE_NOT_BEFORE"),
        (indicator("filter = { amount_min = 2, amount_max = 1 }"), "EMPTY_RANGE"),
        (indicator("points = { per_unit = 1000000001 }"), "OUT_OF_RANGE"),
        (indicator("points = { points = 1, per_amount = 1 }"), "MEASURE_MISMATCH"),
        (indicator("measure = \"amount\"\npoints = { points = 1, per_amount = 0 }"), "OUT_OF_RANGE"),
        (indicator("points = { weight = -1 }"), "OUT_OF_RANGE"),
        (indicator("points = { weight = 1, cap = \"100000001%\" }"), "OUT_OF_RANGE"),
        (indicator("points = { weight = 1, floor = 1.1, cap = 1 }"), "EMPTY_RANGE"),
        (
            indicator("points = { tiers = \"marginal\", steps = [{ from = -1, per_unit = 1 }] }"),
            "OUT_OF_RANGE",
        ),
        (indicator("windows = [{ from = 2025-01-01, to = 2025-01-02, times = -1 }]"), "OUT_OF_RANGE"),
        (indicator("windows = [{ from = 2025-03-31, to = 2025-04-01, times = 2 }]"), "OUTSIDE_PERIOD"),
        (indicator("caps = [{ per = \"day\", points = -1 }]"), "OUT_OF_RANGE"),
        (
            indicator("caps = [{ per = \"day\", points = 1 }, { per = \"customer\", points = 1 }]"),
            "CONFLICTING_FIELDS",
        ),
        (indicator("caps = [{ per = \"event\", points = 1, boards = [\"branch\"] }]"), "CAP_ON_EVERY_BOARD"),
    ];
    for (contest, said) in cases {
        let refusal = refused(&contest);
        assert!(refusal.contains(said), "{contest}\n{said} is not in: {refusal}");
    }
}

#[test]
fn a_key_or_word_is_looked_up_by_its_name_and_a_wrong_one_is_told_the_nearest() {
    let of = |key: &str| Said::of(longhu().args(["contest", "reference", key]).output().unwrap());
    assert!(
        of("within_days")
            .ends_with(0)
            .out
            .contains("measure\n  within_days = days; 0 to 36,500; must be given\n")
    );
    assert!(of("caps").ends_with(0).out.starts_with("caps\n  per = "));
    for word in ["earliest", "up", "1223", "day", "marginal", "reached", "membership", "holder_of_the_day"] {
        of(word).ends_with(0);
    }
    let said = of("within_day").ends_with(2);
    assert!(said.err.contains("did you mean `within_days`?"), "{}", said.err);
}
