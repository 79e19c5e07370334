//! Plans through the real commands: targets from files as head office has them, amended, shown and refused;
//! and calendars for pace. Decisions are still there after a restart, and in the exported log.

use jiff::civil::date;
use serde_json::{Value, json};

use crate::examples::Bank;
use crate::support::{Dev, file};

const ORGANISATION: &str = r#"
[[units]]
id = "B01"
kind = "branch"
name = "城东支行"
[[units]]
id = "B02"
kind = "branch"
name = "城西支行"
[[units]]
id = "T01"
kind = "team"
name = "一部"
parent = "B01"
[[employees]]
id = "E01"
name = "张三"
unit = "T01"
"#;

/// A contest that counts cards and money.
fn contest() -> String {
    let spring = (date(2026, 1, 1), date(2026, 3, 31));
    crate::examples::contest("spring", spring, 1, "")
        + "[[indicators]]\nid = \"deposits\"\nevents = [\"wealth.sold\"]\nmeasure = \"amount\"\npoints = { per_unit = 1 }\n"
}

fn bank() -> Bank {
    let bank = Bank::given_with(ORGANISATION);
    bank.apply(&contest());
    bank
}

/// Applies a valid file. Returns `[new, changed, unchanged, removed]` and the position.
fn applied(bank: &Bank, name: &str, text: &str, more: &[&str]) -> ([u64; 4], Option<String>) {
    let path = file(bank.folder.path(), name, text);
    let said = bank.dev.run(&[&["targets", "apply", &path, "-o", "json"], more].concat()).ends_with(0).json();
    let counts = ["added", "changed", "unchanged", "removed"].map(|count| said[count].as_u64().unwrap());
    (counts, said["position"].as_str().map(str::to_owned))
}

/// Targets in force as `participant round indicator value revision`.
fn shown(dev: &Dev, more: &[&str]) -> Vec<String> {
    let said = dev.run(&[&["targets", "show", "spring", "-o", "json"], more].concat()).ends_with(0).json();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let mut lines = Vec::new();
    for one in said["participants"].as_array().unwrap() {
        for target in one["targets"].as_array().unwrap() {
            let parts = [&one["participant"], &target["indicator"], &target["value"]].map(text);
            lines.push(format!("{} {}", parts.join(" "), one["revision"]));
        }
    }
    lines
}

const TABLE: &str = "\u{feff}participant,deposits,cards\r\nB01,\"35,940,000\",1200\r\nB02,,300\r\n";
const SPRING: &[&str] = &["--contest", "spring"];

#[test]
fn targets_are_applied_amended_removed_and_still_there_after_a_restart() {
    let bank = bank();
    let dry = applied(&bank, "plan.csv", TABLE, &["--contest", "spring", "--dry-run"]);
    assert_eq!(dry, ([2, 0, 0, 0], None));
    assert!(shown(&bank.dev, &[]).is_empty(), "a dry run writes nothing");
    let (counts, first) = applied(&bank, "plan.csv", TABLE, SPRING);
    assert_eq!(counts, [2, 0, 0, 0]);
    let since = ["--min-position", &first.clone().unwrap()];
    assert_eq!(shown(&bank.dev, &since), ["B01 cards 1200 1", "B01 deposits 35940000 1", "B02 cards 300 1"]);
    assert_eq!(
        applied(&bank, "plan.csv", TABLE, SPRING),
        ([0, 0, 2, 0], None),
        "the same file changes nothing"
    );

    // A TOML file amends one participant, adds an employee, removes the targets of one, and leaves the
    // others.
    let amended = "contest = \"spring\"\n[[targets]]\nparticipant = \"B01\"\ndeposits = 36_000_000\ncards = \"1200\"\n\
                   [[targets]]\nparticipant = \"E01\"\ncards = 12.5\n[[targets]]\nparticipant = \"B02\"\n";
    let (counts, second) = applied(&bank, "plan.toml", amended, &[]);
    assert_eq!(counts, [1, 1, 0, 1]);
    let second = second.unwrap();
    let now = ["B01 cards 1200 2", "B01 deposits 36000000 2", "E01 cards 12.5 1"];
    assert_eq!(shown(&bank.dev, &["--min-position", &second]), now);
    let one = bank.dev.run(&["targets", "show", "spring", "--participant", "B02"]).ends_with(0).out;
    assert!(one.contains("B02") && one.contains("none any more"), "{one}");
    let text = bank.dev.run(&["targets", "show", "spring"]).ends_with(0).out;
    assert!(text.starts_with("spring · targets of 2 participants · position "), "{text}");
    assert!(text.contains(&second), "{text}");

    // The CSV output, applied again, changes nothing.
    let csv = bank.dev.run(&["targets", "show", "spring", "-o", "csv"]).ends_with(0).out;
    assert_eq!(applied(&bank, "again.csv", &csv, SPRING), ([0, 0, 2, 0], None));
    let said = bank.dev.run(&["log", "tail", "--from", "0.0"]).ends_with(0).out;
    assert!(said.contains("decision targets spring B01 revision 1 by "), "{said}");

    let Bank { folder, dev } = bank;
    assert_eq!(dev.end(), 0);
    let dev = Dev::start(folder.path());
    assert_eq!(shown(&dev, &["--min-position", &second]), now);
}

#[test]
fn targets_of_a_rate_are_percentages_in_a_table_and_in_a_toml_file() {
    let bank = bank();
    let table = "participant,deposits,cards\nB01,29%,63.21％\n";
    let (counts, position) = applied(&bank, "plan.csv", table, SPRING);
    assert_eq!(counts, [1, 0, 0, 0]);
    let now = ["B01 cards 0.6321 1", "B01 deposits 0.29 1"];
    assert_eq!(shown(&bank.dev, &["--min-position", &position.unwrap()]), now);
    let toml =
        "contest = \"spring\"\n[[targets]]\nparticipant = \"B01\"\ndeposits = \"29%\"\ncards = \"63.21 %\"\n";
    assert_eq!(applied(&bank, "plan.toml", toml, &[]), ([0, 0, 1, 0], None), "both say the same");
}

#[test]
fn an_exported_log_contains_plans_and_the_oracle_accepts_them() {
    let bank = bank();
    applied(&bank, "plan.csv", TABLE, SPRING);
    let path = file(bank.folder.path(), "cn.toml", CALENDAR);
    bank.dev.run(&["calendar", "apply", &path]).ends_with(0);
    let export = bank.dev.run(&["log", "export"]).ends_with(0).out;
    let lines: Vec<Value> = export.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let control =
        |name: &str| lines.iter().map(|line| line["control"][name].clone()).find(|part| !part.is_null());
    let targets = control("targets").unwrap();
    assert_eq!(
        (&targets["participant"], &targets["targets"][0]["indicator"]),
        (&"B01".into(), &"cards".into())
    );
    assert_eq!(targets["targets"][0]["value_e4"], "12000000");
    assert_eq!(control("calendar").unwrap()["open_dates"][0]["day"], 9);
    let path = file(bank.folder.path(), "log.jsonl", &export);
    let computed = bank.dev.run(&["oracle", "--log", &path, "spring", "-o", "json"]).ends_with(0).json();
    let (_, digest) = bank.dev.board("spring", "branch");
    let boards = computed["contests"][0]["boards"].as_array().unwrap();
    let own = boards.iter().find(|board| board["board"] == "branch").unwrap();
    assert_eq!(own["digest"].as_str().unwrap(), digest);
}

#[test]
fn each_wrong_target_is_refused_with_file_line_field_and_code() {
    let bank = bank();
    let toml = |rest: &str| {
        ("wrong.toml", format!("contest = \"spring\"\n[[targets]]\nparticipant = \"B01\"\n{rest}\n"))
    };
    let csv = |text: &str| ("wrong.csv", format!("{text}\n"));
    let head = "participant,round,deposits,cards\nB01,,1,1\n";
    let cases = [
        (csv("participant,deposit,cards\nB01,1,1"), "1: deposit: ", "UNKNOWN_INDICATOR"),
        (csv("participant,indicator,value\nB01,card,1"), "2: indicator: ", "UNKNOWN_INDICATOR"),
        (csv("particpant,cards\nB01,1"), "1: participant: ", "MISSING_COLUMN"),
        (csv(&format!("{head}B02,q1,1,")), "3: round: ", "UNKNOWN_ROUND"),
        (csv(&format!("{head}B02,,1.001,")), "3: deposits: ", "TOO_MANY_DIGITS"),
        (csv(&format!("{head}B02,,,-1")), "3: cards: ", "NEGATIVE_TARGET"),
        (csv(&format!("{head}B02,,,12张")), "3: cards: ", "NOT_A_NUMBER"),
        (csv(&format!("{head}B01,,,2")), "3: cards: ", "DUPLICATE_TARGET"),
        (csv(&format!("{head}T01,,,2")), "3: participant: ", "NOT_IN_CONTEST"),
        (csv(&format!("{head}B99,,,2")), "3: participant: ", "NOT_IN_CONTEST"),
        (toml("card = 1"), "4: targets[0].card: ", "UNKNOWN_INDICATOR"),
        (toml("cards = 1\nround = \"q1\""), "5: targets[0].round: ", "UNKNOWN_ROUND"),
        (toml("cards = \"29.815%\""), "4: targets[0].cards: ", "BAD_NUMBER"),
        (toml("deposits = 0.001"), "4: targets[0].deposits: ", "TOO_MANY_DIGITS"),
        (
            ("wrong.toml", "contest = \"sprung\"\n[[targets]]\nparticipant = \"B01\"\n".into()),
            "1: contest: ",
            "UNKNOWN_CONTEST",
        ),
    ];
    let before = bank.dev.run(&["log", "stat", "-o", "json"]).ends_with(0).out;
    for ((name, text), place, code) in cases {
        let path = file(bank.folder.path(), name, &text);
        let contest = if name.ends_with("csv") { SPRING } else { &[] };
        for more in [&["--dry-run"][..], &[]] {
            let said = bank.dev.run(&[&["targets", "apply", &path], contest, more].concat()).ends_with(1);
            assert!(said.err.contains(&format!("{name}:{place}")), "{place} {code}: {}", said.err);
            assert!(said.err.contains(&format!("({code})")) && said.out.is_empty(), "{code}: {}", said.err);
        }
    }
    let wrong = file(bank.folder.path(), "wrong.csv", "participant,depsits\nB01,1\n");
    let said = bank.dev.run(&["targets", "apply", &wrong, "--contest", "spring"]).ends_with(1).err;
    assert!(said.contains("did you mean `deposits`?"), "{said}");
    bank.dev.run(&["targets", "apply", &wrong]).ends_with(2);
    bank.dev.run(&["targets", "apply", "plan.xlsx"]).ends_with(2);
    assert_eq!(bank.dev.run(&["log", "stat", "-o", "json"]).ends_with(0).out, before, "nothing was written");
    bank.dev.run(&["targets", "show", "sprung"]).ends_with(3);
    bank.dev.run(&["targets", "show", "spring", "--participant", "B01"]).ends_with(3);
}

#[test]
fn a_sealed_contest_keeps_its_targets() {
    let bank = bank();
    let (_, position) = applied(&bank, "plan.csv", TABLE, SPRING);
    bank.dev.run(&["contest", "seal", "spring", "--force", "--reason", "结果提前公布"]).ends_with(0);
    assert_eq!(applied(&bank, "plan.csv", TABLE, SPRING).0, [0, 0, 2, 0]);
    let path = file(bank.folder.path(), "plan.csv", "participant,cards\nB02,301\n");
    let said = bank.dev.run(&["targets", "apply", &path, "--contest", "spring"]).ends_with(1).err;
    assert!(said.contains("CONTEST_SEALED"), "{said}");
    assert_eq!(shown(&bank.dev, &["--min-position", &position.unwrap()]).len(), 3);
}

const CALENDAR: &str = "id = \"cn-2026\"\nweekend = [6, 7]\nclosed_dates = [2026-05-04, 2026-05-01, 2026-05-05]\n\
                        open_dates = [2026-05-09]\n";

#[test]
fn calendars_are_applied_amended_shown_and_refused() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    let apply = |text: &str, more: &[&str]| {
        let path = file(folder.path(), "cn.toml", text);
        dev.run(&[&["calendar", "apply", &path], more].concat())
    };
    let empty = dev.run(&["calendar", "show"]).ends_with(0).out;
    assert!(empty.contains("longhu calendar apply FILE"), "{empty}");
    let dry = apply(CALENDAR, &["--dry-run"]).ends_with(0).out;
    assert_eq!(dry, "valid cn-2026: would become revision 1\n");
    let said = apply(CALENDAR, &[]).ends_with(0).out;
    assert!(said.starts_with("applied cn-2026 revision 1 at "), "{said}");
    assert_eq!(apply(CALENDAR, &[]).ends_with(0).out, "unchanged cn-2026 revision 1\n");
    let more = CALENDAR.replace("2026-05-05]", "2026-05-05, 2026-10-01]");
    let said = apply(&more, &["-o", "json"]).ends_with(0).json();
    assert_eq!((said["revision"].as_u64(), said["changed"].as_bool()), (Some(2), Some(true)));
    let position = said["position"].as_str().unwrap().to_owned();

    let show = |more: &[&str]| dev.run(&[&["calendar", "show", "--min-position", &position], more].concat());
    let one = show(&["cn-2026", "-o", "json"]).ends_with(0).json();
    assert_eq!(one["closed_dates"].as_array().unwrap()[0], "2026-05-01", "in order");
    // 2026 has 261 weekdays; four of them are closed, and one Saturday is a working day.
    assert_eq!(one["working_days"][0]["days"], 258);
    let text = show(&["cn-2026"]).ends_with(0).out;
    assert!(text.contains("Sat, Sun") && text.contains("258 in 2026"), "{text}");
    let list = show(&[]).ends_with(0).out;
    assert!(list.contains("cn-2026") && list.contains(&position), "{list}");
    let missing = dev.run(&["calendar", "show", "cn-2027"]).ends_with(3).err;
    assert!(missing.contains("CALENDAR_NOT_FOUND"), "{missing}");

    for (text, place) in [
        (CALENDAR.replace("2026-05-05", "2026-05-01"), "3: closed_dates[2]: "),
        (CALENDAR.replace("2026-05-09", "2026-05-04"), "4: open_dates[0]: "),
        (CALENDAR.replace("[6, 7]", "[6, 8]"), "2: weekend[1]: "),
        (CALENDAR.replace("cn-2026", "cn 2026"), "1: id: "),
    ] {
        let said = apply(&text, &[]).ends_with(1).err;
        assert!(said.contains(&format!("cn.toml:{place}")), "{place}: {said}");
    }
}

#[test]
fn a_calendar_may_come_after_its_contest_and_is_reported_missing_until_then() {
    let bank = Bank::given_with(ORGANISATION);
    let named = contest().replacen("boards", "calendar = \"cn-2026\"\nboards", 1);
    let path = file(bank.folder.path(), "spring.toml", &named);
    let apply = |more: &[&str]| bank.dev.run(&[&["contest", "apply", &path], more].concat()).ends_with(0);
    let said = apply(&["--dry-run"]);
    assert!(said.out.starts_with("valid spring: "), "{}", said.out);
    let warning = "there is no calendar `cn-2026`, so pace goes by every day until there is";
    assert!(said.err.contains(warning) && said.err.contains("there are none (UNKNOWN_CALENDAR)"));
    let said = apply(&["-o", "json"]).json();
    assert!(said["warnings"][0].as_str().unwrap().starts_with(warning), "{said}");
    let other = file(bank.folder.path(), "other.toml", &CALENDAR.replace("cn-2026", "cn-2025"));
    bank.dev.run(&["calendar", "apply", &other]).ends_with(0);
    let said = apply(&[]);
    assert!(said.out.starts_with("unchanged spring "), "{}", said.out);
    assert!(said.err.contains("there are cn-2025 (UNKNOWN_CALENDAR)"), "{}", said.err);

    let standings = |more: &[&str]| {
        bank.dev.run(&[&["standings", "spring", "--board", "branch"], more].concat()).ends_with(0)
    };
    let note =
        "note: the contest's calendar `cn-2026` does not exist, so pace counts every day as a working day";
    let text = standings(&["--figures"]).out;
    assert!(text.contains("\nday 90 of 90, ") && text.contains(note), "{text}");
    let elapsed = |more: &[&str]| standings(&[&["-o", "json"], more].concat()).json()["elapsed"].clone();
    assert_eq!(elapsed(&[]), json!({"days": 90, "total_days": 90, "missing_calendar": "cn-2026"}));
    let csv = standings(&["--figures", "-o", "csv"]);
    assert!(csv.err.contains(note) && csv.out.starts_with("rank,"), "{}", csv.err);
    assert!(standings(&["-o", "csv"]).err.is_empty(), "without figures there is no pace");

    // From now on pace is based on its days: 64 of the 90 are weekdays.
    let path = file(bank.folder.path(), "cn.toml", CALENDAR);
    let said = bank.dev.run(&["calendar", "apply", &path, "-o", "json"]).ends_with(0).json();
    let since = ["--min-position", said["position"].as_str().unwrap()];
    assert_eq!(elapsed(&since), json!({"days": 64, "total_days": 64, "calendar": "cn-2026"}));
    assert!(!standings(&["--figures"]).out.contains("note: there is no calendar"));
    let said = apply(&["-o", "json"]).json();
    assert_eq!((&said["changed"], &said["warnings"]), (&json!(false), &json!([])));
}
