//! Pages of results, of computations and their definitions, and of decisions.

use std::collections::BTreeMap;

use longhu_core::Position;
use longhu_core::contest::{Contest, Measure, Points, RankedBy, TieBreak};
use longhu_core::control::{Decision, Payload};
use longhu_core::fold::backfill::Backfill;
use longhu_core::fold::board::result_row::ResultRow;
use longhu_core::fold::head::Head;
use longhu_core::fold::result::late::{LateAbout, LateEntry};
use longhu_core::fold::result::sealed::SealedResult;
use longhu_core::rule::{measure, points, ranking, tie_break};
use longhu_core::types::ids::{Generation, HolderId, PlaceId, SourceId};
use longhu_core::types::pages::{PageError, Pages};

use super::{assert_refused, use_all, written};

#[test]
fn a_row_of_a_result_that_does_not_fit_it_is_refused() {
    assert_refused::<Vec<ResultRow>>(
        &[7, 1],
        &[
            ("participant", |rows| rows[0].participant = HolderId::new(500_000_000)),
            ("participant twice", |rows| rows[1].participant = rows[0].participant),
            ("order", |rows| rows.swap(0, 1)),
            ("rates", |rows| rows[0].rates.push(Some((1, 2)))),
            ("figures", |rows| _ = rows[0].figures.pop()),
            ("fraction", |rows| rows[0].figures[0].value = Some((1, 0))),
            ("score", |rows| rows[0].score = i128::MIN),
            ("points", |rows| rows[0].figures[0].points = i128::MAX),
            ("live credits", |rows| rows[0].live = i64::MIN),
            ("source of reach", |rows| rows[0].reach.as_mut().unwrap().source = SourceId::new(9)),
        ],
    );
}

#[test]
fn late_entries_with_unknown_ids_are_refused() {
    assert_refused::<LateEntry>(
        &[7, 2],
        &[
            ("entry", |entry| entry.position = Position::new(99, 0)),
            ("source", |entry| {
                entry.about = LateAbout::Event {
                    source: SourceId::new(9),
                    id: "e4".into(),
                    kind: "card.issued".into(),
                };
            }),
            ("holder", |entry| entry.changes[0].holder.holder = HolderId::new(1_000)),
            ("place", |entry| entry.changes[0].holder.place = PlaceId::new(1_000)),
            ("indicator", |entry| entry.changes[0].indicator = 3),
            ("measure", |entry| entry.changes[0].measure = i128::MAX),
        ],
    );
}

#[test]
fn a_result_of_another_contest_or_a_later_time_is_refused() {
    assert_refused::<(Contest, SealedResult)>(
        &[7, 0],
        &[
            ("contest", |(contest, _)| contest.id = "d".into()),
            ("tie-break", |(contest, _)| {
                contest.tie_breaks.push(TieBreak::Indicator(tie_break::Indicator(9)))
            }),
            ("seal", |(_, result)| result.position = Position::new(99, 0)),
            ("late entries", |(_, result)| result.late_entries = u64::MAX),
        ],
    );
}

/// Definition, revision, computation, backfill, late entries, and the number of reports by indicator and day.
type Meta = (Contest, u64, u64, Option<Backfill>, u64, BTreeMap<u32, BTreeMap<i32, u64>>);

#[test]
fn an_impossible_computation_is_refused() {
    assert_refused::<Meta>(
        &[4, 0],
        &[
            ("contest", |meta| meta.0.id = "d".into()),
            ("computation", |meta| meta.2 += 1),
            ("late entries", |meta| meta.4 = u64::MAX),
            ("indicator of reports", |meta| drop(meta.5.insert(9, Default::default()))),
            ("day of reports", |meta| _ = meta.5.entry(0).or_default().insert(7, 1)),
            ("reading", |meta| {
                meta.3 = Some(Backfill { next_sequence: 0, until: Position::new(1, 0) });
            }),
            ("end of reading", |meta| meta.3 = Some(Backfill::up_to(Position::new(99, 0)))),
        ],
    );
}

#[test]
fn a_definition_that_the_fold_could_not_apply_is_refused() {
    assert_refused::<Meta>(
        &[4, 0],
        &[
            ("key", |meta| meta.0.ranked_by = RankedBy::Indicator(ranking::Indicator(3))),
            ("tie-break", |meta| meta.0.tie_breaks.push(TieBreak::Indicator(tie_break::Indicator(3)))),
            ("ratio", |meta| meta.0.indicators[2].measure = Measure::Ratio(measure::Ratio { of: 0, to: 3 })),
            ("ratio of itself", |meta| {
                meta.0.indicators[2].measure = Measure::Ratio(measure::Ratio { of: 0, to: 2 });
            }),
            ("days after the opening", |meta| {
                let openings = vec!["account.opened".into()];
                let within_days = 67_109_229;
                meta.0.indicators[0].measure =
                    Measure::NthProduct(measure::NthProduct { nth: 1, within_days, openings });
            }),
            ("nothing to divide by", |meta| {
                meta.0.indicators[2].points =
                    Points::PerAmount(points::PerAmount { points_e4: 1, per_minor: 0 });
            }),
            ("rate", |meta| meta.0.indicators[2].points = Points::per_unit(i64::MIN)),
            ("cap below zero", |meta| meta.0.indicators[0].caps[0].points_e4 = -1),
            ("boards", |meta| meta.0.boards = vec!["branch".into(); 9]),
        ],
    );
}

#[test]
fn a_head_with_impossible_counts_is_refused() {
    assert_refused::<Head>(
        &[5],
        &[
            ("events", |head| head.counters.events = u64::MAX),
            ("computations", |head| head.generation = Generation::new(u64::MAX)),
        ],
    );
}

#[test]
fn a_decision_that_is_misplaced_repeated_or_invalid_is_refused() {
    let right = written();
    for (key, page) in right.scan(&[1]).unwrap() {
        let content: Vec<(Position, Decision)> = postcard::from_bytes(&page).unwrap();
        let refused = |content: &Vec<(Position, Decision)>| {
            let mut pages = right.clone();
            pages.commit(vec![(key.clone(), Some(postcard::to_allocvec(content).unwrap()))]);
            matches!(use_all(&pages), Err(PageError::Damaged { key: named, .. }) if named == key)
        };
        let mut other = content.clone();
        other[0].1.key = "somebody else".into();
        let mut twice = content.clone();
        twice.push(content[0].clone());
        let mut never = content.clone();
        never[0].1.revision = 0;
        assert!(refused(&other) && refused(&twice) && refused(&never), "{content:?}");
        if let Payload::Contest(contest) = &content[0].1.payload {
            let (mut unsound, mut contest) = (content.clone(), contest.clone());
            contest.tie_breaks.push(TieBreak::Indicator(tie_break::Indicator(3)));
            unsound[0].1.payload = Payload::Contest(contest);
            assert!(refused(&unsound));
        }
    }
}
