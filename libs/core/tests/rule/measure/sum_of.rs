//! The measure `sum_of`: the sum of the values of several indicators.

use longhu_core::catalogue::Catalogue;
use longhu_core::contest::check::check;
use longhu_core::contest::{Credited, Indicator, Measure, Points};
use longhu_core::oracle::rate;
use longhu_core::rule::measure;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{day, happened, report};
use longhu_core::testkit::rules::{POINT, contest, counts, counts_of, points, row, some, weight};

const OPENED: &str = "account.opened";

const SIGNED: &str = "ebanking.signed";

fn sum(id: &str, of: &[usize], points: Points) -> Indicator {
    let measure = Measure::SumOf(measure::SumOf { of: of.to_vec() });
    Indicator { events: vec![], ..counts(id, measure, points) }
}

fn pieces(id: &str, kind: &str) -> Indicator {
    counts_of(id, kind, Measure::Quantity(measure::Quantity), Points::per_unit(0))
}

#[test]
fn a_sum_has_the_points_of_the_sum_and_one_target() {
    let all = sum("all", &[0, 1], Points::Completion(weight(10)));
    let scenario = Scenario::of(contest(vec![pieces("opened", OPENED), pieces("signed", SIGNED), all]))
        .targets("wang", &[("all", "", 8)])
        .when(happened(OPENED, "1", 3, 3, "wang"))
        .when(happened(SIGNED, "2", 3, 1, "wang"))
        .when(happened(SIGNED, "3", 3, 4, "li"));
    let says = scenario.says();
    let wang = row(&says.tables[0], "wang");
    assert_eq!((wang.figures[2].value.clone(), wang.score), (some(4), points(5)));
    assert_eq!(row(&says.tables[0], "li").figures[2].value, some(4));
    // A reversal of one of them lowers the sum.
    let says = scenario.takes_part("4", "1", 9, 2);
    assert_eq!(row(&says.says().tables[0], "wang").score, 25_000);
}

#[test]
fn averages_of_different_days_are_added_exactly() {
    let average = |id: &str, kind: &str| {
        let measure =
            Measure::AverageBalance(measure::AverageBalance { credited: Credited::HolderOfTheDay });
        counts_of(id, kind, measure, Points::per_unit(0))
    };
    let (of_one, of_other) = ("account.balance_reported", "loan.disbursed");
    let indicators =
        vec![average("one", of_one), average("other", of_other), sum("both", &[0, 1], Points::per_unit(POINT))];
    let other = longhu_core::event::Event { kind: of_other.into(), ..report("2", day(7), ("b", 1), "wang") };
    let scenario = Scenario::of(contest(indicators)).when(report("1", day(3), ("a", 1), "wang")).when(other);
    let says = scenario.says();
    // 1 on one of three days, and 1 on one of seven days.
    assert_eq!(row(&says.tables[0], "wang").figures[2].value, Some(rate(1, 3) + rate(1, 7)));
}

#[test]
fn if_one_has_no_value_there_is_no_sum() {
    let measure = Measure::AverageBalance(measure::AverageBalance { credited: Credited::HolderOfTheDay });
    let average = counts_of("average", "account.balance_reported", measure, Points::per_unit(0));
    let money = counts("fees", Measure::Amount(measure::Amount), Points::per_unit(0));
    let scenario =
        Scenario::of(contest(vec![average, money, sum("both", &[0, 1], Points::per_unit(POINT))]))
            .cards("1", 3, 1, "wang");
    let says = scenario.says();
    assert!(says.tables[0].rows.iter().all(|row| row.figures[2].value.is_none()));
}

#[test]
fn a_sum_is_of_2_to_16_indicators_over_at_most_3_levels_and_4_averages() {
    let refused = |mut indicators: Vec<Indicator>, own: Indicator| -> Vec<String> {
        indicators.push(own);
        let found = check(&contest(indicators), &Catalogue::default(), None);
        found.into_iter().map(|violation| format!("{} {}", violation.field, violation.code)).collect()
    };
    let one = Points::per_unit(POINT);
    let many = |count: usize| (0..count).map(|at| pieces(&format!("p{at}"), OPENED)).collect::<Vec<_>>();
    let of = |count: usize| refused(many(count), sum("own", &(0..count).collect::<Vec<_>>(), one.clone()));
    assert_eq!((of(2), of(16)), (vec![], vec![]));
    assert_eq!(of(1), ["indicators[1].measure.sum_of OUT_OF_RANGE"]);
    assert_eq!(of(17), ["indicators[17].measure.sum_of OUT_OF_RANGE"]);
    let twice = refused(many(2), sum("own", &[0, 1, 0], one.clone()));
    assert_eq!(twice, ["indicators[2].measure.sum_of[2] DUPLICATE_ID"]);

    let mut levels = many(2);
    for (at, id) in ["a", "b", "c"].iter().enumerate() {
        assert_eq!(refused(levels.clone(), sum(id, &[at, at + 1], one.clone())), Vec::<String>::new());
        levels.push(sum(id, &[at, at + 1], one.clone()));
    }
    let deepest = refused(levels, sum("d", &[3, 4], one.clone()));
    assert_eq!(deepest, ["indicators[5].measure TOO_MANY_LEVELS"]);

    let average = |at: usize| {
        let measure = Measure::AverageBalance(measure::AverageBalance { credited: Credited::PresentHolder });
        counts_of(&format!("a{at}"), "account.balance_reported", measure, one.clone())
    };
    let averages = |count: usize| {
        refused((0..count).map(average).collect(), sum("own", &(0..count).collect::<Vec<_>>(), one.clone()))
    };
    assert_eq!(averages(4), Vec::<String>::new());
    assert_eq!(averages(5), ["indicators[5].measure TOO_MANY"]);
}
