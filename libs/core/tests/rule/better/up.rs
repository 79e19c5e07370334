//! `better = "up"`: more is better, and a target below zero is a loss not to exceed.

use longhu_core::contest::{Indicator, Measure, Points};
use longhu_core::oracle::rate;
use longhu_core::rule::better::{Better, Up};
use longhu_core::rule::measure;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::happened;
use longhu_core::testkit::rules::{contest, counts, counts_of, points, row, some, weight};

const CLOSED: &str = "account.closed";

/// Cards minus closed accounts, with 10 points for reaching the target.
fn net(better: Option<Better>) -> Vec<Indicator> {
    let pieces = |id, kind| counts_of(id, kind, Measure::Quantity(measure::Quantity), Points::per_unit(0));
    let less = Measure::Difference(measure::Difference { of: 0, minus: 1 });
    let net = Indicator { events: vec![], better, ..counts("net", less, Points::Completion(weight(10))) };
    vec![pieces("cards", "card.issued"), pieces("closed", CLOSED), net]
}

/// Net losses of 4, 2 and 10 for `wang`, `li` and `zhao`, each of whom may lose at most 4.
fn losses(better: Option<Better>) -> Scenario {
    let scenario = Scenario::of(contest(net(better)));
    let lost = [("1", 4, "wang"), ("2", 2, "li"), ("3", 10, "zhao")];
    lost.into_iter().fold(scenario, |scenario, (id, count, who)| {
        scenario.targets(who, &[("net", "", -4)]).when(happened(CLOSED, id, 3, count, who))
    })
}

#[test]
fn a_target_below_zero_is_a_loss_not_to_exceed() {
    let scenario = losses(Some(Better::Up(Up)));
    let says = scenario.says();
    let of = |who| {
        let row = row(&says.tables[0], who);
        (row.figures[2].completion.clone(), row.score)
    };
    // 1 + (-4 + 4) / 4, 1 + (-2 + 4) / 4 and 1 + (-10 + 4) / 4.
    assert_eq!(of("wang"), (some(1), points(10)));
    assert_eq!(of("li"), (Some(rate(3, 2)), points(15)));
    assert_eq!(of("zhao"), (Some(rate(-1, 2)), points(-5)));
}

#[test]
fn a_target_above_zero_is_reached_as_without_better() {
    for better in [None, Some(Better::Up(Up))] {
        let scenario = Scenario::of(contest(net(better)))
            .targets("wang", &[("net", "", 4)])
            .targets("li", &[("net", "", 0)])
            .cards("1", 3, 2, "wang")
            .cards("2", 3, 2, "li");
        let says = scenario.says();
        let of = |who| row(&says.tables[0], who).figures[2].completion.clone();
        assert_eq!((of("wang"), of("li")), (Some(rate(1, 2)), None), "{better:?}");
    }
}

#[test]
fn without_better_a_target_below_zero_has_no_completion() {
    let scenario = losses(None);
    let says = scenario.says();
    assert!(says.tables[0].rows.iter().all(|row| row.figures[2].completion.is_none() && row.score == 0));
}
