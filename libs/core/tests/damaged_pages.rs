//! Damaged pages: their checksums are right, but one thing in them is wrong, because of a defect or because
//! somebody edited them. Such a page must be refused by name, at the restart or when it is first read.
//! Nothing panics, and no table gets the size of an invalid number.

mod contests;
mod journal;

use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::civil::{Date, date};
use longhu_core::Position;
use longhu_core::contest::{Cap, Contest, Credited, Indicator, Limit, Measure, Points, TieBreak};
use longhu_core::control::{Decision, Payload};
use longhu_core::event::Event;
use longhu_core::fold::credit::reach::Reach;
use longhu_core::fold::ledger::leaf::LeafKey;
use longhu_core::fold::placement::places::Stop;
use longhu_core::fold::query::statement::statement;
use longhu_core::fold::shard::Shard;
use longhu_core::organisation::Employee;
use longhu_core::rule::{limit, measure, tie_break};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{at, back, cards};
use longhu_core::testkit::rules::march;
use longhu_core::types::ids::{HolderId, PlaceId, SourceId};
use longhu_core::types::money::{Amount, Currency};
use longhu_core::types::pages::{MemoryPages, PageError, Pages};
use serde::Serialize;
use serde::de::DeserializeOwned;

const DAY: Date = date(2025, 3, 10);

/// Cards, at most 5 points a day; customers; and growth of balances.
fn contest() -> Contest {
    let cards = march(10_000).indicators.remove(0);
    let indicator = |id: &str, measure| Indicator {
        id: id.into(),
        measure,
        points: Points::per_unit(10_000),
        ..cards.clone()
    };
    let caps = vec![Cap { per: Limit::Day(limit::Day), points_e4: 50_000, boards: Vec::new() }];
    let credited = Credited::HolderOfTheDay;
    let balance = Indicator {
        events: vec!["balance.reported".into()],
        ..indicator("balances", Measure::NetChange(measure::NetChange { credited, base: None }))
    };
    let indicators = vec![
        Indicator { caps, ..cards.clone() },
        indicator("customers", Measure::Customers(measure::Customers)),
        balance,
    ];
    Contest { tie_breaks: vec![TieBreak::Earliest(tie_break::Earliest)], indicators, ..march(10_000) }
}

fn card(id: &str, employee: &'static str) -> Event<'static> {
    let card = cards(id, DAY, 2, &[(employee, "seller")]);
    Event { customer: "k1".into(), product: "gold".into(), branch: "b1".into(), ..card }
}

/// Pages of every kind: leaves with cells, a place, a dossier, a waiting reversal, a dead letter, a result
/// and a late entry.
fn written() -> MemoryPages {
    let amount = Some(Amount { currency: Currency::parse("CNY").unwrap(), minor: 5_000 });
    let report = Event { kind: "balance.reported".into(), subject: "a1".into(), amount, ..card("e3", "li") };
    let scenario = Scenario::given().unit("b1", "branch", None).employee("li", Some("b1"));
    let scenario = scenario
        .employee("zhao", Some("b1"))
        .contest(contest())
        .when_at(at(DAY, 9), card("e1", "li"))
        .when_at(at(DAY, 9), card("e2", "zhao"))
        .when_at(at(DAY, 9), report)
        .when_at(at(DAY, 9), back("r1", "nobody", DAY))
        .when_at(at(DAY, 9), back("r2", "r2", DAY))
        .sealed("c")
        .when_at(at(DAY, 10), card("e4", "li"))
        .restarted();
    scenario.ask(|_, pages| pages.clone())
}

/// Restarts from these pages, asks every kind of question, and folds more entries.
fn use_all(pages: &MemoryPages) -> Result<(), PageError> {
    let mut shard = Shard::restore(pages)?;
    statement(&mut shard, pages, "c", "li")?;
    if let Some(sealed) = shard.subscribers().contest("c").and_then(|served| served.sealed.as_ref()) {
        sealed.late_entries(pages, 0, 10)?;
    }
    shard.event(pages, Position::new(100, 0), at(DAY, 11), &card("e5", "zhao"))?;
    let moved = Employee::new("li", "li", None);
    let decision = Decision {
        principal: "hq".into(),
        key: "li".into(),
        revision: 2,
        change_set: String::new(),
        payload: Payload::Employee(moved),
    };
    shard.decision(pages, Position::new(101, 0), at(DAY, 11), decision)?;
    shard.settle();
    shard.take_dirty();
    Ok(())
}

/// What is wrong with a page, and a function that makes it so.
type Damage<T> = (&'static str, fn(&mut T));

/// Applies each damage to the first page with a prefix. The page must be refused, and the error must name its
/// key.
fn assert_refused<T: Serialize + DeserializeOwned>(prefix: &[u8], damages: &[Damage<T>]) {
    let right = written();
    use_all(&right).unwrap();
    let (key, page) = right.scan(prefix).unwrap().remove(0);
    let mut taken = Vec::new();
    for (name, damage) in damages {
        let mut content: T = postcard::from_bytes(&page).unwrap();
        damage(&mut content);
        let wrong = postcard::to_allocvec(&content).unwrap();
        assert_ne!(wrong, page, "{name}");
        let mut pages = right.clone();
        pages.commit(vec![(key.clone(), Some(wrong))]);
        match catch_unwind(AssertUnwindSafe(|| use_all(&pages))) {
            Ok(Err(PageError::Damaged { key: named, .. })) if key.starts_with(&named) => {}
            Ok(other) => taken.push(format!("{name}: {other:?}")),
            Err(_) => taken.push(format!("{name}: it panicked")),
        }
    }
    assert!(taken.is_empty(), "these were not refused: {taken:#?}");
}

/// A leaf as pages contain it.
type Leaf = (LeafKey, i64, Vec<(i128, i128)>, Option<Reach>);
type Cell = ((u32, u64), i128, i128);

#[test]
fn a_leaf_with_an_unknown_id_is_refused_before_a_table_gets_its_size() {
    assert_refused::<Vec<Leaf>>(
        &[4, 1],
        &[
            ("holder", |leaves| leaves[0].0.holder = HolderId::new(500_000_000)),
            ("holder that stands for nobody", |leaves| leaves[0].0.holder = HolderId::UNKNOWN),
            ("person", |leaves| leaves[0].0.person = HolderId::new(1_000)),
            ("place", |leaves| leaves[0].0.place = PlaceId::new(1_000)),
            ("span", |leaves| leaves[0].0.span = 1),
            ("source of reach", |leaves| leaves[0].3.as_mut().unwrap().source = SourceId::new(9)),
            ("leaf twice", |leaves| leaves.push(leaves[0].clone())),
        ],
    );
}

#[test]
fn a_leaf_of_another_contest_or_with_sums_too_great_to_add_up_is_refused() {
    assert_refused::<Vec<Leaf>>(
        &[4, 1],
        &[
            ("indicators", |leaves| leaves[0].2.push((0, 0))),
            ("measure", |leaves| leaves[0].2[2].0 = i128::MAX),
            ("points", |leaves| leaves[0].2[2].1 = i128::MIN),
            ("live credits", |leaves| leaves[0].1 = i64::MAX),
            ("fewer than no credits", |leaves| leaves[0].1 = -1),
            ("more leaves than a page has", |leaves| {
                leaves.extend(
                    (0..300)
                        .map(|span| {
                            (LeafKey { span, person: HolderId::NOBODY, ..leaves[0].0 }, 0, Vec::new(), None)
                        })
                        .collect::<Vec<_>>(),
                );
            }),
        ],
    );
}

#[test]
fn a_cell_with_an_unknown_id_or_in_the_wrong_page_is_refused() {
    assert_refused::<Vec<Cell>>(
        &[4, 2],
        &[
            ("indicator", |cells| cells[0].0.0 = 3),
            ("indicator without cells", |cells| cells[0].0.0 = 2),
            ("day", |cells| cells.iter_mut().find(|cell| cell.0.0 == 0).unwrap().0.1 = 1 << 40),
            ("product", |cells| cells.iter_mut().find(|cell| cell.0.0 == 1).unwrap().0.1 |= 900),
            ("customer", |cells| cells.iter_mut().find(|cell| cell.0.0 == 1).unwrap().0.1 |= 900 << 32),
            ("references", |cells| cells.iter_mut().find(|cell| cell.0.0 == 1).unwrap().1 = 1 << 62),
            ("points", |cells| cells[0].2 = i128::MAX),
            ("cell twice", |cells| cells.push(cells[0])),
        ],
    );
    let right = written();
    let (key, page) = right.scan(&[4, 2]).unwrap().remove(0);
    let length = key.len();
    for (at, what) in [(length - 8, "a leaf"), (length - 4, "a chunk")] {
        let (mut pages, mut other) = (right.clone(), key.clone());
        other[at..at + 4].copy_from_slice(&u32::MAX.to_be_bytes());
        pages.commit(vec![(other.clone(), Some(page.clone()))]);
        let said = use_all(&pages);
        assert!(matches!(&said, Err(PageError::Damaged { key, .. }) if *key == other), "{what}: {said:?}");
    }
}

#[test]
fn names_in_an_order_that_changes_their_numbers_are_refused() {
    for prefix in [[2, 1], [2, 2], [2, 9], [6, 2]] {
        assert_refused::<Vec<String>>(
            &prefix,
            &[("a text twice", |texts| texts.insert(1, texts[0].clone()))],
        );
        let right = written();
        let (key, page) = right.scan(&prefix).unwrap().remove(0);
        let mut pages = right.clone();
        let other = [&prefix[..], &7u32.to_be_bytes()].concat();
        pages.commit(vec![(key, None), (other.clone(), Some(page))]);
        let said = use_all(&pages);
        assert!(matches!(&said, Err(PageError::Damaged { key, .. }) if *key == other), "{said:?}");
    }
}

#[test]
fn missing_names_are_refused_by_the_page_that_needs_them() {
    for prefix in [[2, 1], [2, 2], [2, 9], [6, 2]] {
        let mut pages = written();
        let (key, page) = pages.scan(&prefix).unwrap().remove(0);
        let mut texts: Vec<String> = postcard::from_bytes(&page).unwrap();
        texts.clear();
        pages.commit(vec![(key, Some(postcard::to_allocvec(&texts).unwrap()))]);
        let said = use_all(&pages);
        assert!(matches!(&said, Err(PageError::Damaged { .. })), "{prefix:?}: {said:?}");
    }
}

#[test]
fn an_impossible_path_is_refused() {
    assert_refused::<Vec<Vec<Stop>>>(
        &[2, 3],
        &[
            ("unit", |ways| ways[2][0] = Stop::Unit(HolderId::new(1_000))),
            ("unit that it passes", |ways| ways[2].push(Stop::Passed(HolderId::new(1_000)))),
            ("way twice", |ways| ways.push(ways[2].clone())),
            ("without the two that are no ways", |ways| drop(ways.drain(..2))),
        ],
    );
}

#[test]
fn identities_of_an_unknown_source_are_refused() {
    let mut pages = written();
    let (key, page) = pages.scan(&[3, b's']).unwrap().remove(0);
    let other = [&key[..2], &9u32.to_be_bytes()].concat();
    pages.commit(vec![(other.clone(), Some(page))]);
    let said = use_all(&pages);
    assert!(matches!(&said, Err(PageError::Damaged { key, .. }) if *key == other), "{said:?}");
}

#[test]
fn a_run_of_identities_that_was_never_written_or_is_listed_twice_is_refused() {
    let right = written();
    let (key, page) = right.scan(&[3, b'r']).unwrap().remove(0);
    // The version and the number of ids; then each id with its length.
    assert_eq!(page[..3], [1, 1, 0]);
    for wrong in [vec![1, 1, 9, page[3]], vec![1, 2, 0, page[3], 0, page[3]]] {
        let mut pages = right.clone();
        pages.commit(vec![(key.clone(), Some(wrong))]);
        let said = use_all(&pages);
        assert!(matches!(&said, Err(PageError::Damaged { key: named, .. }) if *named == key), "{said:?}");
    }
}

#[test]
fn a_page_with_bytes_after_its_end_is_refused() {
    let right = written();
    for prefix in
        [&[1][..], &[2, 1], &[2, 3], &[4, 0], &[4, 1], &[4, 2], &[5], &[6, 1], &[6, 4], &[7, 0], &[7, 1]]
    {
        let (key, mut page) = right.scan(prefix).unwrap().remove(0);
        page.push(0);
        let mut pages = right.clone();
        pages.commit(vec![(key.clone(), Some(page))]);
        let said = use_all(&pages);
        assert!(matches!(&said, Err(PageError::Damaged { key: named, .. }) if *named == key), "{said:?}");
    }
}

#[test]
fn a_filter_of_identities_with_an_impossible_capacity_is_refused() {
    let mut pages = written();
    let (key, mut page) = pages.scan(b"\x03m").unwrap().remove(0);
    // One segment: its capacity of 2^18 keys, the number of keys, and whether it is written.
    let room = page.len() - 5;
    assert_eq!(page[room - 1..room + 3], [1, 0x80, 0x80, 0x10]);
    page[room + 2] = 0x20;
    pages.commit(vec![(key.clone(), Some(page))]);
    let said = use_all(&pages);
    assert!(matches!(&said, Err(PageError::Damaged { key: named, .. }) if *named == key), "{said:?}");
}
