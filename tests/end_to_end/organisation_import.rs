//! The organisation from CSV files through the command line: the same as from the TOML file of the same bank;
//! corrections that move scores; and what is refused by this program and by the server.

use std::path::Path;

use serde_json::{Value, json};

use crate::oracle::{CONTEST, EVENTS, ORGANISATION};
use crate::support::{Dev, Said, file};

/// The bank of `deploy/examples/reorganisation.toml` as a personnel system would export it, and a section of
/// events whose file does not exist.
const MAPPING: &str = r#"
[files]
unit = { path = "unit.csv" }
change = { path = "change.csv" }
person = { path = "person.csv" }
post = { path = "post.csv" }
card = { path = "no-such.csv" }

[[organisation.units]]
from = "unit"
kind = "{kind}"
id = "{id}"
parent = "{parent}"
name = "{name}"
end_date = "{to}"
merged_into = "{into}"

[[organisation.changes]]
from = "change"
unit = "{unit}"
date = "{day}"
name = "{name}"

[[organisation.peer_groups]]
from = "unit"
when = "group present"
unit = "{id}"
label = "{group}"
start_date = "2026-01-01"

[[organisation.employees]]
from = "person"
id = "{id}"
name = "{name}"

[[organisation.employees]]
from = "post"
id = "{id}"
unit = "{unit}"
start_date = "{from}"
end_date = "{to}"
role = "{role}"
secondary = "{second}"

[[events]]
from = "card"
[[events.event]]
source = "cards"
type = "card.issued"
id = "{id}"
"#;

const UNITS: &str = "id,kind,parent,name,to,into,group\n\
                     chengdong-2,team,chengdong,营销二部 Team 2,2026-02-28,chengdong-1,\n\
                     xihu,branch,hangzhou,西湖支行 Xihu,,,城区 city\n";
const PEOPLE: &str = "id,name\ne-002,王强 Wang Qiang\ne-005,陈静 Chen Jing\n";
const POSTS: &str = "id,unit,from,to,role,second\n\
                     e-002,chengdong-1,,2026-02-14,teller,false\n\
                     e-002,xihu-1,2026-02-15,,customer manager,false\n\
                     e-005,xihu-1,,,,false\n\
                     e-005,chengdong-1,2026-03-01,2026-03-31,,true\n";

/// Writes the files, with these memberships.
fn extract(folder: &Path, posts: &str) -> String {
    file(folder, "unit.csv", UNITS);
    file(folder, "change.csv", "unit,day,name\nxihu,2026-03-01,西湖科技支行 Xihu Science Park\n");
    file(folder, "person.csv", PEOPLE);
    file(folder, "post.csv", posts);
    file(folder, "mapping.toml", MAPPING)
}

/// Imports the organisation; `more` are further arguments.
fn import(dev: &Dev, mapping: &str, more: &[&str]) -> Said {
    let rejected = Path::new(mapping).with_file_name("rejected.jsonl").display().to_string();
    let arguments = ["org", "import", "csv", "--mapping", mapping, "--rejected", &rejected];
    dev.run(&[&arguments, more].concat())
}

/// A bank with the quickstart's organisation, contest and events.
fn quickstart(folder: &Path) -> Dev {
    let dev = Dev::start(folder);
    dev.run(&["org", "apply", ORGANISATION]).ends_with(0);
    dev.run(&["contest", "apply", CONTEST]).ends_with(0);
    dev.run(&["emit", EVENTS]);
    dev
}

/// All boards, once they reflect a position.
fn boards(dev: &Dev, position: &str) -> Vec<(Vec<String>, String)> {
    let show = ["standings", "spring-2026", "--board", "team", "--min-position", position];
    dev.run(&show).ends_with(0);
    ["branch", "team", "employee"].map(|kind| dev.board("spring-2026", kind)).to_vec()
}

#[test]
fn the_organisation_of_csv_files_is_that_of_the_toml_file_and_a_correction_moves_what_was_scored() {
    let (toml, csv) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (by_toml, by_csv) = (quickstart(toml.path()), quickstart(csv.path()));
    let arguments = ["org", "apply", "deploy/examples/reorganisation.toml", "-o", "json"];
    let applied = by_toml.run(&arguments).ends_with(0).json();
    let mapping = extract(csv.path(), POSTS);
    let dry = import(&by_csv, &mapping, &["--dry-run", "-o", "json"]).ends_with(0).json();
    assert_eq!((&dry["dry_run"], &dry["changed"], &dry["position"]), (&json!(true), &json!(4), &Value::Null));
    let imported = import(&by_csv, &mapping, &["-o", "json"]).ends_with(0).json();
    assert_eq!((&imported["units"], &imported["employees"]), (&json!(2), &json!(2)));
    assert_eq!((&imported["added"], &imported["changed"]), (&applied["added"], &applied["changed"]));
    let position = |said: &Value| said["position"].as_str().unwrap().to_owned();
    let moved = boards(&by_csv, &position(&imported));
    assert_eq!(moved, boards(&by_toml, &position(&applied)));
    // The units are the same in every field: applying the TOML file changes nothing.
    let arguments = ["org", "apply", "deploy/examples/reorganisation.toml", "-o", "json"];
    let again = by_csv.run(&arguments).ends_with(0).json();
    assert_eq!((&again["changed"], &again["position"]), (&json!(0), &Value::Null), "{again}");
    let again = import(&by_csv, &mapping, &["-o", "json"]).ends_with(0).json();
    assert_eq!((&again["unchanged"], &again["position"]), (&json!(4), &Value::Null), "{again}");
    // A correction: it was 1 January.
    let earlier = POSTS.replace("2026-02-14", "2025-12-31").replace("2026-02-15", "2026-01-01");
    let mapping = extract(csv.path(), &earlier);
    let said = import(&by_csv, &mapping, &[]).ends_with(0).out;
    let at = said.strip_prefix("applied at ").and_then(|rest| rest.split_once(": ")).unwrap().0;
    assert!(said.contains("2 units and 2 employees: 0 added, 1 changed, 3 unchanged"), "{said}");
    let corrected = boards(&by_csv, at);
    assert_ne!(corrected[0], moved[0]);
    assert_eq!(corrected[2], moved[2], "employees keep what they scored");
}

#[test]
fn a_wrong_row_is_named_by_file_and_line_and_an_empty_bank_has_to_be_confirmed() {
    let folder = tempfile::tempdir().unwrap();
    let dev = quickstart(folder.path());
    let wrong = POSTS.replace("2026-02-15", "2026-02-10");
    let said = import(&dev, &extract(folder.path(), &wrong), &[]).ends_with(1).err;
    assert!(said.contains("post.csv line 3: unit: ") && said.contains("OVERLAPPING_MEMBERSHIPS"), "{said}");
    // Only the server knows which units exist.
    let unknown = POSTS.replace("e-005,xihu-1", "e-005,xihu-9");
    let mapping = extract(folder.path(), &unknown);
    for more in [&["--dry-run"][..], &[]] {
        let said = import(&dev, &mapping, more).ends_with(1).err;
        assert!(said.contains("post.csv line 4: unit: ") && said.contains("UNKNOWN_UNIT"), "{said}");
        assert!(said.contains("next: correct the rows"), "{said}");
    }
    let rejected = std::fs::read_to_string(folder.path().join("rejected.jsonl")).unwrap();
    let rejected: Value = serde_json::from_str(rejected.lines().next().unwrap()).unwrap();
    assert_eq!((&rejected["file"], &rejected["line"]), (&json!("post.csv"), &json!(4)));
    let none = file(folder.path(), "none.toml", &MAPPING.replace("[[organisation.", "[[organization."));
    let said = import(&dev, &none, &[]).ends_with(1).err;
    assert!(said.contains("unknown field `organization`"), "{said}");
    let events = MAPPING.split_once("[[organisation.units]]").unwrap().0.to_owned()
        + MAPPING.split_once("role = \"{role}\"\nsecondary = \"{second}\"\n").unwrap().1;
    let said = import(&dev, &file(folder.path(), "events.toml", &events), &[]).ends_with(1).err;
    assert!(said.contains("has no organisation") && said.contains("`longhu import csv`"), "{said}");
    let gone = r#"
[files.unit]
path = "gone.csv"
[[organisation.units]]
from = "unit"
kind = "{kind}"
id = "{id}"
end_date = "2020-12-31"
"#;
    let all = "id,kind\nhangzhou,region\nchengdong,branch\nxihu,branch\nchengdong-1,team\nchengdong-2,team\nxihu-1,team\n";
    file(folder.path(), "gone.csv", all);
    let gone = file(folder.path(), "gone.toml", gone);
    let said = import(&dev, &gone, &[]).ends_with(1).err;
    assert!(said.contains("WOULD_EMPTY_BANK") && said.contains("--yes"), "{said}");
    let whole = |more: &[&str]| {
        let rejected = folder.path().join("whole.jsonl").display().to_string();
        dev.run(&[&["import", "csv", "--mapping", &gone, "--rejected", &rejected], more].concat())
    };
    let said = whole(&[]).ends_with(1).err;
    assert!(said.contains("WOULD_EMPTY_BANK"), "{said}");
    whole(&["--yes"]).ends_with(0);
    import(&dev, &gone, &["--yes"]).ends_with(0);
}
