//! The measure `net_change`: credited to the holder of each day or to the present one, from which base date,
//! after corrections.

use jiff::civil::{Date, date};
use longhu_core::contest::{Cap, Completion, Contest, Credited, Indicator, Limit, Measure, Points};
use longhu_core::event::Event;
use longhu_core::oracle::{Rate, rate};
use longhu_core::rule::{limit, measure, points};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{at, back, day, report, with, yuan};
use longhu_core::testkit::rules::{
    POINT, contest, counts_of, figure, in_rounds, points, ranks, row, some, weight,
};
use longhu_core::types::money::{Amount, Currency};

const EVE: Date = date(2025, 2, 28);

fn deposits(credited: Credited, base: Option<Date>) -> Contest {
    let measure = Measure::NetChange(measure::NetChange { credited, base });
    contest(vec![counts_of("deposits", "account.balance_reported", measure, Points::per_unit(POINT))])
}

const BOTH: [Credited; 2] = [Credited::HolderOfTheDay, Credited::PresentHolder];

/// The scores in whole points, by id, in each way of crediting.
fn says(scenario: &Scenario, base: Option<Date>) -> [Vec<(String, i128)>; 2] {
    BOTH.map(|credited| {
        let scenario = scenario.clone().amended(3, deposits(credited, base));
        let says = scenario.says();
        let rows = says.tables[0].rows.iter().map(|row| (row.id.clone(), row.score / points(1)));
        let mut rows: Vec<(String, i128)> = rows.collect();
        rows.sort();
        rows
    })
}

fn own(rows: &[(&str, i128)]) -> Vec<(String, i128)> {
    rows.iter().map(|(id, points)| ((*id).to_owned(), *points)).collect()
}

fn scenario() -> Scenario {
    Scenario::of(deposits(Credited::HolderOfTheDay, None))
}

#[test]
fn each_change_goes_to_the_holder_of_its_day_or_all_to_the_present_one() {
    // 100 on the day before; then 150, the same again, and 120 with li: +50 and -30, or +20 for li.
    let scenario = scenario()
        .reports("1", EVE, ("a", 100), "wang")
        .reports("2", day(5), ("a", 150), "wang")
        .reports("3", day(6), ("a", 150), "li")
        .reports("4", day(10), ("a", 120), "li");
    assert_eq!(says(&scenario, None), [own(&[("li", -30), ("wang", 50)]), own(&[("li", 20)])]);
    let live = scenario.says();
    let dated: Vec<_> = live.credits.iter().map(|credit| (credit.date.day(), credit.measure)).collect();
    assert_eq!(dated, [(5, 500_000), (10, -300_000)]);
}

#[test]
fn an_account_begins_at_zero_and_one_without_change_gives_nothing() {
    assert_eq!(
        says(&scenario().reports("1", day(5), ("a", 7), "wang"), None),
        [own(&[("wang", 7)]), own(&[("wang", 7)])]
    );
    assert_eq!(says(&scenario().reports("1", EVE, ("a", 7), "wang"), None), [own(&[]), own(&[])]);
    // 100, then up and down again: two changes for the holders of the days, none for the present holder.
    let scenario = scenario()
        .reports("1", EVE, ("a", 100), "wang")
        .reports("2", day(5), ("a", 150), "wang")
        .reports("3", day(6), ("a", 100), "li");
    assert_eq!(says(&scenario, None), [own(&[("li", -50), ("wang", 50)]), own(&[])]);
}

#[test]
fn accounts_are_separate_and_reports_without_account_or_in_another_currency_do_not_count() {
    let dollars = Amount { currency: Currency::parse("USD").unwrap(), minor: 900 };
    let scenario = scenario()
        .reports("1", day(5), ("a", 7), "wang")
        .reports("2", day(6), ("b", 5), "wang")
        .reports("3", day(7), ("", 3), "wang")
        .when(Event { amount: Some(dollars), ..report("4", day(8), ("a", 0), "wang") })
        .when(Event { amount: None, ..report("5", day(9), ("a", 0), "wang") })
        .reports("6", date(2025, 4, 1), ("a", 90), "wang");
    assert_eq!(says(&scenario, None), [own(&[("wang", 12)]), own(&[("wang", 12)])]);
}

#[test]
fn the_same_account_of_two_sources_is_one() {
    let loans = Event { source: "loans".into(), ..report("1", day(6), ("a", 9), "li") };
    let scenario = scenario().reports("1", day(5), ("a", 7), "wang").when(loans);
    assert_eq!(says(&scenario, None), [own(&[("li", 2), ("wang", 7)]), own(&[("li", 9)])]);
}

#[test]
fn the_greatest_revision_of_a_day_counts_then_the_latest() {
    let early = |id: &str, balance, revision| Event {
        revision: Some(revision),
        occurred: at(day(5), 1),
        ..report(id, day(5), ("a", balance), "wang")
    };
    let scenario = scenario().reports("2", day(5), ("a", 150), "wang").when(early("1", 140, 1));
    assert_eq!(says(&scenario, None)[0], own(&[("wang", 140)]));
    // Among equal revisions the later hour counts, then the greater id.
    let late = Event { occurred: at(day(5), 12), ..early("0", 130, 1) };
    let scenario = scenario.when(late.clone());
    assert_eq!(says(&scenario, None)[0], own(&[("wang", 130)]));
    let scenario = scenario.when(Event { id: "00".into(), amount: Some(yuan(12_000)), ..late });
    assert_eq!(says(&scenario, None)[0], own(&[("wang", 120)]));
}

#[test]
fn any_reversal_of_a_report_applies_from_the_reports_own_day() {
    let scenario = scenario()
        .reports("1", day(5), ("a", 150), "wang")
        .when(Event { revision: Some(1), ..report("2", day(5), ("a", 140), "wang") })
        .reports("3", day(8), ("a", 160), "wang");
    // Without the correction it is 150 again. A dated reversal, too, leaves no trace on the report's day.
    for dated in [false, true] {
        let scenario = scenario.clone().when(with(back("4", "2", day(20)), |part| part.dated = dated));
        let says = scenario.says();
        let of_day: Vec<_> = says.credits.iter().map(|credit| (credit.date.day(), credit.measure)).collect();
        assert_eq!(of_day, [(5, 1_500_000), (8, 100_000)]);
    }
    // A partial reversal makes it less: 140 minus 30.
    let part = with(back("4", "2", day(20)), |part| {
        part.dated = true;
        part.amount = Some(yuan(3_000));
    });
    let with_part = scenario.clone().when(part);
    let says = with_part.says();
    assert_eq!([says.credits[0].measure, says.credits[1].measure], [1_100_000, 500_000]);
    // A reversal that came too late has no effect.
    let deadline = at(day(31), 21);
    let contest = Contest { scoring_deadline: Some(deadline), ..deposits(BOTH[0], None) };
    let late = scenario.amended(3, contest).when_at(deadline, back("4", "2", day(20)));
    assert_eq!(late.says().credits[0].measure, 1_400_000);
}

#[test]
fn a_report_of_the_last_day_counts_and_a_late_one_does_not() {
    let deadline = at(day(31), 21);
    for credited in BOTH {
        let contest = Contest { scoring_deadline: Some(deadline), ..deposits(credited, None) };
        let scenario = Scenario::of(contest).reports("1", day(31), ("a", 5), "wang");
        assert_eq!(scenario.rows(), own(&[("wang", 5)]));
        let scenario = scenario.when_at(deadline, report("2", day(31), ("b", 9), "wang"));
        assert_eq!((scenario.rows(), scenario.says().late), (own(&[("wang", 5)]), 1));
    }
}

#[test]
fn the_first_round_compares_with_the_base_date() {
    // 20 at the end of January, 40 in February, 100 in March.
    let scenario = scenario()
        .reports("1", date(2025, 1, 31), ("a", 20), "wang")
        .reports("2", date(2025, 2, 10), ("a", 40), "wang")
        .reports("3", day(5), ("a", 100), "li");
    assert_eq!(says(&scenario, None), [own(&[("li", 60)]), own(&[("li", 60)])]);
    let january = Some(date(2025, 1, 31));
    assert_eq!(says(&scenario, january), [own(&[("li", 60), ("wang", 20)]), own(&[("li", 80)])]);
    // The report of the present holder may be older than the period.
    let still = Scenario::of(deposits(BOTH[1], january)).reports("2", date(2025, 2, 10), ("a", 40), "wang");
    assert_eq!((still.says().credits[0].date, still.rows()[0].1), (date(2025, 2, 10), 40));
}

#[test]
fn each_round_compares_with_the_day_before_its_first() {
    // 100 on the 5th, 150 between the rounds, 180 on the 15th: 100 and 30. The 50 between the rounds counts
    // for nobody.
    for credited in BOTH {
        let scenario =
            Scenario::of(in_rounds(deposits(credited, Some(date(2025, 1, 31))), &[(1, 10), (12, 20)]))
                .reports("0", date(2025, 2, 1), ("a", 10), "wang")
                .reports("1", day(5), ("a", 100), "wang")
                .reports("2", day(11), ("a", 150), "li")
                .reports("3", day(15), ("a", 180), "li");
        let says = scenario.says();
        assert_eq!(ranks(&says.rounds[0][0]), [(1, "wang", points(100))]);
        assert_eq!(ranks(&says.rounds[1][0]), [(1, "li", points(30))]);
        assert_eq!(ranks(&says.tables[0]), [(1, "wang", points(100)), (2, "li", points(30))]);
    }
}

#[test]
fn points_per_amount_are_computed_from_the_whole_change() {
    // 0.5 points per 3 yuan: 10 and 10 are 20 yuan, which is 3.3333 points, not twice 1.6667.
    let mut contest = deposits(BOTH[0], None);
    contest.indicators[0].points = Points::PerAmount(points::PerAmount { points_e4: 5_000, per_minor: 300 });
    let scenario =
        Scenario::of(contest).reports("1", day(5), ("a", 10), "wang").reports("2", day(6), ("b", 10), "wang");
    assert_eq!(figure(&scenario.says(), "wang").points, 33_333);
}

#[test]
fn an_unassigned_account_counts_for_the_branch_and_a_shared_one_is_divided() {
    let nobodys = Event { credits: vec![], ..report("1", day(5), ("a", 10), "wang") };
    let mut shared = report("2", day(5), ("b", 7), "wang");
    shared.credits.push(longhu_core::event::Credit { employee: "li".into(), ..shared.credits[0].clone() });
    let scenario = scenario().branch("b1", &["wang", "li"]).when(nobodys).when(shared);
    let says = scenario.says();
    assert_eq!(ranks(&says.tables[0]), [(1, "li", 35_000), (1, "wang", 35_000)]);
    assert_eq!(ranks(&says.tables[1]), [(1, "b1", points(17))]);
}

#[test]
fn worked_example_two_966_35_million_to_1049_36_million_is_83_01_million_230_97_percent_of_the_plan() {
    let plan = Completion { cap_e4: Some(20_000), ..weight(100) };
    let measure = Measure::NetChange(measure::NetChange { credited: Credited::HolderOfTheDay, base: None });
    let savings = Indicator {
        caps: vec![Cap { per: Limit::Contest(limit::Contest), points_e4: 1_000 * POINT, boards: vec![] }],
        ..counts_of("savings", "account.balance_reported", measure, Points::Completion(plan))
    };
    let year = Contest {
        start: date(2025, 1, 1),
        end: date(2025, 12, 31),
        boards: vec!["branch".into()],
        ..contest(vec![savings])
    };
    let nobodys =
        |id: &str, day, yuan| Event { credits: vec![], ..report(id, day, ("savings", yuan), "wang") };
    let scenario = Scenario::of(year)
        .branch("b1", &[])
        .targets("b1", &[("savings", "", 35_940_000)])
        .when(nobodys("1", date(2024, 12, 31), 966_350_000))
        .when(nobodys("2", date(2025, 9, 30), 1_049_360_000));
    let says = scenario.says();
    let figure = &row(&says.tables[0], "b1").figures[0];
    assert_eq!((figure.measure, figure.value.clone()), (830_100_000_000, some(83_010_000)));
    assert_eq!(figure.target, Some(359_400_000_000));
    let completion: Rate = figure.completion.clone().unwrap();
    assert_eq!(completion, rate(8_301, 3_594));
    // In percent, between 230.965 and 230.975, so 230.97 is the rounded value.
    assert!(completion > rate(2_309_650, 1_000_000) && completion < rate(2_309_750, 1_000_000));
    // The scorecard is capped at twice its weight.
    assert_eq!(figure.points, points(200));
}
