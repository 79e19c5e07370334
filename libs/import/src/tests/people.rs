//! Employees and units with days: several rows of one employee, two files about the same people, and what is
//! refused.

use longhu_core::organisation::Employee;
use longhu_proto::organisation::{employee_from_wire, unit_from_wire};

use super::support::{Folder, Imported};

const POSTS: &str = r#"
[csv]
null = ["9999-12-31"]
[files.post]
path = "post.csv"
[[organisation.employees]]
from = "post"
id = "{id}"
name = "{name}"
unit = "{unit}"
start_date = "{from}"
end_date = "{to}"
role = "{role}"
secondary = "{second|map(yes)}"
[maps.yes]
Y = "true"
N = "false"
"#;

fn import(rows: &str) -> Imported {
    let content = format!("id,name,unit,from,to,role,second\n{rows}");
    Folder::with(&[("post.csv", content.as_bytes())]).import(POSTS)
}

fn people(imported: &Imported) -> Vec<Employee> {
    assert!(imported.error.is_none(), "{:?}", imported.error);
    imported.memory.employees.borrow().iter().map(|one| employee_from_wire(one).unwrap()).collect()
}

fn shown(employee: &Employee) -> Vec<String> {
    let day = |day: Option<jiff::civil::Date>| day.map_or(String::from("-"), |day| day.to_string());
    let one = |one: &longhu_core::organisation::Membership| {
        format!("{} {} {} {} {}", one.unit, day(one.start), day(one.end), one.role, one.is_secondary)
    };
    employee.memberships.iter().map(one).collect()
}

#[test]
fn several_rows_of_one_employee_are_its_memberships_in_any_order() {
    let rows = [
        "e,张三,b,2026-02-15,9999-12-31,manager,N\n",
        "e,张三,a,,2026-02-14,teller,\n",
        "f,李四,a,,,,\n",
        "e,张三,c,2026-03-01,2026-03-31,,Y\n",
        "e,张三,a,,2026-02-14,teller,\n",
    ];
    let forth = people(&import(&rows.concat()));
    let of_e =
        ["a - 2026-02-14 teller false", "b 2026-02-15 - manager false", "c 2026-03-01 2026-03-31  true"];
    assert_eq!(shown(&forth[0]), of_e);
    assert_eq!(shown(&forth[1]), ["a - -  false"]);
    let back: String = rows.iter().rev().copied().collect();
    let mut back = people(&import(&back));
    back.sort_by(|one, other| one.id.cmp(&other.id));
    assert_eq!(back, forth);
}

#[test]
fn impossible_memberships_are_refused_at_their_lines() {
    let cases = [
        ("e,x,a,,,,\ne,x,b,2026-02-15,,,\n", 3, "unit", "OVERLAPPING_MEMBERSHIPS", "overlaps line 2"),
        ("e,x,a,,2026-02-14,,\ne,y,b,2026-02-15,,,\n", 3, "id", "CONTRADICTION", "in line 2"),
        ("f,x,a,,,,\ne,x,a,2026-02-15,2026-02-14,,\n", 3, "end_date", "DATES_REVERSED", "2026-02-14"),
        ("e,x,,2026-02-15,,,\n", 2, "unit", "MISSING_FIELD", "no unit"),
        ("e,x,a,15.2.2026,,,\n", 2, "start_date", "BAD_DATE", "15.2.2026"),
        ("e,x,a,0001-01-01,,,\n", 2, "start_date", "OUT_OF_RANGE", "`null`"),
    ];
    for (rows, line, field, code, word) in cases {
        let imported = import(rows);
        let told = imported.error.as_ref().unwrap().to_string();
        assert!(told.contains(&format!("post.csv line {line}: {field}: ")), "{rows}: {told}");
        assert!(told.contains(code) && told.contains(word), "{rows}: {told}");
        assert!(imported.memory.employees.borrow().is_empty(), "nothing is sent");
    }
}

#[test]
fn all_employees_with_impossible_memberships_are_named_in_one_run() {
    let rows = "e,x,a,,,,\ne,x,b,2026-02-15,,,\nf,x,a,,,,\n\ng,x,a,,,,\ng,x,b,2026-02-15,,,\n g,x,a,,,,\n";
    let content = format!("id,name,unit,from,to,role,second\n{rows}");
    let folder = Folder::with(&[("post.csv", content.as_bytes())]);
    let imported = folder.import(POSTS);
    assert!(imported.error.unwrap().to_string().starts_with("3 row(s) of the organisation are wrong"));
    let told: Vec<(u64, String)> = std::fs::read_to_string(folder.path().join("rejected.jsonl"))
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|line| (line["line"].as_u64().unwrap(), line["code"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [(3, "OVERLAPPING_MEMBERSHIPS"), (7, "OVERLAPPING_MEMBERSHIPS"), (8, "BLANK_ENDS")];
    assert_eq!(told, expected.map(|(line, code)| (line, code.to_owned())));
}

#[test]
fn names_and_memberships_may_be_two_files_and_undated_rows_still_have_to_agree() {
    let mapping = r#"
[files.person]
path = "person.csv"
[files.post]
path = "post.csv"
[[organisation.employees]]
from = "person"
id = "{id}"
name = "{name}"
[[organisation.employees]]
from = "post"
id = "{id}"
unit = "{unit}"
end_date = "{to}"
"#;
    let files: [(&str, &[u8]); 2] =
        [("person.csv", "id,name\ne,张三\n".as_bytes()), ("post.csv", b"id,unit,to\ne,a,2026-02-14\n")];
    let found = people(&Folder::with(&files).import(mapping));
    assert_eq!((found.len(), found[0].name.as_str()), (1, "张三"));
    assert_eq!(shown(&found[0]), ["a - 2026-02-14  false"]);
    let undated = mapping.replace("end_date = \"{to}\"\n", "");
    let twice: [(&str, &[u8]); 2] = [files[0], ("post.csv", b"id,unit,to\ne,a,\ne,b,\n")];
    let imported = Folder::with(&twice).import(&undated);
    let told = imported.error.as_ref().unwrap().to_string();
    assert!(told.contains("post.csv line 3") && told.contains("CONTRADICTION"), "{told}");
}

#[test]
fn units_have_the_days_of_their_columns() {
    let mapping = r#"
[dates]
format = "%Y%m%d"
[files.unit]
path = "unit.csv"
[[organisation.units]]
from = "unit"
kind = "branch"
id = "{id}"
start_date = "{from}"
end_date = { value = "{to}", format = "%d.%m.%Y" }
"#;
    let imported = Folder::with(&[("unit.csv", b"id,from,to\na,20200101,31.12.2025\nb,,\n")]).import(mapping);
    assert!(imported.error.is_none(), "{:?}", imported.error);
    let units = imported.memory.units.borrow();
    let days = |index: usize| {
        let unit = unit_from_wire(&units[index]).unwrap();
        (unit.start.map(|day| day.to_string()), unit.end.map(|day| day.to_string()))
    };
    assert_eq!(days(0), (Some("2020-01-01".to_owned()), Some("2025-12-31".to_owned())));
    assert_eq!(days(1), (None, None));
}

#[test]
fn days_without_a_unit_are_refused_in_the_mapping() {
    let folder = Folder::with(&[("post.csv", b"id,name,unit,from,to,role,second\n")]);
    let problems = folder.plan(&POSTS.replace("unit = \"{unit}\"\n", "")).unwrap_err();
    assert!(problems.to_string().contains("organisation.employees[0].unit"), "{problems}");
}
