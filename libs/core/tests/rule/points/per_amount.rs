//! So many points for so much money.

use longhu_core::contest::{Contest, Measure, Points};
use longhu_core::event::Event;
use longhu_core::rule::{measure, points};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{back, day, three, with, yuan};
use longhu_core::testkit::rules::{contest, counts, figure, points};

/// Points in 1/10,000 for so many yuan.
fn per_yuan(points_e4: i64, yuan: i64) -> Contest {
    let rate = Points::PerAmount(points::PerAmount { points_e4, per_minor: yuan * 100 });
    contest(vec![counts("sold", Measure::Amount(measure::Amount), rate)])
}

fn sold(id: &str, minor: i64) -> Event<'static> {
    Event { amount: Some(yuan(minor)), ..three(id, 1) }
}

#[test]
fn a_part_of_the_money_has_a_part_of_the_points() {
    // 3 points for 10,000 yuan: 25,000 yuan are 7.5.
    let scenario = Scenario::of(per_yuan(30_000, 10_000)).when(sold("1", 2_500_000));
    assert_eq!(figure(&scenario.says(), "wang").points, 75_000);
}

#[test]
fn each_event_is_rounded_once_half_to_even() {
    // 1 point for 3 yuan: 1 yuan is 0.3333, twice that 0.6666, though 2 yuan are 0.6667.
    let score = |amounts: &[i64]| {
        let all = amounts.iter().zip(1..);
        let scenario = Scenario::of(per_yuan(10_000, 3));
        let scenario = all.fold(scenario, |told, (minor, id)| told.when(sold(&format!("{id}"), *minor)));
        figure(&scenario.says(), "wang").points
    };
    assert_eq!([score(&[100]), score(&[100, 100]), score(&[200])], [3_333, 6_666, 6_667]);
    // Below zero it is the same: what is given back is what was given.
    assert_eq!(score(&[100, -100]), 0);
}

#[test]
fn what_is_taken_back_of_the_money_takes_its_points() {
    let part = back("2", "1", day(9));
    let part = with(part, |part| {
        part.dated = true;
        part.amount = Some(yuan(2_000));
    });
    // 50 yuan less 20, a point each.
    let scenario = Scenario::of(per_yuan(10_000, 1)).when(sold("1", 5_000)).when(part);
    assert_eq!(figure(&scenario.says(), "wang").points, points(30));
}
