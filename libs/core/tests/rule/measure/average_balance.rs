//! The measure `average_balance`: credited day by day to the holder of each day, or entirely to the present
//! holder, up to the last reported day.

use jiff::civil::{Date, date};
use longhu_core::contest::{Contest, Credited, Listing, Measure, Period, Points, RankedBy};
use longhu_core::control::Payload;
use longhu_core::event::{Credit, Event};
use longhu_core::oracle::{Rate, rate};
use longhu_core::organisation::{Employee, Membership};
use longhu_core::rule::{measure, ranking};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{day, report, yuan};
use longhu_core::testkit::rules::{POINT, contest, counts_of, figure, in_rounds, row, some};

const FEBRUARY: Date = date(2025, 2, 20);
const OF_THE_DAY: Credited = Credited::HolderOfTheDay;
const PRESENT: Credited = Credited::PresentHolder;

fn average(credited: Credited) -> Contest {
    let measure = Measure::AverageBalance(measure::AverageBalance { credited });
    contest(vec![counts_of("average", "account.balance_reported", measure, Points::per_unit(POINT))])
}

/// Account `a`: 100 of wang since February, then 200 of li from the 11th. Another account: 10 of zhao from
/// the 20th.
fn two_accounts(credited: Credited) -> Scenario {
    Scenario::of(average(credited))
        .reports("1", FEBRUARY, ("a", 100), "wang")
        .reports("2", day(11), ("a", 200), "li")
        .reports("3", day(20), ("x", 10), "zhao")
}

fn value(scenario: &Scenario, who: &str) -> Option<Rate> {
    figure(&scenario.says(), who).value.clone()
}

#[test]
fn each_day_of_a_balance_counts_for_its_holder_up_to_the_last_day_that_anybody_reported() {
    // 20 days are counted. wang: 100 for 10 days. li: 200 for 10 days. zhao: 10 for one day.
    let scenario = two_accounts(OF_THE_DAY);
    assert_eq!(value(&scenario, "wang"), some(50));
    assert_eq!(value(&scenario, "li"), some(100));
    assert_eq!(value(&scenario, "zhao"), Some(rate(1, 2)));
    let says = scenario.says();
    assert_eq!(figure(&says, "wang").measure, 10_000_000);
    // A balance from before the period is dated with the first day.
    let dated: Vec<i8> = says.credits.iter().map(|credit| credit.date.day()).collect();
    assert_eq!(dated, [1, 11, 20]);
}

#[test]
fn a_later_report_of_another_account_adds_days_for_all() {
    // 31 days. wang: 1,000 as before. li: 200 for 21 days. zhao: 10 for 11 days, and 10 more for one day.
    let scenario = two_accounts(OF_THE_DAY).reports("4", day(31), ("x", 10), "zhao");
    assert_eq!(value(&scenario, "wang"), Some(rate(1_000, 31)));
    assert_eq!(value(&scenario, "li"), Some(rate(4_200, 31)));
    assert_eq!(value(&scenario, "zhao"), Some(rate(120, 31)));
    // 1,000 / 31 is 32.25806...
    assert_eq!(figure(&scenario.says(), "wang").points, 322_581);
    // A report of April adds no days.
    let scenario = scenario.reports("5", date(2025, 4, 9), ("x", 90), "zhao");
    assert_eq!(value(&scenario, "zhao"), Some(rate(120, 31)));
    assert_eq!(scenario.says().credits.len(), 4);
}

#[test]
fn a_balance_replaced_before_the_first_day_gives_no_credit() {
    // The first two reports of February are replaced before March, the third by a report of the first day.
    let scenario = Scenario::of(average(OF_THE_DAY))
        .reports("1", date(2025, 2, 1), ("a", 100), "wang")
        .reports("2", FEBRUARY, ("a", 200), "wang")
        .reports("3", day(1), ("a", 300), "wang");
    assert_eq!((scenario.says().credits.len(), value(&scenario, "wang")), (1, some(300)));
    // For the present holder, too, a balance from before the period is dated with the first day.
    let carried = Scenario::of(average(PRESENT)).reports("1", FEBRUARY, ("a", 100), "wang");
    assert_eq!(carried.says().credits[0].date, day(1));
}

#[test]
fn everything_counts_for_the_present_holder() {
    // li: 100 for the 10 days of wang, and 200 for 10 days.
    let scenario = two_accounts(PRESENT);
    let says = scenario.says();
    assert_eq!(figure(&says, "li").value, some(150));
    assert_eq!(figure(&says, "zhao").value, Some(rate(1, 2)));
    assert!(says.tables[0].rows.iter().all(|row| row.id != "wang"));
    assert_eq!(says.credits[0].date, day(11));
    // The balance becomes zero on the 11th; the days before still count.
    let scenario = Scenario::of(average(PRESENT)).reports("1", FEBRUARY, ("a", 100), "wang").reports(
        "2",
        day(11),
        ("a", 0),
        "li",
    );
    assert_eq!(value(&scenario, "li"), Some(rate(1_000, 11)));
    // An account that was always at zero gives no credit.
    assert!(Scenario::of(average(PRESENT)).reports("1", day(3), ("a", 0), "wang").says().credits.is_empty());
}

#[test]
fn a_reversed_report_does_not_count_and_neither_does_its_day() {
    for credited in [OF_THE_DAY, PRESENT] {
        // Without the second report, the first balance stays.
        let scenario = two_accounts(credited).takes_back("4", "2", 25);
        assert_eq!(value(&scenario, "wang"), some(100));
        assert!(scenario.says().tables[0].rows.iter().all(|row| row.id != "li"));
    }
    // Without the third report, the 11th is the last day: 1,000 and 200, each divided by 11.
    let scenario = two_accounts(OF_THE_DAY).takes_back("4", "3", 25);
    assert_eq!(value(&scenario, "wang"), Some(rate(1_000, 11)));
    assert_eq!(value(&scenario, "li"), Some(rate(200, 11)));
}

#[test]
fn until_a_day_of_the_period_is_reported_nobody_has_an_average() {
    for credited in [OF_THE_DAY, PRESENT] {
        let everybody = Contest { listing: Listing::Eligible, ..average(credited) };
        let scenario = Scenario::of(everybody).reports("1", FEBRUARY, ("a", 100), "wang");
        let says = scenario.says();
        // The balance from before the period is there, but for no day yet.
        assert_eq!((row(&says.tables[0], "wang").live, figure(&says, "wang").measure), (1, 0));
        assert_eq!((figure(&says, "wang").value.clone(), figure(&says, "wang").points), (None, 0));
        assert_eq!(figure(&says, "li").value, None);
        // With the first reported day, a participant without balances has an average of 0.
        let scenario = scenario.reports("2", day(1), ("b", 5), "zhao");
        let says = scenario.says();
        let of = |who| figure(&says, who).value.clone();
        assert_eq!([of("wang"), of("li"), of("zhao")], [some(100), some(0), some(5)]);
    }
}

#[test]
fn a_balance_from_before_the_period_counts_where_its_holder_is_on_the_first_day() {
    let member =
        |unit: &str, start, end| Membership { unit: unit.to_owned(), start, end, ..Membership::default() };
    let until = member("b1", None, Some(date(2025, 2, 28)));
    let from = member("b2", Some(day(1)), None);
    let wang = Employee { memberships: vec![until, from], ..Employee::new("wang", "wang", None) };
    let scenario = two_accounts(OF_THE_DAY).branch("b1", &[]).branch("b2", &[]);
    let scenario = scenario.decided("wang", 2, Payload::Employee(wang));
    let says = scenario.says();
    assert_eq!(says.tables[1].rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["b2"]);
}

#[test]
fn a_balance_is_divided_before_it_is_multiplied_by_days() {
    // 100 in three parts: 33.3334 and twice 33.3333, each for ten days.
    let mut shared = report("1", day(1), ("a", 100), "li");
    for employee in ["wang", "zhao"] {
        shared.credits.push(Credit { employee: employee.into(), ..shared.credits[0].clone() });
    }
    let scenario = Scenario::of(average(OF_THE_DAY)).when(shared).reports("2", day(10), ("x", 0), "li");
    let says = scenario.says();
    let of = |who| figure(&says, who).measure;
    assert_eq!([of("li"), of("wang"), of("zhao")], [3_333_340, 3_333_330, 3_333_330]);
}

#[test]
fn closed_and_open_balances_of_present_holders_are_divided_separately() {
    // A cent of wang from the 1st, then a cent of three holders from the 4th, up to the 5th.
    let cent =
        |id: &str, of_march, who| Event { amount: Some(yuan(1)), ..report(id, day(of_march), ("a", 0), who) };
    let mut last = cent("2", 4, "wang");
    for employee in ["li", "zhao"] {
        last.credits.push(Credit { employee: employee.into(), ..last.credits[0].clone() });
    }
    let scenario = Scenario::of(average(PRESENT)).when(cent("1", 1, "wang")).when(last);
    let scenario = scenario.reports("3", day(5), ("x", 0), "zhao");
    let says = scenario.says();
    // The closed part is a cent for 3 days: 300 units, 100 for each. The open part is a cent, 100 units,
    // divided into 34, 33 and 33, each for two days.
    let of = |who| figure(&says, who).measure;
    assert_eq!([of("li"), of("wang"), of("zhao")], [168, 166, 166]);
}

#[test]
fn the_base_period_has_an_average_over_its_own_days() {
    // January: 100 from the 22nd to the 31st, reported up to the end of February: 1,000 over 31 days. March:
    // 100 for 4 days and 200 on the 5th: 600 over 5 days.
    for credited in [OF_THE_DAY, PRESENT] {
        let base = Period { start: date(2025, 1, 1), end: date(2025, 1, 31) };
        let ranked_by = RankedBy::Improvement(ranking::Improvement { base, is_rate: false });
        let scenario = Scenario::of(Contest { ranked_by, ..average(credited) })
            .reports("1", date(2025, 1, 22), ("a", 100), "wang")
            .reports("2", date(2025, 2, 28), ("a", 100), "wang")
            .reports("3", day(5), ("a", 200), "wang");
        let says = scenario.says();
        let wang = row(&says.tables[0], "wang");
        // 1,000 / 31 is 32.25806..., and 600 / 5 is 120.
        assert_eq!((wang.base, wang.score), (Some(322_581), 1_200_000));
    }
}

#[test]
fn the_average_of_all_rounds_is_over_all_their_days() {
    // Round 1: 100 for 10 days. Round 2, up to the 15th: 100 for 3 days and 300 for one day: 600 over 4 days.
    for credited in [OF_THE_DAY, PRESENT] {
        let rounds = in_rounds(average(credited), &[(1, 10), (12, 20)]);
        let carried = Scenario::of(rounds).reports("1", FEBRUARY, ("a", 100), "wang");
        let scenario = carried.clone().reports("2", day(15), ("a", 300), "wang");
        let says = scenario.says();
        let of_round = |round: usize| says.rounds[round][0].rows[0].figures[0].value.clone();
        assert_eq!([of_round(0), of_round(1)], [some(100), some(150)]);
        assert_eq!(figure(&says, "wang").value, Some(rate(1_600, 14)));
        // A round without a reported day is left out.
        let scenario = carried.reports("2", day(5), ("x", 0), "wang");
        let says = scenario.says();
        assert_eq!(says.rounds[1][0].rows[0].figures[0].value, None);
        assert_eq!(figure(&says, "wang").value, some(100));
    }
}
