//! Rows: what they become, how wrong ones are written to a file, and that neither order nor parts lose or
//! repeat any.

use std::collections::BTreeSet;

use longhu_files::csv_file::{Order, Part};

use super::support::{ALL, Folder, Memory, import, import_into, part};
use crate::send::Options;

const MAPPING: &str = r#"
[dates]
time = "09:30"
zone = "Asia/Shanghai"
[money]
currency = "{ccy|default(CNY)}"
decimal = ","
group = "."
[files.deal]
path = "deal.csv"
[files.staff]
path = "staff.csv"

[[events]]
from = "deal"
when = "kind != ignored"
lookup.staff = { in = "staff", key = "{seller}", on = "{no|add(0)}", optional = true }
[events.common]
source = "core"
business_date = "{day}"
branch = "{branch}"
channel = "branch"
attributes.kind = "{kind}"
[[events.event]]
type = "fund.sold"
id = "deal-{id}"
amount = "{amount}"
quantity = 2
credits = [
  { employee = "{staff.login}", role = "seller", share = "66.6667%", when = "staff.login present" },
  { employee = "{helper}", role = "assistant", when = "helper present" },
]
attributes.note = "{note}"
[[events.event]]
when = "kind == undone"
type = "fund.sold"
id = "undo-{id}"
amount = "{amount}"
reverses = { id = "deal-{id}", dated = true }
"#;

const STAFF: &[u8] = b"no,login\n007,wang\n8,li\n9,a\n09,b\n";

fn deals(rows: &str) -> Folder {
    let text = format!("id,kind,day,amount,ccy,seller,helper,branch,note\n{rows}");
    Folder::with(&[("deal.csv", text.as_bytes()), ("staff.csv", STAFF)])
}

#[test]
fn a_row_becomes_the_events_whose_conditions_hold() {
    let folder = deals(
        "1,plain,2024-03-01,\"1.234,56\",,7,zhao,b-1,\n2,undone,2024-03-02,\"10,5\",HKD,,,b-1,x\n3,ignored,,,,,,,\n",
    );
    let imported = folder.import(MAPPING);
    assert!(imported.error.is_none());
    assert_eq!(imported.ids(), ["deal-1", "deal-2", "undo-2"]);
    let counts = &imported.report.counts;
    assert_eq!(
        (counts.rows_read, counts.rows_without_event, counts.events_accepted, counts.rejected),
        (3, 1, 3, 0)
    );
    assert!(!folder.path().join("rejected.jsonl").exists(), "there is nothing to write down");

    let events = imported.memory.events.borrow();
    let first = &events[0];
    assert_eq!(first.occurred_time.unwrap().seconds, 1_709_256_600);
    let amount = first.amount.as_ref().unwrap();
    assert_eq!((amount.currency_code.as_str(), amount.units, amount.nanos), ("CNY", 1234, 560_000_000));
    assert_eq!(first.quantity, Some(2));
    let credits: Vec<_> =
        first.credits.iter().map(|c| (c.employee.as_str(), c.role.as_str(), c.share)).collect();
    assert_eq!(credits, [("wang", "seller", Some(666_667)), ("zhao", "assistant", None)]);
    assert_eq!(first.attributes.keys().collect::<Vec<_>>(), ["kind"], "an absent attribute is left out");
    assert_eq!((first.branch.as_str(), first.channel.as_str()), ("b-1", "branch"));

    let undo = &events[2];
    assert_eq!(undo.amount.as_ref().unwrap().currency_code, "HKD");
    let reversal = undo.reverses.as_ref().unwrap();
    assert_eq!((reversal.id.as_str(), reversal.mode, reversal.part.is_some()), ("deal-2", 2, false));
    assert!(undo.credits.is_empty());
}

#[test]
fn a_wrong_row_is_written_to_the_file_and_the_others_go_on() {
    let folder = deals(
        "1,plain,2024-02-30,1,,7,,b-1,\n2,plain,2024-03-01,\"1,234\",,7,,b-1,\n3,plain,2024-03-01,1,,9,,b-1,\n\
         4,plain,2024-03-01,1\n5,plain,2024-03-01,1,,7,,b-1,\n,plain,2024-03-01,1,,7,,b-1,\n6,plain,2024-03-01,1,,,,,\n",
    );
    let imported = folder.import(MAPPING);
    assert!(imported.error.is_none());
    assert_eq!(imported.ids(), ["deal-5"]);
    assert_eq!(imported.report.counts.rejected, 6);
    let rejected = imported.rejected();
    let told: Vec<(u64, &str, &str)> = rejected
        .iter()
        .map(|line| {
            (line["line"].as_u64().unwrap(), line["field"].as_str().unwrap(), line["code"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        told,
        [
            (2, "business_date", "BAD_DATE"),
            (3, "amount", "TOO_MANY_DIGITS"),
            (4, "credits[0].when", "LOOKUP_AMBIGUOUS"),
            (5, "", "WRONG_CELLS"),
            (7, "id", "MISSING_FIELD"),
            (8, "branch", "MISSING_FIELD"),
        ]
    );
    assert_eq!(rejected[0]["file"], "deal.csv");
    assert_eq!(rejected[0]["place"], "events[0].event[0]");
    assert_eq!(rejected[0]["row"]["day"], "2024-02-30");
    assert!(rejected[2]["reason"].as_str().unwrap().contains("such as lines 4 and 5"), "{}", rejected[2]);
    assert!(
        rejected[4]["reason"].as_str().unwrap().contains("`id` needs `id`, which is absent"),
        "{}",
        rejected[4]
    );
}

#[test]
fn what_the_server_rejects_is_written_to_the_file_with_its_row() {
    let folder = deals("1,plain,2024-03-01,1,,7,,b-1,\n2,plain,2024-03-01,1,,7,,b-1,\n");
    let memory = Memory { rejects: vec!["deal-2".into()], ..Memory::default() };
    let path = folder.path().join("rejected.jsonl");
    let imported = import_into(memory, &folder.plan(MAPPING).unwrap(), ALL, Some(path));
    assert_eq!((imported.report.counts.events_accepted, imported.report.counts.rejected), (1, 1));
    let line = &imported.rejected()[0];
    assert_eq!((line["line"].as_u64(), line["code"].as_str()), (Some(3), Some("NOT_TODAY")));
    assert_eq!(line["row"]["id"], "2");
}

#[test]
fn a_lookup_that_finds_nothing_rejects_the_row_unless_it_is_optional() {
    let folder = deals("1,plain,2024-03-01,1,,404,,b-1,\n");
    assert_eq!(folder.import(MAPPING).report.counts.rejected, 0);
    let strict = folder.import(&MAPPING.replace(", optional = true", ""));
    let line = &strict.rejected()[0];
    assert_eq!(line["code"], "LOOKUP_FOUND_NOTHING");
    assert!(
        line["reason"].as_str().unwrap().contains("no row of staff.csv where {no|add(0)} is `404`"),
        "{line}"
    );
}

fn many(rows: usize) -> Folder {
    let row = |id: usize| {
        let kind = if id.is_multiple_of(3) { "undone" } else { "plain" };
        format!("{id},{kind},2024-03-01,1,,7,,b-1,\"two\nlines\"\n")
    };
    deals(&(0..rows).map(row).collect::<String>())
}

#[test]
fn calls_are_bounded_and_every_event_is_sent_once() {
    let folder = many(3_000);
    let imported = folder.import(&MAPPING.replace("attributes.note = \"{note}\"\n", ""));
    let ids = imported.ids();
    assert_eq!(ids.len(), 3_000 + 1_000);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    let calls = imported.memory.calls.borrow();
    assert!(calls.iter().all(|events| *events <= 1_000), "{calls:?}");
    assert_eq!(calls.len(), 4);
}

#[test]
fn reverse_is_the_same_events_backwards_and_parts_are_all_of_them_once() {
    let folder = many(4_500);
    let plan = folder.plan(&MAPPING.replace("attributes.note = \"{note}\"\n", "")).unwrap();
    let one = |options| import(&plan, Options { in_flight: 1, ..options }, None).ids();
    let forward = one(ALL);
    let mut backward = one(Options { order: Order::Reverse, ..ALL });
    backward.reverse();
    assert_eq!(forward, backward);
    for order in [Order::File, Order::Reverse] {
        let parts: Vec<String> = (1..=3).flat_map(|number| one(part(number, 3, order))).collect();
        assert_eq!(parts, one(Options { order, ..ALL }), "{order:?}");
    }
}

#[test]
fn lines_are_those_of_the_file_whatever_ends_them() {
    for end in ["\n", "\r\n"] {
        let text = format!("id,kind{end}1,\"a{end}b\"{end}2,x,y{end}");
        let folder = Folder::with(&[("f.csv", text.as_bytes())]);
        let imported = folder.import(
            "[files.f]\npath = \"f.csv\"\n[[events]]\nfrom = \"f\"\n[[events.event]]\nsource = \"s\"\nid = \"{id}\"\ntype = \"visit.made\"\nbranch = \"b\"\nbusiness_date = { value = \"2024-01-01\", time = \"12:00\", zone = \"UTC\" }\n",
        );
        assert_eq!(imported.rejected()[0]["line"], 4, "{end:?}");
    }
}

#[test]
fn a_file_in_another_encoding_without_header_is_read() {
    let (bytes, _, _) = encoding_rs::GB18030.encode("1|城东支行\n2|城西支行\n");
    let folder = Folder::with(&[("f.txt", &bytes), ("bad.txt", b"1|\xff\xff\n")]);
    let mapping = "[csv]\ndelimiter = \"|\"\nencoding = \"gb18030\"\n[files.f]\npath = \"f.txt\"\ncolumns = [\"号\", \"名称\"]\n[[organisation.units]]\nfrom = \"f\"\nkind = \"outlet\"\nid = \"outlet-{号}\"\nname = \"{名称}\"\n";
    let imported = folder.import(mapping);
    let names: Vec<String> = imported.memory.units.borrow().iter().map(|unit| unit.name.clone()).collect();
    assert_eq!(names, ["城东支行", "城西支行"]);
    let bad = folder.import(&mapping.replace("f.txt", "bad.txt"));
    assert_eq!(bad.rejected()[0]["code"], "BAD_ENCODING");
    let wrong = folder.import(&mapping.replace("gb18030", "utf-8"));
    assert_eq!(wrong.rejected()[0]["code"], "BAD_ENCODING");
}

const UNITS: &str = r#"
[files.unit]
path = "unit.csv"
[[organisation.units]]
from = "unit"
kind = "branch"
id = "{id}"
name = "{name}"
parent = "{parent}"
"#;

#[test]
fn an_organisation_with_a_wrong_row_is_not_sent_at_all() {
    let cases: [(&str, &str, u64); 4] = [
        ("a,A,\na,B,\n", "CONTRADICTION", 3),
        ("a,A,\n,B,\n", "MISSING_FIELD", 3),
        ("a,A,\nb,B,b\n", "CYCLE", 3),
        ("a,A\n", "WRONG_CELLS", 2),
    ];
    for (rows, code, line) in cases {
        let folder = Folder::with(&[("unit.csv", format!("id,name,parent\n{rows}").as_bytes())]);
        let imported = folder.import(UNITS);
        let told = imported.error.as_ref().unwrap().to_string();
        assert!(told.contains(code) && told.contains(&format!("unit.csv line {line}")), "{rows}: {told}");
        assert!(imported.memory.units.borrow().is_empty(), "nothing is sent");
        assert_eq!(imported.rejected()[0]["code"], code);
    }
}

#[test]
fn rows_that_say_the_same_are_one_unit_and_parents_may_be_known_elsewhere() {
    let folder = Folder::with(&[("unit.csv", b"id,name,parent\na,A,hq\na,A,hq\nb,B,a\n")]);
    let imported = folder.import(UNITS);
    assert!(imported.error.is_none());
    let ids: Vec<String> = imported.memory.units.borrow().iter().map(|unit| unit.id.clone()).collect();
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(imported.report.counts.organisation_added, 2);
}

#[test]
fn parts_are_written_as_one_of_so_many() {
    assert_eq!("2/3".parse(), Ok(Part { number: 2, of: 3 }));
    for text in ["", "1", "0/2", "3/2", "1/0", "a/b", "1/2/3"] {
        assert!(text.parse::<Part>().is_err(), "{text}");
    }
    assert_eq!(Part { number: 1, of: 2 }.bounds(5), (0, 2));
    assert_eq!(Part { number: 2, of: 2 }.bounds(5), (2, 5));
}
