//! Plans and rates through the command line: worked examples 2 and 3, and the pace of participants with
//! targets, which depends on today's date.

use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use serde_json::{Value, json};

use crate::examples::{Bank, entry};
use crate::support::file;

const BRANCHES: &str = r#"
[[units]]
id = "B01"
kind = "branch"
name = "城东支行"
[[units]]
id = "B02"
kind = "branch"
name = "城西支行"
[[units]]
id = "B03"
kind = "branch"
name = "城南支行"
"#;

/// An event of a branch.
fn of(branch: &str, id: &str, kind: &str, day: Date, more: Value) -> Value {
    let mut all = json!({"type": kind, "branch": branch});
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    entry(id, day, all)
}

/// A report of what an account holds on a day, in major units.
fn balance(branch: &str, account: &str, day: Date, units: u64) -> Value {
    let amount = json!({"currency_code": "CNY", "units": units.to_string()});
    let more = json!({"subject": account, "amount": amount});
    of(branch, &format!("{account}-{day}"), "account.balance_reported", day, more)
}

/// A table as JSON, with figures.
pub fn table(bank: &Bank, contest: &str, board: &str, more: &[&str]) -> Value {
    let arguments = [&["standings", contest, "--board", board, "--figures", "-o", "json"], more].concat();
    bank.dev.run(&arguments).ends_with(0).json()
}

/// One value of a figure in a row.
pub fn figure<'v>(table: &'v Value, participant: &str, indicator: &str, name: &str) -> &'v Value {
    let rows = table["standings"].as_array().unwrap();
    let row = rows.iter().find(|row| row["participant"] == participant).unwrap();
    let figures = row["figures"].as_array().unwrap();
    &figures.iter().find(|figure| figure["indicator"] == indicator).unwrap()[name]
}

/// `participant key` of each row; `-` if it has no key.
fn keys(table: &Value) -> Vec<String> {
    let rows = table["standings"].as_array().unwrap().iter();
    let key = |row: &Value| if row["key"].is_null() { "-".to_owned() } else { row["key"].to_string() };
    rows.map(|row| format!("{} {} {}", row["rank"], row["participant"].as_str().unwrap(), key(row))).collect()
}

#[test]
fn example_2_savings_grew_by_83_01_million_which_is_230_97_per_cent_of_the_plan() {
    let bank = Bank::given_with(BRANCHES);
    bank.apply(
        r#"
id = "savings"
period = { from = 2026-01-01, to = 2026-03-31 }
boards = ["branch"]
currency = "CNY"
ranked_by = { completion = "deposits" }
[[indicators]]
id = "deposits"
events = ["account.balance_reported"]
measure = { net_change = "holder_of_the_day", base = 2025-12-31 }
points = { weight = 100, floor = "0%", cap = "120%", threshold = "80%" }
"#,
    );
    let plan = "participant,deposits\nB01,\"35,940,000\"\nB02,\"1,000,000\"\n";
    let path = file(bank.folder.path(), "plan.csv", plan);
    bank.dev.run(&["targets", "apply", &path, "--contest", "savings"]).ends_with(0);
    let (before, after) = (date(2025, 12, 31), date(2026, 3, 20));
    let last = bank.emit(&[
        balance("B01", "all", before, 966_350_000),
        balance("B02", "west", before, 5_000_000),
        balance("B01", "all", after, 1_049_360_000),
        balance("B02", "west", after, 5_750_000),
    ]);
    let seen = table(&bank, "savings", "branch", &["--min-position", &last]);
    assert_eq!(keys(&seen), ["1 B01 2.3097", "2 B02 0.75"]);
    let own = |name| figure(&seen, "B01", "deposits", name).clone();
    assert_eq!((own("value"), own("target")), (83_010_000.into(), 35_940_000.into()));
    assert_eq!(
        (own("completion"), own("is_reached"), own("points")),
        (2.3097.into(), true.into(), 120.into())
    );
    assert_eq!(figure(&seen, "B02", "deposits", "is_reached"), false);
    assert_eq!(figure(&seen, "B02", "deposits", "points"), 0);
    // Its time is over, so pace equals completion, and the forecast equals the value.
    assert_eq!((own("pace"), own("forecast")), (2.3097.into(), 83_010_000.into()));
    assert_eq!(seen["elapsed"], json!({"days": 90, "total_days": 90}));

    let shown = ["standings", "savings", "--board", "branch"];
    let text = bank.dev.run(&[&shown[..], &["--figures"]].concat()).ends_with(0).out;
    assert!(text.contains("day 90 of 90, 100 % of the time\n"), "{text}");
    assert!(text.contains("deposits DONE") && text.contains("230.97 %"), "{text}");
    assert!(text.contains("83,010,000  35,940,000"), "{text}");
    let text = bank.dev.run(&[&shown[..], &["--participant", "B02"]].concat()).ends_with(0).out;
    assert!(
        text.contains("\nB02 has\nINDICATOR    VALUE     TARGET  DONE  THRESHOLD  PACE  FORECAST"),
        "{text}"
    );
    assert!(text.ends_with("\n155.97 % behind rank 1 in deposits DONE; 2 rows\n"), "{text}");
    let csv = bank.dev.run(&[&shown[..], &["--figures", "-o", "csv"]].concat()).ends_with(0).out;
    assert!(csv.starts_with("rank,participant,name,score,key,deposits.value,deposits.target,"), "{csv}");
    assert!(csv.contains("\n1,B01,城东支行,120,2.3097,83010000,35940000,2.3097,yes,2.3097,"), "{csv}");
}

/// The rates of example 3: the indicator, the names of its sign-ups and activations, how many of 10,000 are
/// active, the national rate in per cent, and the points.
const RATES: [(&str, [&str; 2], u32, &str, u32); 3] = [
    ("personal", ["ebanking", "personal"], 2_246, "29.81%", 40),
    ("corporate", ["ebanking", "corporate"], 4_052, "63.21%", 40),
    ("mobile", ["mobile_banking", "personal"], 287, "5.90%", 20),
];

/// Branches ranked by the personal rate, with the other two rates, and the national rates as targets of each
/// branch.
fn active_rates(bank: &Bank) {
    let mut contest = r#"
id = "active"
period = { from = 2026-01-01, to = 2026-12-31 }
boards = ["branch"]
listed = "eligible"
ranked_by = { indicator = "personal" }
"#
    .to_owned();
    for (id, [kind, segment], _, _, weight) in RATES {
        for what in ["signed", "activated"] {
            contest.push_str(&format!(
                "[[indicators]]\nid = \"{id}_{what}\"\nevents = [\"{kind}.{what}\"]\n\
                 filter = {{ segment = [\"{segment}\"] }}\nmeasure = \"quantity\"\npoints = \"none\"\n"
            ));
        }
        contest.push_str(&format!(
            "[[indicators]]\nid = \"{id}\"\nmeasure = {{ ratio = \"{id}_activated\", to = \"{id}_signed\" }}\n\
             points = {{ weight = {weight} }}\n"
        ));
    }
    bank.apply(&contest);
    let national = RATES.map(|(_, _, _, national, _)| national).join(",");
    let branches = ["B01", "B02", "B03"].map(|branch| format!("{branch},{national}\n")).concat();
    let plan = format!("participant,personal,corporate,mobile\n{branches}");
    let path = file(bank.folder.path(), "national.csv", &plan);
    bank.dev.run(&["targets", "apply", &path, "--contest", "active"]).ends_with(0);
}

/// The date of all events of example 3.
const COUNTED: Date = date(2026, 2, 2);

/// Sign-ups or activations of a branch for one of the rates, as one event. The id is made of all of these.
fn counted(branch: &str, rate: usize, what: &str, quantity: u32) -> Value {
    let (id, [kind, segment], ..) = RATES[rate];
    let more = json!({"customer": "some", "segment": segment, "quantity": quantity});
    of(branch, &format!("{branch} {id} {what}"), &format!("{kind}.{what}"), COUNTED, more)
}

/// A reversal of a part of a count.
fn uncounted(branch: &str, rate: usize, what: &str, id: &str, quantity: u32) -> Value {
    let (name, [kind, _], ..) = RATES[rate];
    let reverses = json!({"id": format!("{branch} {name} {what}"), "part": {"quantity": quantity}});
    entry(id, COUNTED, json!({"type": format!("{kind}.{what}"), "reverses": reverses}))
}

#[test]
fn example_3_active_rates_are_ratios_of_two_counts_and_a_branch_without_sign_ups_ranks_last() {
    let bank = Bank::given_with(BRANCHES);
    active_rates(&bank);
    let mut events = Vec::new();
    for (rate, (_, _, active, ..)) in RATES.into_iter().enumerate() {
        events.push(counted("B01", rate, "signed", 10_000));
        events.push(counted("B01", rate, "activated", active));
        // It activates what others signed up, and has no sign-ups itself.
        events.push(counted("B03", rate, "activated", 50));
    }
    events.extend([counted("B02", 0, "signed", 100), counted("B02", 0, "activated", 10)]);
    let last = bank.emit(&events);
    let seen = table(&bank, "active", "branch", &["--min-position", &last]);
    assert_eq!(keys(&seen), ["1 B01 0.2246", "2 B02 0.1", "3 B03 -"]);
    let own = |indicator| {
        let names = ["value", "target", "completion", "points"];
        names.map(|name| figure(&seen, "B01", indicator, name).as_f64().unwrap())
    };
    assert_eq!(own("personal"), [0.2246, 0.2981, 0.7534, 30.1375]);
    assert_eq!(own("corporate"), [0.4052, 0.6321, 0.641, 25.6415]);
    assert_eq!(own("mobile"), [0.0287, 0.059, 0.4864, 9.7288]);
    assert_eq!(seen["standings"][0]["score"], 65.5078);
    for name in ["value", "completion", "pace", "forecast"] {
        for indicator in ["personal", "corporate", "mobile"] {
            assert!(figure(&seen, "B03", indicator, name).is_null(), "{indicator} {name}");
        }
        assert!(figure(&seen, "B02", "mobile", name).is_null(), "{name}");
    }
    assert!(figure(&seen, "B01", "personal", "forecast").is_null(), "a rate does not add up");
    // Each rate has its own ranking, in which a branch without a rate is not first.
    for (indicator, first) in [("corporate", "1 B01 0.4052"), ("mobile", "1 B01 0.0287")] {
        let own = table(&bank, "active", "branch", &["--indicator", indicator]);
        assert_eq!(keys(&own), [first, "2 B02 -", "2 B03 -"]);
    }
    let shown = |participant| {
        let arguments = ["standings", "active", "--board", "branch", "--participant", participant];
        bank.dev.run(&arguments).ends_with(0).out
    };
    for line in ["personal             0.2246", "corporate            0.4052", "mobile               0.0287"]
    {
        assert!(shown("B01").contains(line), "{}", shown("B01"));
    }
    assert!(shown("B03").ends_with("\nwithout a value, last of 3\n"), "{}", shown("B03"));
}

#[test]
fn example_3_each_count_of_a_rate_is_reversible() {
    let bank = Bank::given_with(BRANCHES);
    active_rates(&bank);
    let mut events = Vec::new();
    for (rate, (_, _, active, ..)) in RATES.into_iter().enumerate() {
        events.push(counted("B01", rate, "signed", 10_000));
        events.push(counted("B01", rate, "activated", active));
    }
    events.extend([counted("B02", 0, "signed", 100), counted("B02", 0, "activated", 10)]);
    let last = bank.emit(&events);
    let value = |last: &str, indicator| {
        let seen = table(&bank, "active", "branch", &["--min-position", last]);
        figure(&seen, "B01", indicator, "value").clone()
    };
    assert_eq!(RATES.map(|(id, ..)| value(&last, id)), [0.2246, 0.4052, 0.0287].map(Value::from));
    // Of 10,000 sign-ups 2,000 are reversed, then 246, 52 and 87 of the activations.
    for (rate, (indicator, without_sign_ups, without_both, activations)) in
        [("personal", 0.2808, 0.25, 246), ("corporate", 0.5065, 0.5, 52), ("mobile", 0.0359, 0.025, 87)]
            .into_iter()
            .enumerate()
    {
        let last = bank.emit(&[uncounted("B01", rate, "signed", &format!("{indicator} 1"), 2_000)]);
        assert_eq!(value(&last, indicator), without_sign_ups, "{indicator}");
        let last = bank.emit(&[uncounted("B01", rate, "activated", &format!("{indicator} 2"), activations)]);
        assert_eq!(value(&last, indicator), without_both, "{indicator}");
    }
    // Of 100, 60 sign-ups are reversed, then all: no rate any more, and the last place.
    let ranked = |last: &str| keys(&table(&bank, "active", "branch", &["--min-position", last]));
    let last = bank.emit(&[uncounted("B02", 0, "signed", "some", 60)]);
    assert_eq!(ranked(&last), ["1 B01 0.25", "1 B02 0.25", "3 B03 -"]);
    let last = bank.emit(&[uncounted("B02", 0, "signed", "all", 40)]);
    assert_eq!(ranked(&last), ["1 B01 0.25", "2 B02 -", "2 B03 -"]);
}

#[test]
fn pace_compares_completion_with_the_days_or_working_days_that_have_passed() {
    let bank = Bank::given_with(BRANCHES);
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let today = Timestamp::now().to_zoned(zone.clone()).date();
    let (from, to) = (today - 9.days(), today + 30.days());
    let contest = |id: &str, more: &str| {
        let period = format!("period = {{ from = {from}, to = {to} }}\nboards = [\"branch\"]\n{more}\n");
        let cards = "[[indicators]]\nid = \"cards\"\nevents = [\"card.issued\"]\nmeasure = \"quantity\"\n";
        format!("id = \"{id}\"\n{period}{cards}points = {{ weight = 100 }}\n")
    };
    // Every day of the week is free, except three that are working days: the first, the second and the last.
    let open = [from, from + 1.day(), to].map(|day| day.to_string()).join(", ");
    let calendar = format!("id = \"three\"\nweekend = [1, 2, 3, 4, 5, 6, 7]\nopen_dates = [{open}]\n");
    let path = file(bank.folder.path(), "calendar.toml", &calendar);
    bank.dev.run(&["calendar", "apply", &path]).ends_with(0);
    bank.apply(&contest("days", ""));
    bank.apply(&contest("worked", "calendar = \"three\""));
    for contest in ["days", "worked"] {
        let path = file(bank.folder.path(), "plan.csv", "participant,cards\nB01,200\n");
        bank.dev.run(&["targets", "apply", &path, "--contest", contest]).ends_with(0);
    }
    let more = json!({"subject": "c", "quantity": 50});
    let last = bank.emit(&[of("B01", "1", "card.issued", from, more)]);
    let seen = table(&bank, "days", "branch", &["--min-position", &last]);
    // Midnight may have passed in the meantime; the answer says which day it is for.
    let as_of: Timestamp = seen["as_of"].as_str().unwrap().parse().unwrap();
    let gone = (as_of.to_zoned(zone).date() - from).get_days() as f64 + 1.0;
    assert_eq!(seen["elapsed"], json!({"days": gone as u32, "total_days": 40}));
    let own = |name| figure(&seen, "B01", "cards", name).as_f64().unwrap();
    assert_eq!(own("completion"), 0.25);
    // A quarter is done in a quarter of the time: pace is 1, and the target will just be reached.
    assert!((own("pace") - 0.25 * 40.0 / gone).abs() < 0.0001, "{seen}");
    assert!((own("forecast") - 50.0 * 40.0 / gone).abs() < 0.0001, "{seen}");
    let seen = table(&bank, "worked", "branch", &[]);
    assert_eq!(seen["elapsed"], json!({"days": 2, "total_days": 3, "calendar": "three"}));
    assert_eq!(figure(&seen, "B01", "cards", "pace"), 0.375);
    assert_eq!(figure(&seen, "B01", "cards", "forecast"), 75);
    let text = bank.dev.run(&["standings", "worked", "--board", "branch", "--figures"]).ends_with(0).out;
    assert!(text.contains("\nworking day 2 of 3 by calendar three, 66.66 % of the time\n"), "{text}");
    assert!(text.contains("37.5 %"), "{text}");
}
