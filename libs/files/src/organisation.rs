//! Reads an organisation's TOML file into a feed. Units and employees that the file names but does not define are left to
//! the server.

use std::collections::{BTreeSet, HashMap};

use longhu_client::problems::Problem;
use longhu_core::organisation::{Employee, Feed, HandOver, Organisation, SourceCode, Unit};
use longhu_core::types::violation::Violation;
use toml::de::DeTable;

use crate::fields::{Fields, Notes};

mod items;

/// What was read from a file.
#[derive(Debug)]
pub struct Reading {
    /// The entries of the file, with customers as events name them.
    pub feed: Feed,
    /// Which entries are written in short, for the names of fields in messages.
    pub spelling: Spelling,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// Which entries are written in short: employees with a `unit` instead of memberships, codes with an `id` instead of
/// meanings.
#[derive(Clone, Debug, Default)]
pub struct Spelling {
    employees: BTreeSet<usize>,
    codes: BTreeSet<usize>,
}

/// Reads a document.
pub fn read(root: &DeTable) -> Reading {
    let notes = Notes::default();
    let fields = Fields::root(root, &["units", "employees", "hand_overs", "codes"], &notes);
    let units: Vec<Unit> = fields.tables("units", items::UNIT).iter().map(items::unit).collect();
    let people = fields.tables("employees", items::EMPLOYEE);
    let employees: Vec<Employee> = people.iter().map(items::employee).collect();
    let hand_overs = fields.tables("hand_overs", items::HAND_OVER);
    let hand_overs: Vec<HandOver> = hand_overs.iter().map(items::hand_over).collect();
    let tables = fields.tables("codes", items::CODE);
    let codes: Vec<SourceCode> = tables.iter().map(items::code).collect();
    let short = |tables: &[Fields], name: &str| {
        let short = tables.iter().enumerate().filter(|(_, fields)| fields.has(name));
        short.map(|(index, _)| index).collect()
    };
    let spelling = Spelling { employees: short(&people, "unit"), codes: short(&tables, "id") };
    let feed = Feed { units, employees, hand_overs, codes };
    let mut problems = notes.into_problems();
    let found = contradictions(&feed, &problems).into_iter();
    let found = found.map(|problem| spelling.in_file(problem));
    let is_new = |problem: &Problem| !problems.iter().any(|other| other.overlaps(problem));
    let new: Vec<Problem> = found.filter(is_new).collect();
    problems.extend(new);
    Reading { feed, spelling, problems }
}

impl Spelling {
    /// A problem, under the name that the field has in the file.
    pub fn in_file(&self, problem: Problem) -> Problem {
        let short = [
            ("employees", ".memberships", "unit", &self.employees),
            ("codes", ".meanings", "id", &self.codes),
        ];
        for (list, long, name, indices) in short {
            let place = problem.field.strip_prefix(list).and_then(|rest| rest.strip_prefix('['));
            let Some((index, rest)) = place.and_then(|rest| rest.split_once(']')) else { continue };
            let is_short = index.parse().is_ok_and(|index| indices.contains(&index));
            if is_short && rest.starts_with(long) {
                let field = format!("{list}[{index}].{name}");
                return Problem { field, ..problem };
            }
        }
        problem
    }
}

/// Everything that is wrong in whatever organisation is in force. Entries that could not be read are skipped,
/// since the check would only report their fields again as missing.
fn contradictions(feed: &Feed, unread: &[Problem]) -> Vec<Problem> {
    let nobody = Organisation::default();
    let mut found = twice(&feed.units, &feed.employees);
    let half_read = |item: &str| {
        let inside = |problem: &&Problem| problem.field.starts_with(item) && problem.code != "UNKNOWN_FIELD";
        unread.iter().any(|problem| inside(&problem))
    };
    let mut alone = |list: &str, index: usize, one: Feed| {
        let item = format!("{list}[{index}]");
        if !half_read(&format!("{item}.")) {
            note(&mut found, nobody.check(&one), |field| field.replacen(&format!("{list}[0]"), &item, 1));
        }
    };
    for (index, unit) in feed.units.iter().enumerate() {
        alone("units", index, Feed { units: vec![unit.clone()], ..Feed::default() });
    }
    for (index, employee) in feed.employees.iter().enumerate() {
        alone("employees", index, Feed { employees: vec![employee.clone()], ..Feed::default() });
    }
    for (index, hand_over) in feed.hand_overs.iter().enumerate() {
        alone("hand_overs", index, Feed { hand_overs: vec![hand_over.clone()], ..Feed::default() });
    }
    for (index, code) in feed.codes.iter().enumerate() {
        alone("codes", index, Feed { codes: vec![code.clone()], ..Feed::default() });
    }
    if found.is_empty() && !half_read("") {
        note(&mut found, nobody.check(feed), str::to_owned);
    }
    found
}

fn note(found: &mut Vec<Problem>, result: Result<(), Violation>, rename: impl Fn(&str) -> String) {
    if let Err(violation) = result
        && !["UNKNOWN_UNIT", "UNKNOWN_EMPLOYEE", "UNKNOWN_ID"].contains(&violation.code)
    {
        let problem = Problem::from(violation);
        found.push(Problem { field: rename(&problem.field), ..problem });
    }
}

/// Problems for ids that the file names more than once.
fn twice(units: &[Unit], employees: &[Employee]) -> Vec<Problem> {
    let units = units.iter().enumerate().map(|(index, unit)| ("units", index, &unit.id));
    let employees = employees.iter().enumerate().map(|(index, employee)| ("employees", index, &employee.id));
    let mut first = HashMap::new();
    let mut found = Vec::new();
    for (list, index, id) in units.chain(employees).filter(|(_, _, id)| !id.is_empty()) {
        match first.get(id.as_str()) {
            None => {
                first.insert(id.as_str(), (list, index));
            }
            Some((other, at)) => {
                let code = if *other == list { "DUPLICATE_ID" } else { "ID_OF_BOTH" };
                let reason = format!("`{id}` is named already by {other}[{at}]; ids are unique, rename one");
                found.push(Problem::new(format!("{list}[{index}].id"), code, reason));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use super::*;
    use crate::document::Source;

    fn problems(text: &str) -> Vec<String> {
        let reading = read(Source::new("x", text.to_owned()).parse().unwrap().root());
        reading.problems.iter().map(|problem| format!("{} {}", problem.field, problem.code)).collect()
    }

    #[test]
    fn parents_that_only_the_server_knows_are_left_to_it() {
        let text = "[[units]]\nid = \"a\"\nkind = \"team\"\nparent = \"elsewhere\"\n\
                    [[employees]]\nid = \"e\"\nname = \"张三\"\nunit = \"elsewhere\"\n";
        let reading = read(Source::new("x", text.to_owned()).parse().unwrap().root());
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        assert_eq!(reading.feed.units[0].parent.as_deref(), Some("elsewhere"));
        assert_eq!(reading.feed.employees[0].memberships[0].unit, "elsewhere");
    }

    #[test]
    fn every_wrong_unit_and_employee_is_named() {
        let text = "[[units]]\nid = \"a\"\nkind = \"Team\"\n[[units]]\nid = \"b\"\nkind = \"employee\"\n\
                    [[units]]\nkind = \"team\"\n[[units]]\nid = \"a\"\nkind = 3\n\
                    [[employees]]\nid = \"b\"\nnme = \"x\"\n";
        assert_eq!(
            problems(text),
            [
                "units[3].kind WRONG_TYPE",
                "employees[0].nme UNKNOWN_FIELD",
                "units[3].id DUPLICATE_ID",
                "employees[0].id ID_OF_BOTH",
                "units[0].kind BAD_NAME",
                "units[1].kind BAD_NAME",
                "units[2].id MISSING_FIELD",
            ]
        );
    }

    #[test]
    fn a_cycle_inside_the_file_is_found_without_a_server() {
        let text = "[[units]]\nid = \"a\"\nkind = \"team\"\nparent = \"b\"\n\
                    [[units]]\nid = \"b\"\nkind = \"team\"\nparent = \"a\"\n";
        assert_eq!(problems(text), ["units[0].parent CYCLE"]);
    }

    #[test]
    fn dates_moves_and_memberships_are_read_as_they_are_written() {
        let text = "[[units]]\nid = \"a\"\nkind = \"team\"\nname = \"一部\"\nparent = \"x\"\n\
                    start_date = 2025-01-01\nend_date = \"2026-06-30\"\nmerged_into = \"b\"\n\
                    [[units.changes]]\ndate = 2026-02-01\nname = \"二部\"\n\
                    [[units.changes]]\ndate = 2026-03-01\nparent = \"\"\n\
                    [[units.peer_groups]]\nlabel = \"城区\"\nend_date = 2026-01-31\n\
                    [[employees]]\nid = \"e\"\nname = \"张三\"\n\
                    [[employees.memberships]]\nunit = \"a\"\nend_date = 2026-02-14\nrole = \"teller\"\n\
                    [[employees.memberships]]\nunit = \"b\"\nstart_date = 2026-02-10\nsecondary = true\n";
        let reading = read(Source::new("x", text.to_owned()).parse().unwrap().root());
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        let unit = &reading.feed.units[0];
        assert_eq!((unit.start, unit.end), (Some(date(2025, 1, 1)), Some(date(2026, 6, 30))));
        assert_eq!(unit.merged_into.as_deref(), Some("b"));
        assert_eq!((unit.name_on(date(2026, 1, 31)), unit.name_on(date(2026, 2, 1))), ("一部", "二部"));
        let parents = (unit.parent_on(date(2026, 2, 28)), unit.parent_on(date(2026, 3, 1)));
        assert_eq!(parents, (Some("x"), None));
        assert_eq!(unit.peer_groups_on(date(2026, 1, 31)).collect::<Vec<_>>(), ["城区"]);
        assert_eq!(unit.peer_groups_on(date(2026, 2, 1)).count(), 0);
        let [first, second] = &reading.feed.employees[0].memberships[..] else { panic!("{reading:?}") };
        assert_eq!((first.role.as_str(), first.is_secondary, second.is_secondary), ("teller", false, true));
        assert_eq!((&first.start, &second.end), (&None, &None));
    }

    #[test]
    fn wrong_dates_are_reported_at_their_fields_only() {
        let text = "[[units]]\nid = \"a\"\nkind = \"team\"\nend_date = \"2026-02-30\"\nmerged_into = \"b\"\n\
                    [[units.changes]]\nname = \"x\"\n[[units.peer_groups]]\nstart_date = 1\n\
                    [[units]]\nid = \"b\"\nkind = \"team\"\nstart_date = 2026-02-01\nend_date = 2026-01-01\n\
                    [[units]]\nid = \"c\"\nkind = \"team\"\nmerged_into = \"c\"\n\
                    [[units]]\nid = \"d\"\nkind = \"team\"\nend_date = 2026-01-31\n\
                    [[units.changes]]\ndate = 2026-02-01\n";
        assert_eq!(
            problems(text),
            [
                "units[0].end_date BAD_DATE",
                "units[0].changes[0].date MISSING_FIELD",
                "units[0].peer_groups[0].label MISSING_FIELD",
                "units[0].peer_groups[0].start_date WRONG_TYPE",
                "units[1].end_date DATES_REVERSED",
                "units[2].merged_into MERGED_INTO_ITSELF",
                "units[3].changes[0].date NOT_OPEN",
            ]
        );
    }

    #[test]
    fn memberships_that_contradict_are_named_as_the_file_has_them() {
        let text = "[[employees]]\nid = \"e\"\nunit = \"a\"\n[[employees.memberships]]\nunit = \"b\"\n\
                    [[employees]]\nid = \"f\"\n[[employees.memberships]]\nunit = \"a\"\n\
                    [[employees.memberships]]\nunit = \"b\"\nstart_date = 2026-02-15\n\
                    [[employees]]\nid = \"g\"\n[[employees.memberships]]\nstart_date = 2026-02-15\n\
                    [[employees]]\nid = \"h\"\nunit = \" a\"\n\
                    [[employees]]\nid = \"i\"\n[[employees.memberships]]\nunit = \"a\"\nsecondary = \"no\"\n";
        assert_eq!(
            problems(text),
            [
                "employees[0].unit CONTRADICTION",
                "employees[4].memberships[0].secondary WRONG_TYPE",
                "employees[1].memberships[1] OVERLAPPING_MEMBERSHIPS",
                "employees[2].memberships[0].unit MISSING_FIELD",
                "employees[3].unit BLANK_ENDS",
            ]
        );
    }

    #[test]
    fn a_servers_problem_with_a_membership_is_named_as_the_file_has_it() {
        let text = "[[employees]]\nid = \"e\"\nunit = \"a\"\n\
                    [[employees]]\nid = \"f\"\n[[employees.memberships]]\nunit = \"b\"\n";
        let source = Source::new("x", text.to_owned());
        let document = source.parse().unwrap();
        let reading = read(document.root());
        let theirs = |index| {
            let field = format!("employees[{index}].memberships[0].unit");
            let problem = reading.spelling.in_file(Problem::new(field, "UNKNOWN_UNIT", "x"));
            (document.line_of(&problem.field), problem.field)
        };
        assert_eq!(theirs(0), (3, "employees[0].unit".to_owned()));
        assert_eq!(theirs(1), (7, "employees[1].memberships[0].unit".to_owned()));
    }

    #[test]
    fn hand_overs_and_codes_are_read_as_they_are_written_and_refused_under_their_fields() {
        let text = "[[hand_overs]]\nid = \"h\"\nfrom = \"e\"\nto = \"f\"\nstart_date = 2026-02-15\n\
                    customers = [\"C-2\", \"C-1\"]\n\
                    [[codes]]\nsource = \"core\"\ncode = \"T1\"\nid = \"e\"\n";
        let reading = read(Source::new("x", text.to_owned()).parse().unwrap().root());
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        assert_eq!(reading.feed.hand_overs[0].customers, ["C-2", "C-1"]);
        assert_eq!(reading.feed.codes[0].on(date(2026, 2, 15)), Some("e"));
        let theirs = Problem::new("codes[0].meanings[0].id", "UNKNOWN_ID", "x");
        assert_eq!(reading.spelling.in_file(theirs).field, "codes[0].id");
        let text = "[[hand_overs]]\nid = \"h\"\nfrom = \"e\"\nto = \"e\"\nstart_date = 2026-02-15\nall_customers = true\n\
                    [[hand_overs]]\nid = \"i\"\nfrom = \"e\"\nto = \"f\"\n\
                    [[hand_overs]]\nid = \"j\"\nfrom = \"e\"\nto = \"f\"\nstart_date = 2026-02-15\nend_date = 2026-02-14\ncustomers = []\n\
                    [[codes]]\nsource = \"core\"\ncode = \"T1\"\nid = \"e\"\n[[codes.meanings]]\nid = \"f\"\n\
                    [[codes]]\nsource = \"core\"\ncode = \"T2\"\n[[codes.meanings]]\nid = \"f\"\n[[codes.meanings]]\nid = \"g\"\n";
        assert_eq!(
            problems(text),
            [
                "hand_overs[1].start_date MISSING_FIELD",
                "hand_overs[1].customers MISSING_FIELD",
                "codes[0].id CONTRADICTION",
                "hand_overs[0].to HANDED_TO_ITSELF",
                "hand_overs[2].end_date DATES_REVERSED",
                "codes[1].meanings[1] OVERLAPPING_MEANINGS",
            ]
        );
    }

    #[test]
    fn the_examples_are_sound_and_the_reorganisation_fits_the_quickstart() {
        let quickstart = include_str!("../../../deploy/examples/quickstart/organisation.toml");
        let later = include_str!("../../../deploy/examples/reorganisation.toml");
        let mut bank = Organisation::default();
        for text in [quickstart, later] {
            let reading = read(Source::new("x", text.to_owned()).parse().unwrap().root());
            assert!(reading.problems.is_empty(), "{:?}", reading.problems);
            assert_eq!(bank.check(&reading.feed), Ok(()));
            bank.put(&reading.feed);
        }
        let branch = |id: &str, day: Date| {
            let employee = bank.employee(id).unwrap();
            let path = bank.path(&employee.primary_on(day).unwrap().unit, day);
            path.units().find(|unit| bank.unit(unit).unwrap().kind == "branch").unwrap().to_owned()
        };
        assert_eq!(branch("e-002", date(2026, 2, 14)), "chengdong");
        assert_eq!(branch("e-002", date(2026, 2, 15)), "xihu");
        assert_eq!(branch("e-003", date(2026, 3, 1)), "chengdong");
        assert_eq!(bank.path("chengdong-2", date(2026, 3, 1)).first(), Some("chengdong-1"));
        assert_eq!(bank.name("xihu", date(2026, 3, 1)), Some("西湖科技支行 Xihu Science Park"));
    }
}
