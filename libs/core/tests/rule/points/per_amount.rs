//! The points `per_amount`: points in proportion to money.

use longhu_core::contest::{Contest, Measure, Points};
use longhu_core::event::Event;
use longhu_core::rule::{measure, points};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{back, day, three, with, yuan};
use longhu_core::testkit::rules::{contest, counts, figure, points};

/// `points_e4`, in 1/10,000 of a point, for each `yuan` yuan.
fn per_yuan(points_e4: i64, yuan: i64) -> Contest {
    let rate = Points::PerAmount(points::PerAmount { points_e4, per_minor: yuan * 100 });
    contest(vec![counts("sold", Measure::Amount(measure::Amount), rate)])
}

fn sold(id: &str, minor: i64) -> Event<'static> {
    Event { amount: Some(yuan(minor)), ..three(id, 1) }
}

#[test]
fn a_part_of_the_amount_gives_a_part_of_the_points() {
    // 3 points per 10,000 yuan: 25,000 yuan give 7.5.
    let scenario = Scenario::of(per_yuan(30_000, 10_000)).when(sold("1", 2_500_000));
    assert_eq!(figure(&scenario.says(), "wang").points, 75_000);
}

#[test]
fn each_event_is_rounded_once_half_to_even() {
    // 1 point per 3 yuan: 1 yuan gives 0.3333; two such events give 0.6666, although 2 yuan give 0.6667.
    let score = |amounts: &[i64]| {
        let all = amounts.iter().zip(1..);
        let scenario = Scenario::of(per_yuan(10_000, 3));
        let scenario = all.fold(scenario, |told, (minor, id)| told.when(sold(&format!("{id}"), *minor)));
        figure(&scenario.says(), "wang").points
    };
    assert_eq!([score(&[100]), score(&[100, 100]), score(&[200])], [3_333, 6_666, 6_667]);
    // The same below zero, so that a refund takes what the sale gave.
    assert_eq!(score(&[100, -100]), 0);
}

#[test]
fn a_partial_reversal_of_an_amount_takes_its_points() {
    let part = back("2", "1", day(9));
    let part = with(part, |part| {
        part.dated = true;
        part.amount = Some(yuan(2_000));
    });
    // 50 yuan minus 20, at one point each.
    let scenario = Scenario::of(per_yuan(10_000, 1)).when(sold("1", 5_000)).when(part);
    assert_eq!(figure(&scenario.says(), "wang").points, points(30));
}
