//! The measure `difference`: the value of one indicator minus that of another.

use longhu_core::catalogue::Catalogue;
use longhu_core::contest::check::check;
use longhu_core::contest::{Contest, Indicator, Measure, Points, RankedBy};
use longhu_core::oracle::{Rate, Table};
use longhu_core::rule::{measure, ranking};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::happened;
use longhu_core::testkit::rules::{POINT, contest, counts, counts_of, in_rounds, points, row, some, weight};

const OPENED: &str = "account.opened";

const CLOSED: &str = "account.closed";

fn less(id: &str, of: usize, minus: usize, points: Points) -> Indicator {
    let measure = Measure::Difference(measure::Difference { of, minus });
    Indicator { events: vec![], ..counts(id, measure, points) }
}

/// Accounts opened, accounts closed, and the first minus the second, each at one point.
fn net() -> Vec<Indicator> {
    let of = |id, kind| counts_of(id, kind, Measure::Quantity(measure::Quantity), Points::per_unit(0));
    vec![of("opened", OPENED), of("closed", CLOSED), less("net", 0, 1, Points::per_unit(POINT))]
}

fn keys(table: &Table) -> Vec<(&str, Option<Rate>)> {
    table.rows.iter().map(|row| (row.id.as_str(), row.key.clone())).collect()
}

#[test]
fn closed_accounts_are_subtracted_from_opened_ones_also_below_zero() {
    let ranked = Contest { ranked_by: RankedBy::Indicator(ranking::Indicator(2)), ..contest(net()) };
    let scenario = Scenario::of(ranked)
        .when(happened(OPENED, "1", 3, 5, "wang"))
        .when(happened(CLOSED, "2", 3, 2, "wang"))
        .when(happened(CLOSED, "3", 3, 4, "li"))
        .when(happened(OPENED, "4", 3, 2, "zhao"));
    let says = scenario.says();
    assert_eq!(keys(&says.tables[0]), [("wang", some(3)), ("zhao", some(2)), ("li", some(-4))]);
    assert_eq!(row(&says.tables[0], "li").score, points(-4));
    // A closing that is reversed gives the account back.
    let scenario = scenario.takes_part("5", "2", 20, 1);
    assert_eq!(keys(&scenario.says().tables[0])[0], ("wang", some(4)));
}

#[test]
fn a_difference_has_its_own_targets_and_points_and_the_total_is_the_difference_of_the_sums() {
    let mut indicators = net();
    indicators[2].points = Points::Completion(weight(30));
    let scenario = Scenario::of(in_rounds(contest(indicators), &[(1, 10), (12, 20)]))
        .targets("wang", &[("net", "r1", 2), ("net", "r2", 4)])
        .when(happened(OPENED, "1", 3, 3, "wang"))
        .when(happened(CLOSED, "2", 4, 2, "wang"))
        .when(happened(OPENED, "3", 12, 4, "wang"));
    let says = scenario.says();
    let own = |table: &Table| row(table, "wang").figures[2].clone();
    // 1 of 2 in the first round, 4 of 4 in the second, 5 of 6 in total.
    assert_eq!([own(&says.rounds[0][0]).value, own(&says.rounds[1][0]).value], [some(1), some(4)]);
    assert_eq!(own(&says.tables[0]).completion, Some(longhu_core::oracle::rate(5, 6)));
    assert_eq!(row(&says.tables[0], "wang").score, points(15 + 30));
}

#[test]
fn a_difference_needs_two_other_indicators_in_the_same_unit() {
    let refused = |own: Indicator| -> Vec<String> {
        let mut indicators = net();
        indicators.push(counts("fees", Measure::Amount(measure::Amount), Points::per_unit(POINT)));
        let ratio = Measure::Ratio(measure::Ratio { of: 0, to: 1 });
        indicators.push(Indicator { events: vec![], ..counts("rate", ratio, Points::per_unit(POINT)) });
        indicators.push(own);
        let found = check(&contest(indicators), &Catalogue::default(), None);
        found.into_iter().map(|violation| format!("{} {}", violation.field, violation.code)).collect()
    };
    let of = |of, minus| refused(less("own", of, minus, Points::per_unit(POINT)));
    assert_eq!(of(2, 0), Vec::<String>::new(), "a difference may use another difference");
    assert_eq!(of(0, 9), ["indicators[5].measure.minus UNKNOWN_INDICATOR"]);
    assert_eq!(of(5, 0), ["indicators[5].measure.difference FOLLOWS_FROM_ITSELF"]);
    assert_eq!(of(0, 0), ["indicators[5].measure.minus DUPLICATE_ID"]);
    assert_eq!(of(0, 3), ["indicators[5].measure.minus UNLIKE_UNITS"]);
    assert_eq!(of(4, 0), ["indicators[5].measure.difference SUM_OF_RATES"]);
    let own = less("own", 0, 1, Points::per_unit(POINT));
    let counting = Indicator { events: vec![OPENED.to_owned()], ..own };
    assert_eq!(refused(counting), ["indicators[5].events DERIVED_COUNTS_NOTHING"]);
}
