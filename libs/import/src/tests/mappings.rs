//! Wrong mappings: each problem has its line, its place, the reason and what to do.

use super::support::Folder;

const FILES: &str = r#"
[dates]
time = "12:00"
zone = "UTC"
[files.card]
path = "card.csv"
[files.disp]
path = "disp.csv"
"#;

fn folder() -> Folder {
    Folder::with(&[
        ("card.csv", b"card_id,disp_id,issued\n1,1,2024-01-01\n"),
        ("disp.csv", b"disp_id,account_id\n1,7\n"),
        ("twice.csv", b"a,a\n1,2\n"),
        ("empty.csv", b""),
    ])
}

/// The problems of a mapping that begins with `FILES`.
fn problems(mapping: &str) -> String {
    folder().plan(&format!("{FILES}{mapping}")).err().map(|problems| problems.to_string()).unwrap_or_default()
}

/// A section with one event, which has these lines.
fn event(lines: &str) -> String {
    format!(
        "[[events]]\nfrom = \"card\"\n[[events.event]]\nsource = \"s\"\nsubject = \"x\"\nbranch = \"b\"\n{lines}"
    )
}

const RIGHT: &str = "type = \"card.issued\"\nid = \"{card_id}\"\nbusiness_date = \"{issued}\"\n";

#[test]
fn a_right_mapping_has_no_problems() {
    assert_eq!(problems(&event(RIGHT)), "");
}

#[test]
fn bad_toml_and_unknown_fields_are_named_with_their_line() {
    let cases = [
        ("[[events]]\nfrom = \"card\"\nform = 1\n", "mapping.toml:11: unknown field `form`"),
        ("[[events]]\nwhen = \"a == b\"\n", "mapping.toml:9: missing field `from`"),
        ("[[events]\n", "mapping.toml:9: "),
        ("[dates2]\n", "mapping.toml:9: unknown field `dates2`"),
        (&event("type = { a = 1 }\n"), "mapping.toml:15: "),
        (&event("amount = { value = \"1\", scal = 2 }\n"), "mapping.toml:15: unknown field `scal`"),
    ];
    for (mapping, expected) in cases {
        let problems = problems(mapping);
        assert!(problems.starts_with(expected), "{mapping}\n{problems}");
        assert!(problems.ends_with("see the example (INVALID_TOML)"), "{problems}");
    }
}

#[test]
fn unknown_names_are_reported_with_a_suggestion() {
    let cases = [
        (
            "[[events]]\nfrom = \"crad\"\n[[events.event]]\n",
            "mapping.toml:10: events[0].from: there is no file `[files.crad]`; did you mean `card`?",
        ),
        (
            &event(&RIGHT.replace("{card_id}", "{cart_id}")),
            "mapping.toml:16: events[0].event[0].id: in \"{cart_id}\": card.csv has no column `cart_id`; did you mean `card_id`?",
        ),
        (
            &event(&RIGHT.replace("{card_id}", "{disp.id}")),
            "mapping.toml:16: events[0].event[0].id: in \"{disp.id}\": there is no lookup `disp` here; there are none",
        ),
        (
            &event(&RIGHT.replace("{card_id}", "{card_id|lowr}")),
            "there is no filter `lowr`; did you mean `lower`?",
        ),
        (
            &event(&RIGHT.replace("card.issued", "card.isued")),
            "mapping.toml:15: events[0].event[0].type: `card.isued` is not in the catalogue; did you mean `card.issued`?",
        ),
        (
            &event(&format!("{RIGHT}when = \"card_id = 1\"\n")),
            "events[0].event[0].when: in \"card_id = 1\": no operator follows `card_id`",
        ),
    ];
    for (mapping, expected) in cases {
        let problems = problems(mapping);
        assert!(problems.contains(expected), "{mapping}\n{problems}");
    }
}

#[test]
fn all_problems_are_reported_at_once_in_the_order_of_lines() {
    let told = problems(&event("type = \"{nothing}\"\nid = \"{nowhere}\"\n"));
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 3, "{told}");
    assert!(lines[0].starts_with("mapping.toml:11: events[0].event[0]: it has no date"), "{told}");
    assert!(lines[1].starts_with("mapping.toml:15: "), "{told}");
    assert!(lines[2].starts_with("mapping.toml:16: "), "{told}");
}

#[test]
fn an_event_needs_source_id_type_and_a_date_with_a_time() {
    let told = problems("[[events]]\nfrom = \"card\"\n[[events.event]]\nsubject = \"x\"\n");
    for name in ["`source`", "`id`", "`type`", "no date"] {
        assert!(told.contains(name), "{name}: {told}");
    }
    let told = problems("[[events]]\nfrom = \"card\"\n");
    assert!(told.contains("add an `[[events.event]]`"), "{told}");
    let no_time = format!("{}{}", FILES.replace("time = \"12:00\"", ""), event(RIGHT));
    let told = folder().plan(&no_time).unwrap_err().to_string();
    assert!(told.contains("business_date: it does not say when on that day; add `time`"), "{told}");
}

#[test]
fn dates_money_and_dialects_are_checked_where_they_stand() {
    let date = |table: &str| event(&RIGHT.replace("\"{issued}\"", table));
    let cases = [
        (date("{ value = \"{issued}\", format = \"%y%m%d\" }"), "say `century`"),
        (date("{ value = \"{issued}\", zone = \"Mars/Base\" }"), "`Mars/Base` is not a time zone"),
        (event(&format!("{RIGHT}amount = \"1\"\n")), "amount: it has no currency"),
        (
            event(&format!("{RIGHT}amount = {{ value = \"1\", currency = \"Kč\" }}\n")),
            "`Kč` is not a currency",
        ),
        (
            event(&format!("{RIGHT}amount = {{ value = \"1\", currency = \"CZK\", scale = 99 }}\n")),
            "scale 99 is out of range",
        ),
        (
            event(&format!(
                "{RIGHT}amount = {{ value = \"1\", currency = \"CZK\", decimal = \",\", group = \",\" }}\n"
            )),
            "are the same character",
        ),
        ("[csv]\ndelimiter = \"||\"\n".to_owned(), "`||` is not one ASCII character"),
        ("[csv]\nencoding = \"klingon\"\n".to_owned(), "`klingon` is not an encoding"),
        ("[files.gone]\npath = \"gone.csv\"\n".to_owned(), "mapping.toml:10: files.gone.path: "),
        ("[files.empty]\npath = \"empty.csv\"\n".to_owned(), "has no line of column names"),
        (String::new(), "it maps nothing"),
    ];
    for (mapping, expected) in cases {
        let told = problems(&mapping);
        assert!(told.contains(expected), "{mapping}\n{told}");
    }
}

#[test]
fn a_column_name_that_occurs_twice_cannot_be_used() {
    let told = problems(
        "[files.twice]\npath = \"twice.csv\"\n[[organisation.units]]\nfrom = \"twice\"\nkind = \"x\"\nid = \"{a}\"\n",
    );
    assert!(
        told.contains("twice.csv has 2 columns `a`") && told.contains("`columns = [\"a\", \"a_2\"]`"),
        "{told}"
    );
}

#[test]
fn lookups_that_need_each_other_are_found() {
    let lookups = "[[events]]\nfrom = \"card\"\nlookup.a = { in = \"disp\", key = \"{b.disp_id}\", on = \"{disp_id}\" }\nlookup.b = { in = \"disp\", key = \"{a.disp_id}\", on = \"{disp_id}\" }\n[[events.event]]\nsource = \"s\"\nbranch = \"b\"\nsubject = \"x\"\n";
    let told = problems(&format!("{lookups}{RIGHT}"));
    assert!(told.contains("mapping.toml:11: events[0].lookup.a: its key needs itself"), "{told}");
}

#[test]
fn sources_are_declared_once_and_agree_with_the_events() {
    let declared =
        |source: &str, extra: &str| format!("[[sources]]\n{source}\n{}", event(&format!("{RIGHT}{extra}")));
    assert_eq!(problems(&declared("name = \"s\"", "")), "");
    let cases = [
        (declared("name = \"t\"", ""), "source `s` is not among `[[sources]]`"),
        (declared("name = \"s\"\nnumbered = true", ""), "source `s` is numbered; add `source_sequence`"),
        (declared("name = \"s\"", "source_sequence = \"{card_id}\"\n"), "source `s` is not numbered"),
        (declared("name = \"s\"\n[[sources]]\nname = \"s\"", ""), "`s` is declared twice"),
    ];
    for (mapping, expected) in cases {
        let told = problems(&mapping);
        assert!(told.contains(expected), "{mapping}\n{told}");
    }
}

#[test]
fn a_type_that_the_bank_added_is_named_in_the_mapping() {
    let own = event(&RIGHT.replace("card.issued", "pension.signed"));
    assert!(problems(&own).contains("`pension.signed` is not in the catalogue"));
    let with = format!("event_types = [\"pension.signed\"]\n{FILES}{own}");
    assert!(folder().plan(&with).is_ok());
}
