//! Queries of the organisation through the real commands: worked example 5 as shown for a unit and an
//! employee on two days, who decided what, unresolved names until they are applied, branches that disagree,
//! and who may ask.

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::support::{Dev, file};

/// A bank with branches `A` (with the team `A1`) and `B`, and `li` with these lines.
fn bank(li: &str) -> String {
    format!(
        r#"
[[units]]
id = "A"
kind = "branch"
name = "城东支行"
[[units]]
id = "A1"
kind = "team"
parent = "A"
name = "营销一部"
[[units]]
id = "B"
kind = "branch"
name = "西湖支行 B"
[[employees]]
id = "wang"
name = "王强"
unit = "B"
[[employees]]
id = "li"
name = "李娜"
{li}"#
    )
}

/// `li` in the team of `A` until the day before the move, and in `B` from that day on.
fn moved_on(day: Date) -> String {
    let before = format!("[[employees.memberships]]\nunit = \"A1\"\nend_date = {}", day.yesterday().unwrap());
    let after = format!("[[employees.memberships]]\nunit = \"B\"\nstart_date = {day}\nrole = \"teller\"");
    bank(&format!("{before}\n{after}\n"))
}

const CONTEST: &str = r#"
id = "cards"
period = { from = 2026-02-01, to = 2026-02-28 }
boards = ["employee", "branch"]
currency = "CNY"
[[indicators]]
id = "cards"
events = ["card.issued"]
points = { per_unit = 1 }
"#;

fn card(source: &str, id: &str, day: i8, employee: &str, branch: &str) -> Value {
    json!({
        "source": source, "id": id, "type": "card.issued", "subject": id, "branch": branch,
        "occurred_time": format!("2026-02-{day:02}T10:00:00+08:00"),
        "business_date": {"year": 2026, "month": 2, "day": day}, "credits": [{"employee": employee}],
    })
}

/// A server with the organisation and the contest.
struct Bank {
    folder: tempfile::TempDir,
    dev: Dev,
}

impl Bank {
    fn given(organisation: &str) -> Bank {
        let folder = tempfile::tempdir().unwrap();
        let dev = Dev::start(folder.path());
        let bank = Bank { folder, dev };
        bank.organise(organisation);
        let contest = file(bank.folder.path(), "contest.toml", CONTEST);
        bank.dev.run(&["contest", "apply", &contest]).ends_with(0);
        bank
    }

    /// Applies an organisation. Returns the position.
    fn organise(&self, organisation: &str) -> String {
        let path = file(self.folder.path(), "org.toml", organisation);
        let said = self.dev.run(&["org", "apply", &path, "-o", "json"]).ends_with(0).json();
        said["position"].as_str().unwrap().to_owned()
    }

    /// Sends events. Returns the position of the last.
    fn emit(&self, events: &[Value]) -> String {
        let outcomes = self.dev.emit(events);
        assert!(outcomes.iter().all(|outcome| outcome["status"] == "accepted"), "{outcomes:?}");
        outcomes.last().unwrap()["position"].as_str().unwrap().to_owned()
    }

    /// The answer of `longhu org`, once it reflects a position.
    fn org(&self, arguments: &[&str], after: &str) -> Value {
        let more = ["-o", "json", "--min-position", after];
        self.dev.run(&[&["org"], arguments, &more].concat()).ends_with(0).json()
    }

    /// The output of `longhu org` for people.
    fn said(&self, arguments: &[&str]) -> String {
        self.dev.run(&[&["org"], arguments].concat()).ends_with(0).out
    }
}

/// The value of a text field in every item of a list.
fn each<'v>(list: &'v Value, field: &str) -> Vec<&'v str> {
    list.as_array().unwrap().iter().map(|item| item[field].as_str().unwrap_or_default()).collect()
}

#[test]
fn example_5_is_shown_on_the_day_before_the_move_and_on_the_day_of_it() {
    let bank = Bank::given(&bank("unit = \"A1\"\n"));
    let position = bank.organise(&moved_on(date(2026, 2, 15)));
    let show = |id: &str, day: &str| bank.org(&["show", id, "--on", day], &position);
    let (before, after) = (show("li", "2026-02-14"), show("li", "2026-02-15"));
    assert_eq!((&before["primary"]["unit"], &before["primary"]["role"]), (&json!("A1"), &json!("")));
    assert_eq!(each(&before["way_up"], "id"), ["A1", "A"]);
    assert_eq!((&after["primary"]["unit"], &after["primary"]["role"]), (&json!("B"), &json!("teller")));
    assert_eq!(each(&after["way_up"], "name"), ["西湖支行 B"]);
    assert_eq!((&after["revision"], &after["decided_position"]), (&json!(2), &json!(position)));
    assert_eq!(after["history"]["memberships"].as_array().unwrap().len(), 2);

    let units = |day: &str| {
        let (a, b) = (show("A", day), show("B", day));
        assert_eq!(each(&a["children"], "id"), ["A1"]);
        let members: Vec<String> = each(&b["members"], "id").into_iter().map(str::to_owned).collect();
        (a["head_count"].as_u64().unwrap(), b["head_count"].as_u64().unwrap(), members.join(" "))
    };
    assert_eq!(units("2026-02-14"), (1, 1, "wang".to_owned()));
    assert_eq!(units("2026-02-15"), (0, 2, "li wang".to_owned()));

    let tree = |day: &str| {
        let tree = bank.org(&["tree", "--on", day], &position);
        let line = |unit: &Value| {
            format!("{}{}:{}", unit["depth"], unit["id"].as_str().unwrap(), unit["head_count"])
        };
        tree["units"].as_array().unwrap().iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(tree("2026-02-14"), ["0A:1", "1A1:1", "0B:1"]);
    assert_eq!(tree("2026-02-15"), ["0A:0", "1A1:0", "0B:2"]);
    let table = "UNIT  KIND    NAME        HEADS\nA     branch  城东支行        0\n  A1  team    营销一部        0\n\
                 B     branch  西湖支行 B      2\n";
    let said = bank.said(&["tree", "--on", "2026-02-15"]);
    assert!(said.contains(table), "{said}");
    let one = bank.org(&["tree", "A", "--depth", "1"], &position);
    assert_eq!((each(&one["units"], "id"), &one["units"][0]["children"]), (vec!["A"], &json!(1)));
}

#[test]
fn without_a_day_the_last_counted_one_is_shown() {
    let bank = Bank::given(&moved_on(date(2026, 2, 15)));
    let at = bank.emit(&[card("cards", "1", 14, "li", "A")]);
    let shown = bank.org(&["show", "li"], &at);
    assert_eq!((&shown["date"], &shown["primary"]["unit"]), (&json!("2026-02-14"), &json!("A1")));
    let at = bank.emit(&[card("cards", "2", 16, "li", "B")]);
    let shown = bank.org(&["show", "li"], &at);
    assert_eq!((&shown["date"], &shown["primary"]["unit"]), (&json!("2026-02-16"), &json!("B")));
}

#[test]
fn the_history_says_who_decided_what_and_what_that_changed_field_by_field() {
    let bank = Bank::given(&bank("unit = \"A1\"\n"));
    bank.organise(&moved_on(date(2026, 2, 15)));
    let last = bank.organise(&moved_on(date(2026, 2, 10)).replace("李娜", "李娜娜"));
    let history = bank.org(&["history", "li"], &last);
    let revisions = history["revisions"].as_array().unwrap();
    let told: Vec<(u64, &str, &str)> = revisions
        .iter()
        .map(|one| {
            let text = |field: &str| one[field].as_str().unwrap();
            (one["revision"].as_u64().unwrap(), text("principal"), text("outcome"))
        })
        .collect();
    let took = |revision| (revision, "local", "TOOK_EFFECT");
    assert_eq!(told, [took(1), took(2), took(3)]);
    assert_eq!(revisions[2]["effective_position"], json!(last));
    assert_eq!(revisions[2]["decided"]["employee"]["name"], "李娜娜");
    let changed =
        |field: &str, before: Value, after: Value| json!({"field": field, "before": before, "after": after});
    assert_eq!(
        revisions[2]["changes"],
        json!([
            changed("name", json!("李娜"), json!("李娜娜")),
            changed("membership", json!("A1, until 2026-02-14"), Value::Null),
            changed("membership", json!("B, teller, from 2026-02-15 on"), Value::Null),
            changed("membership", Value::Null, json!("A1, until 2026-02-09")),
            changed("membership", Value::Null, json!("B, teller, from 2026-02-10 on")),
        ])
    );
    let said = bank.said(&["history", "li"]);
    let days = "FROM        UNTIL       UNIT  ROLE\n-           2026-02-09  A1\n2026-02-10  -           B     teller\n";
    assert!(said.contains(days) && said.contains("name: 李娜 → 李娜娜"), "{said}");
    // The others were in every file without changes, so there is no further decision on them.
    assert_eq!(bank.org(&["history", "wang"], &last)["revisions"].as_array().unwrap().len(), 1);
}

#[test]
fn an_unknown_employee_is_listed_by_reason_and_source_until_applied() {
    let bank = Bank::given(&bank("unit = \"A1\"\n"));
    let at = bank.emit(&[
        card("cards", "1", 3, "qian", "A"),
        card("cards", "2", 9, "qian", "A"),
        card("loans", "3", 5, "qian", "A"),
        card("cards", "4", 5, "li", "A"),
        card("cards", "5", 5, "B", "A"),
    ]);
    let found = bank.org(&["unresolved"], &at);
    let line = |one: &Value| {
        let text = |field: &str| one[field].as_str().unwrap().to_owned();
        let days = [text("first_date"), text("last_date")].join(" ");
        [text("reason"), text("name"), text("source"), one["entries"].to_string(), days, text("example_id")]
            .join(" ")
    };
    let lines: Vec<String> = found["unresolved"].as_array().unwrap().iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "UNKNOWN_EMPLOYEE qian cards 2 2026-02-03 2026-02-09 2",
            "UNKNOWN_EMPLOYEE qian loans 1 2026-02-05 2026-02-05 3",
            "UNIT_AS_EMPLOYEE B cards 1 2026-02-05 2026-02-05 5",
        ]
    );
    let standings = bank.dev.run(&["standings", "cards", "--board", "employee", "-o", "json"]).json();
    assert_eq!((&found["waiting"], &standings["held"]), (&json!(4), &json!(4)));
    let csv = bank.said(&["unresolved", "-o", "csv"]);
    assert!(csv.contains("\nUNKNOWN_EMPLOYEE,true,qian,cards,2,2026-02-03,2026-02-09,2,"), "{csv}");
    assert!(bank.said(&["unresolved"]).contains("longhu org apply"));

    let at = bank.organise("[[employees]]\nid = \"qian\"\nname = \"钱\"\nunit = \"A1\"\n");
    let found = bank.org(&["unresolved"], &at);
    assert_eq!(each(&found["unresolved"], "name"), ["B"]);
}

#[test]
fn an_event_whose_branch_is_not_above_its_creditors_unit_is_listed() {
    let bank = Bank::given(&moved_on(date(2026, 2, 15)));
    let at = bank.emit(&[
        card("cards", "1", 14, "li", "A"),
        card("cards", "2", 15, "li", "A"),
        card("cards", "3", 20, "li", "A"),
        card("cards", "4", 20, "li", "nowhere"),
        card("cards", "5", 20, "wang", "B"),
    ]);
    let ids = |more: &[&str]| {
        let found = bank.org(&[&["mismatches"], more].concat(), &at);
        (
            each(&found["mismatches"], "id").join(" "),
            found["total"].as_u64(),
            found["branch_unresolved"].as_u64(),
        )
    };
    assert_eq!(ids(&[]), ("3 2".to_owned(), Some(2), Some(1)));
    assert_eq!(ids(&["--limit", "1"]), ("3".to_owned(), Some(2), Some(1)));
    assert_eq!(ids(&["--contest", "cards", "--from", "2026-02-16"]), ("3".to_owned(), Some(1), Some(1)));
    assert_eq!(ids(&["--to", "2026-02-14"]), (String::new(), Some(0), Some(0)));
    let csv = bank.said(&["mismatches", "-o", "csv"]);
    assert!(csv.contains(",cards,2,card.issued,2026-02-15,li,B,A\n"), "{csv}");
}

#[test]
fn what_cannot_be_answered_is_refused_with_code_and_next_step() {
    let bank = Bank::given(&bank("unit = \"A1\"\n"));
    let later = "[[units]]\nid = \"A1\"\nkind = \"team\"\nparent = \"A\"\nend_date = 2026-01-31\nmerged_into = \"B\"\n";
    bank.organise(later);
    let cases = [
        (vec!["show", "nobody"], 3, "NOT_IN_ORGANISATION"),
        (vec!["history", "nobody"], 3, "NOT_IN_ORGANISATION"),
        (vec!["tree", "nobody"], 3, "NOT_IN_ORGANISATION"),
        (vec!["tree", "li"], 1, "NOT_A_UNIT"),
        (vec!["tree", "A1", "--on", "2026-02-01"], 1, "UNIT_NOT_OPEN"),
        (vec!["mismatches", "--contest", "nothing"], 3, "CONTEST_NOT_FOUND"),
        (vec!["mismatches", "--from", "2026-02-02", "--to", "2026-02-01"], 1, "RANGE_REVERSED"),
        (vec!["show", "li", "--on", "1812-01-01"], 1, "BAD_DATE"),
    ];
    for (arguments, code, reason) in cases {
        let said = bank.dev.run(&[&["org"][..], &arguments].concat()).ends_with(code);
        assert!(said.err.contains(reason), "{arguments:?}: {}", said.err);
        assert!(said.out.is_empty(), "{arguments:?}: {}", said.out);
    }
    let merged = bank.dev.run(&["org", "tree", "A1", "--on", "2026-02-01"]).err;
    assert!(merged.contains("merged into `B`"), "{merged}");
}

#[test]
fn everybody_with_a_role_may_look_and_only_an_admin_sees_decisions_and_events() {
    let folder = tempfile::tempdir().unwrap();
    let principals = "[[principal]]\nname = \"wall\"\ntoken = \"wall-01234567890\"\nroles = [\"viewer\"]\n\
                      [[principal]]\nname = \"hq\"\ntoken = \"hq-01234567890123\"\nroles = [\"admin\"]\n";
    let path = file(folder.path(), "principals.toml", principals);
    let dev = Dev::start_with(folder.path(), &["--principals", &path]);
    let (viewer, admin) = ("wall-01234567890", "hq-01234567890123");
    let organisation = file(folder.path(), "org.toml", &bank("unit = \"A1\"\n"));
    let as_principal = |token: &str, arguments: &[&str]| dev.run(&[arguments, &["--token", token]].concat());
    let applied = as_principal(admin, &["org", "apply", &organisation, "-o", "json"]).ends_with(0).json();
    let at = applied["position"].as_str().unwrap();
    as_principal(viewer, &["org", "show", "li", "--min-position", at]).ends_with(0);
    as_principal(viewer, &["org", "tree"]).ends_with(0);
    for arguments in [vec!["org", "history", "li"], vec!["org", "unresolved"], vec!["org", "mismatches"]] {
        let said = as_principal(viewer, &arguments).ends_with(4);
        assert!(said.err.contains("ROLE_MISSING"), "{}", said.err);
        let said = as_principal(admin, &arguments).ends_with(0);
        assert!(!said.out.is_empty());
    }
    dev.run(&["org", "tree"]).ends_with(4);
}
