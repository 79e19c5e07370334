//! Units with their whole history: mergers, moves, new names and peer groups, from one file or several; what
//! is refused; and the organisation of a mapping alone.

use longhu_core::organisation::Unit;
use longhu_core::types::violation::Violation;
use longhu_proto::organisation::unit_from_wire;

use super::support::{ALL, Folder, Imported, Memory, import_into};
use crate::error::Error;

const MAPPING: &str = r#"
[files.unit]
path = "unit.csv"
[files.change]
path = "change.csv"
[files.name]
path = "name.csv"
[files.group]
path = "group.csv"

[[organisation.units]]
from = "unit"
kind = "{kind}"
id = "{id}"
parent = "{parent}"
name = "{name}"
start_date = "{from}"
end_date = "{to}"
merged_into = "{into}"

[[organisation.changes]]
from = "change"
when = "parent != TOP"
unit = "{id}"
date = "{day}"
parent = "{parent}"
name = "{name}"

[[organisation.changes]]
from = "change"
when = "parent == TOP"
unit = "{id}"
date = "{day}"
top = "true"

[[organisation.changes]]
from = "name"
unit = "{id}"
date = "{day}"
name = "{name}"

[[organisation.peer_groups]]
from = "group"
unit = "{id}"
label = "{label}"
start_date = "{from}"
end_date = "{to}"
"#;

const UNITS: &str = "hz,region,,杭州,,,\nsh,region,,上海,,,\nx,branch,hz,西湖,2020-01-01,,\n\
                     t1,team,x,一部,,,\nt2,team,x,二部,,2026-02-28,t1\n";

fn folder(units: &str, changes: &str, names: &str, groups: &str) -> Folder {
    let with = |head: &str, rows: &str| format!("{head}\n{rows}").into_bytes();
    let unit = with("id,kind,parent,name,from,to,into", units);
    let (change, name) = (with("id,day,parent,name", changes), with("id,day,name", names));
    let group = with("id,label,from,to", groups);
    Folder::with(&[("unit.csv", &unit), ("change.csv", &change), ("name.csv", &name), ("group.csv", &group)])
}

fn units(imported: &Imported) -> Vec<Unit> {
    assert!(imported.error.is_none(), "{:?}", imported.error);
    imported.memory.units.borrow().iter().map(|unit| unit_from_wire(unit).unwrap()).collect()
}

/// A unit's changes and peer groups, one text each.
fn history(unit: &Unit) -> Vec<String> {
    let changes = unit.changes.iter().map(|change| {
        let parent = change.parent.as_ref().map(|parent| parent.as_deref().unwrap_or("the top"));
        format!("{} {} {}", change.date, parent.unwrap_or("-"), change.name.as_deref().unwrap_or("-"))
    });
    let day = |day: Option<jiff::civil::Date>| day.map_or(String::from("-"), |day| day.to_string());
    let groups = unit.peer_groups.iter();
    let groups = groups.map(|group| format!("{} {} {}", group.label, day(group.start), day(group.end)));
    changes.chain(groups).collect()
}

#[test]
fn a_unit_has_its_merger_moves_names_and_peer_groups_whatever_the_order_of_files_and_rows() {
    let changes = ["x,2026-03-01,sh,\n", "x,2025-07-01,TOP,\n", "x,2026-03-01,sh,\n", "t1,2026-01-01,,甲\n"];
    let names = ["x,2026-03-01,科技\n", "x,2024-01-01,老\n"];
    let groups = ["x,城区,,2025-12-31\n", "x,大,2026-01-01,\n", "x,城区,,2025-12-31\n"];
    let forth = units(&folder(UNITS, &changes.concat(), &names.concat(), &groups.concat()).import(MAPPING));
    assert_eq!(
        history(&forth[2]),
        [
            "2024-01-01 - 老",
            "2025-07-01 the top -",
            "2026-03-01 sh 科技",
            "城区 - 2025-12-31",
            "大 2026-01-01 -"
        ]
    );
    assert_eq!(history(&forth[3]), ["2026-01-01 - 甲"]);
    assert_eq!((forth[4].merged_into.as_deref(), forth[3].merged_into.as_deref()), (Some("t1"), None));
    let back = |rows: &[&str]| rows.iter().rev().copied().collect::<String>();
    let again = folder(UNITS, &back(&changes), &back(&names), &back(&groups)).import(MAPPING);
    assert_eq!(units(&again), forth);
}

#[test]
fn an_impossible_row_is_refused_with_its_own_file_and_line() {
    let cases = [
        (["", "y,2026-03-01,sh,\n", "", ""], "change.csv line 2", "unit", "UNKNOWN_UNIT"),
        (["", "x,,sh,\n", "", ""], "change.csv line 2", "date", "MISSING_FIELD"),
        (["", "x,2026-03-01,,\n", "", ""], "change.csv line 2", "parent", "MISSING_FIELD"),
        (["", "x,1.3.2026,sh,\n", "", ""], "change.csv line 2", "date", "BAD_DATE"),
        (["", "x,2026-03-01,sh,\nx,2026-03-01,hz,\n", "", ""], "change.csv line 3", "date", "CONTRADICTION"),
        (["", "x,2026-03-01,,a\n", "x,2026-03-01,b\n", ""], "name.csv line 2", "date", "CONTRADICTION"),
        (["", "t2,2026-01-01,,a\nt2,2026-03-01,,b\n", "", ""], "change.csv line 3", "date", "NOT_OPEN"),
        (["", "", "", "x,,,\n"], "group.csv line 2", "label", "MISSING_FIELD"),
        (
            ["", "", "", "x,a,,\nx,b,2026-02-01,2026-01-01\n"],
            "group.csv line 3",
            "end_date",
            "DATES_REVERSED",
        ),
        (["t3,team,x,n,,,t1\n", "", "", ""], "unit.csv line 7", "merged_into", "MISSING_FIELD"),
        (["x,branch,sh,西湖,2020-01-01,,\n", "", "", ""], "unit.csv line 7", "id", "CONTRADICTION"),
    ];
    for ([more, changes, names, groups], place, field, code) in cases {
        let folder = folder(&format!("{UNITS}{more}"), changes, names, groups);
        let imported = folder.import(MAPPING);
        let Some(error) = &imported.error else { panic!("{code} is not refused") };
        let told = error.to_string();
        assert!(told.contains(&format!("{place}: {field}: ")) && told.contains(code), "{code}: {told}");
        assert!(imported.memory.units.borrow().is_empty(), "nothing is sent");
        assert_eq!(imported.rejected()[0]["code"], code);
    }
}

#[test]
fn a_wrong_row_of_a_unit_makes_no_further_errors_in_rows_about_that_unit() {
    let wrong = format!("{UNITS}y,branch,hz,新,1.1.2020,,\n");
    let folder = folder(&wrong, "y,2026-03-01,sh,\n", "", "y,城区,,\n");
    let imported = folder.import(MAPPING);
    assert!(matches!(imported.error, Some(Error::Organisation { count: 1, .. })), "{:?}", imported.error);
    assert_eq!(imported.rejected()[0]["code"], "BAD_DATE");
}

#[test]
fn what_the_server_refuses_is_reported_at_its_row() {
    let folder = folder(UNITS, "x,2026-03-01,sh,\nx,2025-07-01,TOP,\n", "", "");
    let refuses = |field: &str| {
        let refuses = vec![Violation::new(field, "UNKNOWN_UNIT", "`sh` is not a unit")];
        let memory = Memory { refuses, ..Memory::default() };
        let rejected = Some(folder.path().join("rejected.jsonl"));
        let imported = import_into(memory, &folder.plan(MAPPING).unwrap(), ALL, rejected);
        (imported.error.as_ref().unwrap().to_string(), imported.error)
    };
    // The change with the second-earliest date is on line 2.
    let (told, _) = refuses("units[2].changes[1].parent");
    assert!(told.contains("change.csv line 2: parent: `sh` is not a unit (UNKNOWN_UNIT)"), "{told}");
    let (told, _) = refuses("units[4].merged_into");
    assert!(told.contains("unit.csv line 6: merged_into: "), "{told}");
    let (_, error) = refuses("units");
    assert!(matches!(error, Some(Error::Refused { .. })), "{error:?}");
}

#[test]
fn a_change_that_changes_nothing_is_refused_in_the_mapping() {
    let wrong = MAPPING.replace("top = \"true\"\n", "");
    let told = folder(UNITS, "", "", "").plan(&wrong).unwrap_err().to_string();
    assert!(told.contains("organisation.changes[1]: it changes nothing"), "{told}");
    let wrong = MAPPING.replacen("\ndate = ", "\nday = ", 1);
    let told = folder(UNITS, "", "", "").plan(&wrong).unwrap_err().to_string();
    assert!(told.contains("unknown field `day`"), "{told}");
}

#[test]
fn an_import_of_the_organisation_alone_needs_only_its_own_files() {
    let events = "[files.card]\npath = \"card.csv\"\n[[sources]]\nname = \"s\"\n\
                  [[events]]\nfrom = \"card\"\n[[events.event]]\nsource = \"s\"\n";
    let whole = format!("{MAPPING}{events}");
    let folder = folder(UNITS, "", "", "");
    let told = folder.plan(&whole).unwrap_err().to_string();
    assert!(told.contains("files.card.path"), "{told}");
    let plan = folder.organisation(&whole).unwrap();
    assert_eq!((plan.inputs.len(), plan.sections.len(), plan.sources.len()), (4, 0, 0));
    assert_eq!(plan.units.len() + plan.changes.len() + plan.peer_groups.len(), 5);
    let told = folder.organisation(events).unwrap_err().to_string();
    assert!(told.contains("has no organisation") && told.contains("`longhu import csv`"), "{told}");
    let missing = whole.replace("from = \"group\"", "from = \"grop\"");
    let told = folder.organisation(&missing).unwrap_err().to_string();
    assert!(told.contains("there is no file `[files.grop]`"), "{told}");
}
