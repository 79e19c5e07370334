//! Berka: the example's mapping over the bank's real files if they are there, and always over a small
//! generated bank of the same shape. The card contest of 1998 is computed here without the fold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use longhu_files::csv_file::Order;
use longhu_proto::wire::event::v1::Event;

use super::support::{ALL, Folder, Imported, import, part};
use crate::compile::{Extent, load};
use crate::plan::Plan;
use crate::send::Options;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn example() -> PathBuf {
    root().join("deploy/examples/berka/mapping.toml")
}

/// The folder of the real files, if they are there.
fn real() -> Option<PathBuf> {
    let folder = std::env::var_os("LONGHU_BERKA_DIR")
        .map_or_else(|| PathBuf::from("../shared/data/berka"), PathBuf::from);
    let folder = root().join(folder);
    if folder.join("card.csv").is_file() {
        return Some(folder);
    }
    println!("SKIPPED: {} is not there; set LONGHU_BERKA_DIR", folder.display());
    None
}

fn count(events: &[Event], kind: &str) -> usize {
    events.iter().filter(|event| event.r#type == kind).count()
}

fn points(event: &Event) -> u64 {
    match event.product.as_str() {
        "junior" => 1,
        "classic" => 2,
        "gold" => 5,
        other => panic!("a card of type {other}"),
    }
}

/// The boards of the card contest of 1998, in the form of the expected file.
fn cards_1998(imported: &Imported) -> String {
    let units = imported.memory.units.borrow();
    let units: BTreeMap<&str, _> = units.iter().map(|unit| (unit.id.as_str(), unit)).collect();
    let employees = imported.memory.employees.borrow();
    let team: BTreeMap<&str, &str> =
        employees.iter().map(|one| (one.id.as_str(), one.memberships[0].unit.as_str())).collect();
    let mut boards: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    let events = imported.memory.events.borrow();
    let mut seen = BTreeSet::new();
    for event in events.iter().filter(|event| event.r#type == "card.issued") {
        let in_1998 = event.business_date.as_ref().is_some_and(|date| date.year == 1998);
        if !in_1998 || !seen.insert(&event.id) {
            continue;
        }
        let employee = event.credits[0].employee.as_str();
        *boards.entry("employee").or_default().entry(employee).or_default() += points(event);
        let mut above = Some(team[employee]);
        while let Some(unit) = above.map(|id| units[id]) {
            *boards.entry(&unit.kind).or_default().entry(&unit.id).or_default() += points(event);
            above = (!unit.parent.is_empty()).then_some(unit.parent.as_str());
        }
    }
    let mut text = "board,rank,participant,score\n".to_owned();
    for kind in ["region", "branch", "team", "employee"] {
        let mut rows: Vec<(&str, u64)> =
            boards.get(kind).into_iter().flatten().map(|(id, score)| (*id, *score)).collect();
        rows.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        for (id, score) in &rows {
            let rank = 1 + rows.iter().filter(|(_, other)| other > score).count();
            text.push_str(&format!("{kind},{rank},{id},{score}\n"));
        }
    }
    text
}

#[test]
fn the_real_files_give_the_organisation_and_the_events_that_are_known() {
    let Some(folder) = real() else { return };
    let imported = import(&load(&example(), Some(&folder), Extent::Whole).unwrap(), ALL, None);
    assert!(imported.error.is_none());
    assert_eq!(imported.report.counts.rejected, 0);
    let units = imported.memory.units.borrow();
    let kind = |kind: &str| units.iter().filter(|unit| unit.kind == kind).count();
    assert_eq!((kind("region"), kind("branch"), kind("team")), (8, 77, 154));
    assert_eq!(imported.memory.employees.borrow().len(), 308);
    let events = imported.memory.events.borrow();
    let kinds = ["account.opened", "card.issued", "loan.disbursed", "loan.defaulted"];
    assert_eq!(kinds.map(|kind| count(&events, kind)), [4_500, 892, 682, 76]);
    let ids: BTreeSet<(&str, &str)> = events.iter().map(|e| (e.source.as_str(), e.id.as_str())).collect();
    assert_eq!(ids.len(), events.len(), "ids are unique");
    assert!(events.iter().all(|event| event.credits.len() == 1 && event.credits[0].role == "owner"));
    let sources: Vec<String> =
        imported.memory.sources.borrow().iter().map(|source| source.name.clone()).collect();
    assert_eq!(sources, ["berka-account", "berka-card", "berka-loan"]);
}

#[test]
fn the_cards_of_1998_folded_by_hand_are_exactly_the_expected_standings() {
    let Some(folder) = real() else { return };
    let expected = std::fs::read_to_string(folder.join("cards-1998.expected.csv")).unwrap();
    let plan = load(&example(), Some(&folder), Extent::Whole).unwrap();
    let imported = import(&plan, ALL, None);
    let told = cards_1998(&imported);
    assert_eq!(told, expected.replace("\r\n", "\n"));
    assert_eq!(told.lines().filter(|line| line.starts_with("region,")).count(), 8);
    let reversed = import(&plan, Options { order: Order::Reverse, ..ALL }, None);
    assert_eq!(cards_1998(&reversed), told);
}

/// A small bank of the same shape as the real one, the same in every run.
fn twin() -> Folder {
    let region = |n: usize| ["Prague", "central Bohemia", "south Moravia"][n % 3];
    let mut files = [
        "A1;A2;A3;A4\n".to_owned(),
        "\"account_id\";\"district_id\";\"frequency\";\"date\"\n".to_owned(),
        "\"disp_id\";\"client_id\";\"account_id\";\"type\"\n".to_owned(),
        "\"card_id\";\"disp_id\";\"type\";\"issued\"\n".to_owned(),
        "\"loan_id\";\"account_id\";\"date\";\"amount\";\"status\"\n".to_owned(),
    ];
    for n in 1..=6 {
        files[0].push_str(&format!("{n};\"Town {n}\";\"{}\";?\n", region(n)));
    }
    let mut disp = 0;
    for n in 1..=120usize {
        files[1].push_str(&format!(
            "{n};{};\"POPLATEK MESICNE\";93{:02}{:02}\n",
            1 + n * 7 % 6,
            1 + n % 12,
            1 + n % 28
        ));
        for kind in ["OWNER", "DISPONENT"].iter().take(1 + n % 2) {
            disp += 1;
            files[2].push_str(&format!("{disp};{};{n};\"{kind}\"\n", disp + 1000));
        }
        if n % 4 == 0 {
            let kind = ["junior", "classic", "gold"][n % 3];
            files[3].push_str(&format!(
                "{};{disp};\"{kind}\";9{}{:02}15 00:00:00\n",
                2000 + n,
                7 + n % 2 + n % 8 / 4,
                1 + n % 12
            ));
        }
        if n % 5 == 0 {
            let status = ["A", "B", "C", "D"][n / 5 % 4];
            files[4].push_str(&format!("{};{n};9501{:02};{};\"{status}\"\n", 3000 + n, 1 + n % 28, 1000 * n));
        }
    }
    let names = ["district.csv", "account.csv", "disp.csv", "card.csv", "loan.csv"];
    let files: Vec<(&str, &[u8])> = names.into_iter().zip(files.iter().map(String::as_bytes)).collect();
    Folder::with(&files)
}

fn twin_plan(folder: &Folder) -> Plan {
    load(&example(), Some(folder.path()), Extent::Whole).unwrap()
}

#[test]
fn the_twin_gives_units_employees_and_events_by_the_examples_mapping() {
    let folder = twin();
    let imported = import(&twin_plan(&folder), ALL, None);
    assert!(imported.error.is_none());
    let counts = &imported.report.counts;
    assert_eq!((counts.units, counts.employees, counts.rejected), (3 + 6 + 12, 24, 0));
    let events = imported.memory.events.borrow();
    let kinds = ["account.opened", "card.issued", "loan.disbursed", "loan.defaulted"];
    assert_eq!(kinds.map(|kind| count(&events, kind)), [120, 30, 24, 12]);
    let card = events.iter().find(|event| event.id == "card-2004").unwrap();
    assert_eq!(card.credits[0].employee, "district-05/emp-0");
    assert_eq!((card.product.as_str(), card.customer.as_str()), ("classic", "client-1006"));
    let defaulted = events.iter().find(|event| event.id == "loan-3005-default").unwrap();
    assert_eq!(defaulted.subject, "loan-3005");
    assert_eq!(defaulted.amount.as_ref().unwrap().units, 5_000);
}

#[test]
fn in_reverse_twice_and_in_halves_the_twin_gives_the_same_standings() {
    let folder = twin();
    let plan = twin_plan(&folder);
    let whole = import(&plan, ALL, None);
    let expected = cards_1998(&whole);
    assert!(expected.lines().count() > 10, "{expected}");
    let reversed = import(&plan, Options { order: Order::Reverse, ..ALL }, None);
    assert_eq!(cards_1998(&reversed), expected);
    for order in [Order::File, Order::Reverse] {
        let halves = import(&plan, part(1, 2, order), None);
        let second = import(&plan, part(2, 2, order), None);
        assert!(!halves.ids().is_empty() && !second.ids().is_empty());
        halves.memory.events.borrow_mut().extend(second.memory.events.take());
        assert_eq!(cards_1998(&halves), expected);
        halves.memory.events.borrow_mut().extend(import(&plan, ALL, None).memory.events.take());
        assert_eq!(cards_1998(&halves), expected, "twice changes nothing");
    }
}
