//! What anybody can check without the server: the oracle computes, from the exported log, the same digests
//! that the server serves; at the end, at an earlier position, in each round, and of a sealed result.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Dev, file, longhu};

pub const ORGANISATION: &str = "deploy/examples/quickstart/organisation.toml";
pub const CONTEST: &str = "deploy/examples/quickstart/contest.toml";
pub const EVENTS: &str = "deploy/examples/quickstart/events.jsonl";
pub const BOARDS: [&str; 3] = ["branch", "team", "employee"];

pub fn card(id: &str, employee: &str, product: &str) -> Value {
    json!({
        "source": "cards", "id": id, "type": "card.issued", "subject": format!("card-{id}"), "product": product,
        "occurred_time": "2026-02-02T02:00:00Z", "business_date": {"year": 2026, "month": 2, "day": 2},
        "credits": [{"employee": employee, "role": "owner"}],
    })
}

pub fn takes_back(id: &str, original: &str) -> Value {
    json!({
        "source": "cards", "id": id, "type": "card.issued", "occurred_time": "2026-02-03T02:00:00Z",
        "reverses": {"id": original},
    })
}

/// The server's boards at this position or later, as JSON documents.
fn served(dev: &Dev, position: &str) -> Vec<Value> {
    let show = |board: &&str| {
        let arguments =
            ["standings", "spring-2026", "--board", board, "--min-position", position, "-o", "json"];
        dev.run(&arguments).ends_with(0).json()
    };
    BOARDS.iter().map(show).collect()
}

/// The whole log as a file.
pub fn export(dev: &Dev, folder: &Path, name: &str) -> String {
    file(folder, name, &dev.run(&["log", "export"]).ends_with(0).out)
}

/// The oracle's boards from a file, without any server.
pub fn computed(log: &str, more: &[&str]) -> Value {
    let arguments = [&["oracle", "--log", log, "spring-2026", "-o", "json"], more].concat();
    let output = longhu().env("LONGHU_SERVER", "http://127.0.0.1:1").args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Asserts that both agree in everything that belongs to a result.
#[track_caller]
pub fn assert_equal(computed: &Value, served: &[Value]) {
    let computed = computed["contests"][0]["boards"].as_array().unwrap();
    assert_eq!(computed.len(), served.len());
    for own in served {
        let other = computed.iter().find(|other| other["board"] == own["board"]).unwrap();
        for part in ["digest", "standings", "total", "revision", "position", "as_of", "held", "late"] {
            assert_eq!(own[part], other[part], "{part} of {}", own["board"]);
        }
    }
}

#[test]
fn the_oracle_computes_the_served_digests_from_an_export() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    dev.run(&["org", "apply", ORGANISATION]).ends_with(0);
    dev.run(&["contest", "apply", CONTEST]).ends_with(0);
    dev.run(&["emit", EVENTS]);
    let sent = dev.emit(&[
        card("c-1", "e-001", "gold"),
        card("c-1", "e-001", "gold"),
        card("c-1", "e-002", "gold"),
        card("c-2", "e-099", "gold"),
    ]);
    let middle = sent[3]["position"].as_str().unwrap().to_owned();
    let early = served(&dev, &middle);
    let sent = dev.emit(&[card("c-3", "e-003", "gold"), takes_back("r-1", "c-1")]);
    let late = served(&dev, sent[1]["position"].as_str().unwrap());
    assert_ne!(early[2]["digest"], late[2]["digest"]);
    let log = export(&dev, folder.path(), "log.jsonl");
    assert_equal(&computed(&log, &[]), &late);
    assert_equal(&computed(&log, &["--at", early[0]["position"].as_str().unwrap()]), &early);
    // After the seal both give the same result, whatever comes later.
    dev.run(&["contest", "seal", "spring-2026"]).ends_with(0);
    let sent = dev.emit(&[card("c-4", "e-003", "gold")]);
    let sealed = served(&dev, sent[0]["position"].as_str().unwrap());
    let log = export(&dev, folder.path(), "sealed.jsonl");
    let result = computed(&log, &[]);
    assert_equal(&result, &sealed);
    assert_eq!(result["contests"][0]["result_hash"], sealed[0]["seal"]["result_hash"]);
    assert_eq!(result["contests"][0]["sealed_at"], sealed[0]["seal"]["position"]);
    let table = longhu().args(["oracle", "--log", &log]).output().unwrap();
    let table = String::from_utf8(table.stdout).unwrap();
    assert!(table.contains(&format!("digest {}\n", sealed[1]["digest"].as_str().unwrap())), "{table}");
}

#[test]
fn an_export_is_every_entry_of_its_range_and_a_damaged_one_is_refused_by_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    dev.run(&["org", "apply", ORGANISATION]).ends_with(0);
    dev.run(&["contest", "apply", CONTEST]).ends_with(0);
    let sent = dev.emit(&[card("c-1", "e-001", "gold"), card("c-2", "e-002", "gold")]);
    let whole = dev.run(&["log", "export"]).ends_with(0);
    let lines: Vec<&str> = whole.out.lines().collect();
    let kinds: Vec<Value> = whole.json_lines().iter().map(|line| line["kind"].clone()).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "event").count(), 2);
    let tail = dev.run(&["log", "tail", "--from", "0.0", "-o", "jsonl"]).ends_with(0).json_lines();
    assert_eq!(tail, whole.json_lines());
    let at = sent[1]["position"].as_str().unwrap();
    let one = dev.run(&["log", "export", "--from", at, "--until", at]).ends_with(0).json_lines();
    assert_eq!((one.len(), &one[0]["event"]["id"]), (1, &json!("c-2")));
    dev.run(&["log", "export", "--until", "100000.0"]).ends_with(1);
    let oracle = |content: String, more: &[&str]| {
        let path = file(folder.path(), "x.jsonl", &content);
        let output = longhu().args(["oracle", "--log", &path]).args(more).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = oracle(lines[1..].join("\n"), &[]);
    assert!(
        code == 1 && said.contains("x.jsonl:1: it begins at ") && said.contains("OUT_OF_ORDER"),
        "{said}"
    );
    let (code, said) = oracle([&lines[..2], &lines[3..]].concat().join("\n"), &[]);
    assert!(code == 1 && said.contains("x.jsonl:3: ") && said.contains("OUT_OF_ORDER"), "{said}");
    let (code, said) = oracle(whole.out.replace("c-2\"", "c-2"), &[]);
    assert!(code == 1 && said.contains(&format!("x.jsonl:{}: ", lines.len())), "{said}");
    let (code, said) = oracle(whole.out.clone(), &["autumn"]);
    assert!(code == 3 && said.contains("spring-2026"), "{said}");
    let (code, said) = oracle(whole.out.clone(), &["--at", "100000.0"]);
    assert!(code == 1 && said.contains("x.jsonl ends at "), "{said}");
}

/// A contest with rounds of which only the places count, ranked by completion, with targets for each round.
const IN_ROUNDS: &str = r#"
id = "halves"
period = { from = 2026-01-01, to = 2026-06-30 }
boards = ["branch", "employee"]
listed = "eligible"
overall = { places = [10, 8, 5] }
[[rounds]]
id = "q1"
from = 2026-01-01
to = 2026-03-31
[[rounds]]
id = "q2"
from = 2026-04-01
to = 2026-06-30
[[indicators]]
id = "cards"
events = ["card.issued"]
measure = "count"
points = { weight = 100 }
"#;

/// The server's tables of these boards and rounds at this position or later.
fn served_rounds(dev: &Dev, contest: &str, boards: &[&str], rounds: &[&str], position: &str) -> Vec<Value> {
    let mut tables = Vec::new();
    for round in rounds {
        for board in boards {
            let asked =
                ["standings", contest, "--board", board, "--round", round, "--min-position", position];
            tables.push(dev.run(&[&asked[..], &["-o", "json"]].concat()).ends_with(0).json());
        }
    }
    tables
}

#[test]
fn the_oracle_computes_each_round_as_the_server_serves_it() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    dev.run(&["org", "apply", ORGANISATION]).ends_with(0);
    let keyed = IN_ROUNDS.replace("halves", "keyed").replace("{ places = [10, 8, 5] }", "\"sum\"");
    let keyed = keyed.replace("listed", "ranked_by = { completion = \"cards\" }\nlisted");
    let plan = "participant,round,cards\ne-001,q1,3\ne-001,q2,7\ne-002,q1,1\ne-002,q2,1\n";
    let plan = file(folder.path(), "plan.csv", plan);
    for (name, text) in [("halves", IN_ROUNDS), ("keyed", &keyed)] {
        let path = file(folder.path(), &format!("{name}.toml"), text);
        dev.run(&["contest", "apply", &path]).ends_with(0);
        dev.run(&["targets", "apply", &plan, "--contest", name]).ends_with(0);
    }
    let later = |id: &str, employee: &str| {
        let mut card = card(id, employee, "gold");
        card["business_date"] = json!({"year": 2026, "month": 5, "day": 4});
        card
    };
    let sent = dev.emit(&[card("c-1", "e-001", "gold"), card("c-2", "e-002", "gold"), later("c-3", "e-001")]);
    let position = sent[2]["position"].as_str().unwrap();
    let log = export(&dev, folder.path(), "log.jsonl");
    let oracle = |more: &[&str]| {
        let output = longhu().args(["oracle", "--log", &log]).args(more).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    for (contest, parts) in [("halves", &["score"][..]), ("keyed", &["score", "key"])] {
        let computed: Value = serde_json::from_str(&oracle(&[contest, "-o", "json"])).unwrap();
        let tables = computed["contests"][0]["rounds"].as_array().unwrap();
        let served = served_rounds(&dev, contest, &["branch", "employee"], &["q1", "q2"], position);
        assert_eq!((tables.len(), served.len()), (4, 4));
        for (own, other) in tables.iter().zip(&served) {
            for part in ["board", "round", "ranked_by", "digest", "standings", "total", "position", "as_of"] {
                assert_eq!(own[part], other[part], "{part} of {} {}", own["board"], own["round"]);
            }
            assert!(parts.iter().all(|part| own["standings"][0].get(part).is_some()), "{own}");
        }
        assert_ne!(tables[1]["digest"], tables[3]["digest"], "of employees, in both rounds");
    }
    // A third of three cards, rounded half-even to 4 places, like every rate that is shown.
    let one: Value = serde_json::from_str(&oracle(&["keyed", "--board", "employee", "-o", "json"])).unwrap();
    let rounds = one["contests"][0]["rounds"].as_array().unwrap();
    assert_eq!((rounds.len(), &rounds[0]["standings"][1]["key"]), (2, &json!(0.3333)));
    let text = oracle(&["halves"]);
    for head in ["halves · branch · ", "halves · branch, round q1 · ", "halves · employee, round q2 · "]
    {
        assert!(text.contains(head), "{head}: {text}");
    }
}
