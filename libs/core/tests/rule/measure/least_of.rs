//! The measure `least_of`: the least of the values of several indicators.

use longhu_core::catalogue::Catalogue;
use longhu_core::contest::check::check;
use longhu_core::contest::{Credited, Indicator, Measure, Points};
use longhu_core::rule::measure;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{day, happened, report};
use longhu_core::testkit::rules::{POINT, contest, counts, counts_of, points, row, some};

const OPENED: &str = "account.opened";
const SIGNED: &str = "ebanking.signed";
const REPORTED: &str = "account.balance_reported";

fn least(id: &str, of: &[usize], points: Points) -> Indicator {
    let measure = Measure::LeastOf(measure::LeastOf { of: of.to_vec() });
    Indicator { events: vec![], ..counts(id, measure, points) }
}

fn pieces(id: &str, kind: &str) -> Indicator {
    counts_of(id, kind, Measure::Quantity(measure::Quantity), Points::per_unit(0))
}

#[test]
fn least_value_counts_whichever_it_is_and_a_reversal_can_make_it_the_other() {
    let indicators = vec![pieces("opened", OPENED), pieces("signed", SIGNED), least("both", &[0, 1], Points::per_unit(POINT))];
    let scenario = Scenario::of(contest(indicators))
        .when(happened(OPENED, "1", 3, 3, "wang"))
        .when(happened(SIGNED, "2", 3, 5, "wang"))
        .when(happened(SIGNED, "3", 3, 4, "li"));
    let says = scenario.says();
    let wang = row(&says.tables[0], "wang");
    assert_eq!((wang.figures[2].value.clone(), wang.score), (some(3), points(3)));
    // Without a single opening, the least is zero.
    assert_eq!(row(&says.tables[0], "li").figures[2].value, some(0));
    // Taking three signings back leaves two of them, which is less than the openings.
    let says = scenario.takes_part("4", "2", 9, 3);
    assert_eq!(row(&says.says().tables[0], "wang").score, points(2));
}

#[test]
fn balance_of_the_last_day_counts_only_as_far_as_the_average() {
    let credited = Credited::HolderOfTheDay;
    let average = Measure::AverageBalance(measure::AverageBalance { credited });
    let last = Measure::NetChange(measure::NetChange { credited, base: None });
    let indicators = vec![
        counts_of("average", REPORTED, average, Points::per_unit(0)),
        counts_of("final", REPORTED, last, Points::per_unit(0)),
        least("lower", &[0, 1], Points::per_unit(POINT)),
    ];
    // 10 on 9 days and 110 on the tenth: an average of 20.
    let scenario = Scenario::of(contest(indicators))
        .when(report("1", day(1), ("a", 10), "wang"))
        .when(report("2", day(10), ("a", 110), "wang"));
    assert_eq!(row(&scenario.says().tables[0], "wang").figures[2].value, some(20));
}

#[test]
fn if_one_has_no_value_there_is_no_least() {
    let average = Measure::AverageBalance(measure::AverageBalance { credited: Credited::HolderOfTheDay });
    let average = counts_of("average", REPORTED, average, Points::per_unit(0));
    let money = counts("fees", Measure::Amount(measure::Amount), Points::per_unit(0));
    let indicators = vec![average, money, least("lower", &[0, 1], Points::per_unit(POINT))];
    let scenario = Scenario::of(contest(indicators)).cards("1", 3, 1, "wang");
    let says = scenario.says();
    assert!(says.tables[0].rows.iter().all(|row| row.figures[2].value.is_none()));
}

#[test]
fn least_is_of_2_to_16_indicators_in_one_unit_and_rates_may_be_compared() {
    let refused = |mut indicators: Vec<Indicator>, own: Indicator| -> Vec<String> {
        indicators.push(own);
        let found = check(&contest(indicators), &Catalogue::default(), None);
        found.into_iter().map(|violation| format!("{} {}", violation.field, violation.code)).collect()
    };
    let one = Points::per_unit(POINT);
    let many = |count: usize| (0..count).map(|at| pieces(&format!("p{at}"), OPENED)).collect::<Vec<_>>();
    let of = |count: usize| refused(many(count), least("own", &(0..count).collect::<Vec<_>>(), one.clone()));
    assert_eq!((of(2), of(16)), (vec![], vec![]));
    assert_eq!(of(1), ["indicators[1].measure.least_of OUT_OF_RANGE"]);
    assert_eq!(of(17), ["indicators[17].measure.least_of OUT_OF_RANGE"]);

    let mut unlike = many(1);
    unlike.push(counts_of("fees", "fee.posted", Measure::Amount(measure::Amount), one.clone()));
    let unlike = refused(unlike, least("own", &[0, 1], one.clone()));
    assert_eq!(unlike, ["indicators[2].measure.least_of[1] UNLIKE_UNITS"]);

    let rate = |id: &str, of: usize, to: usize| {
        let measure = Measure::Ratio(measure::Ratio { of, to });
        Indicator { events: vec![], ..counts(id, measure, one.clone()) }
    };
    let mut rates = many(3);
    rates.extend([rate("r0", 0, 2), rate("r1", 1, 2)]);
    assert_eq!(refused(rates, least("own", &[3, 4], one.clone())), Vec::<String>::new());
}
