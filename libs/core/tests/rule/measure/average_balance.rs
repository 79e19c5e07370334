//! Average balances: day by day to the holder of each, or everything to the present one, up to the last reported day.

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

/// 100 of wang from February on, 200 of li from the 11th on; 10 of zhao on another account from the 20th on.
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
fn each_day_of_a_balance_is_its_holders_and_the_last_day_is_the_last_that_anybody_reported() {
    // 20 days. wang: 100 for 10. li: 200 for 10. zhao: 10 for one.
    let scenario = two_accounts(OF_THE_DAY);
    assert_eq!(value(&scenario, "wang"), some(50));
    assert_eq!(value(&scenario, "li"), some(100));
    assert_eq!(value(&scenario, "zhao"), Some(rate(1, 2)));
    let says = scenario.says();
    assert_eq!(figure(&says, "wang").measure, 10_000_000);
    // What was carried in is dated with the first day.
    let dated: Vec<i8> = says.credits.iter().map(|credit| credit.date.day()).collect();
    assert_eq!(dated, [1, 11, 20]);
}

#[test]
fn a_later_report_of_another_account_makes_more_days_for_all() {
    // 31 days. wang: 1,000 as before. li: 200 for 21. zhao: 10 for 11, and again for one.
    let scenario = two_accounts(OF_THE_DAY).reports("4", day(31), ("x", 10), "zhao");
    assert_eq!(value(&scenario, "wang"), Some(rate(1_000, 31)));
    assert_eq!(value(&scenario, "li"), Some(rate(4_200, 31)));
    assert_eq!(value(&scenario, "zhao"), Some(rate(120, 31)));
    // 1,000 / 31 is 32.25806...
    assert_eq!(figure(&scenario.says(), "wang").points, 322_581);
    // April makes no more days, though it is reported.
    let scenario = scenario.reports("5", date(2025, 4, 9), ("x", 90), "zhao");
    assert_eq!(value(&scenario, "zhao"), Some(rate(120, 31)));
    assert_eq!(scenario.says().credits.len(), 4);
}

#[test]
fn what_held_no_longer_on_the_first_day_gives_no_credit() {
    // February's first two are over before March, and the third when its first day is reported.
    let scenario = Scenario::of(average(OF_THE_DAY))
        .reports("1", date(2025, 2, 1), ("a", 100), "wang")
        .reports("2", FEBRUARY, ("a", 200), "wang")
        .reports("3", day(1), ("a", 300), "wang");
    assert_eq!((scenario.says().credits.len(), value(&scenario, "wang")), (1, some(300)));
    // The first of them, still: of the present holder the day is the first of March, too.
    let carried = Scenario::of(average(PRESENT)).reports("1", FEBRUARY, ("a", 100), "wang");
    assert_eq!(carried.says().credits[0].date, day(1));
}

#[test]
fn everything_is_the_present_holders() {
    // li: 100 for 10 that were wang's, and 200 for 10.
    let scenario = two_accounts(PRESENT);
    let says = scenario.says();
    assert_eq!(figure(&says, "li").value, some(150));
    assert_eq!(figure(&says, "zhao").value, Some(rate(1, 2)));
    assert!(says.tables[0].rows.iter().all(|row| row.id != "wang"));
    assert_eq!(says.credits[0].date, day(11));
    // Closed on the 11th with nothing: what was before is still there.
    let scenario = Scenario::of(average(PRESENT)).reports("1", FEBRUARY, ("a", 100), "wang").reports(
        "2",
        day(11),
        ("a", 0),
        "li",
    );
    assert_eq!(value(&scenario, "li"), Some(rate(1_000, 11)));
    // An account that never had anything gives nobody a credit.
    assert!(Scenario::of(average(PRESENT)).reports("1", day(3), ("a", 0), "wang").says().credits.is_empty());
}

#[test]
fn a_report_that_is_taken_back_never_was_nor_its_day() {
    for credited in [OF_THE_DAY, PRESENT] {
        // Without the second report the first holds on.
        let scenario = two_accounts(credited).takes_back("4", "2", 25);
        assert_eq!(value(&scenario, "wang"), some(100));
        assert!(scenario.says().tables[0].rows.iter().all(|row| row.id != "li"));
    }
    // Without the third the 11th is the last day: 1,000 and 200 of 11.
    let scenario = two_accounts(OF_THE_DAY).takes_back("4", "3", 25);
    assert_eq!(value(&scenario, "wang"), Some(rate(1_000, 11)));
    assert_eq!(value(&scenario, "li"), Some(rate(200, 11)));
}

#[test]
fn before_any_day_of_the_period_is_reported_nobody_has_an_average() {
    for credited in [OF_THE_DAY, PRESENT] {
        let everybody = Contest { listing: Listing::Eligible, ..average(credited) };
        let scenario = Scenario::of(everybody).reports("1", FEBRUARY, ("a", 100), "wang");
        let says = scenario.says();
        // What is carried in is there, for no day yet.
        assert_eq!((row(&says.tables[0], "wang").live, figure(&says, "wang").measure), (1, 0));
        assert_eq!((figure(&says, "wang").value.clone(), figure(&says, "wang").points), (None, 0));
        assert_eq!(figure(&says, "li").value, None);
        // With the first day who has nothing has 0.
        let scenario = scenario.reports("2", day(1), ("b", 5), "zhao");
        let says = scenario.says();
        let of = |who| figure(&says, who).value.clone();
        assert_eq!([of("wang"), of("li"), of("zhao")], [some(100), some(0), some(5)]);
    }
}

#[test]
fn what_is_carried_in_belongs_where_its_holder_belongs_on_the_first_day() {
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
fn a_balance_is_divided_before_it_is_counted_by_days() {
    // 100 in three parts: 33.3334 and twice 33.3333; each for ten days.
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
fn the_present_holder_shares_what_is_closed_apart_from_what_is_open() {
    // A cent of wang from the 1st on, and one of three from the 4th on, up to the 5th.
    let cent =
        |id: &str, of_march, who| Event { amount: Some(yuan(1)), ..report(id, day(of_march), ("a", 0), who) };
    let mut last = cent("2", 4, "wang");
    for employee in ["li", "zhao"] {
        last.credits.push(Credit { employee: employee.into(), ..last.credits[0].clone() });
    }
    let scenario = Scenario::of(average(PRESENT)).when(cent("1", 1, "wang")).when(last);
    let scenario = scenario.reports("3", day(5), ("x", 0), "zhao");
    let says = scenario.says();
    // Closed is a cent for 3 days, 300 in three: 100 each. Open is a cent, 100 in three: 34, 33, 33, for two days.
    let of = |who| figure(&says, who).measure;
    assert_eq!([of("li"), of("wang"), of("zhao")], [168, 166, 166]);
}

#[test]
fn the_period_before_has_an_average_of_its_own_days() {
    // January: 100 from the 22nd to the 31st, reported up to the end of February: 10 days of 31, 1,000 of 31.
    // March: 100 for 4 days and 200 on the 5th: 600 of 5.
    for credited in [OF_THE_DAY, PRESENT] {
        let base = Period { start: date(2025, 1, 1), end: date(2025, 1, 31) };
        let ranked_by = RankedBy::Improvement(ranking::Improvement { base, is_rate: false });
        let scenario = Scenario::of(Contest { ranked_by, ..average(credited) })
            .reports("1", date(2025, 1, 22), ("a", 100), "wang")
            .reports("2", date(2025, 2, 28), ("a", 100), "wang")
            .reports("3", day(5), ("a", 200), "wang");
        let says = scenario.says();
        let wang = row(&says.tables[0], "wang");
        // 32.25806... and 120.
        assert_eq!((wang.base, wang.score), (Some(322_581), 1_200_000));
    }
}

#[test]
fn the_average_of_all_rounds_is_that_of_all_their_days() {
    // Round 1: 100 for 10 days. Round 2, up to the 15th: 100 for 3 days and 300 for one: 600 of 4.
    for credited in [OF_THE_DAY, PRESENT] {
        let rounds = in_rounds(average(credited), &[(1, 10), (12, 20)]);
        let carried = Scenario::of(rounds).reports("1", FEBRUARY, ("a", 100), "wang");
        let scenario = carried.clone().reports("2", day(15), ("a", 300), "wang");
        let says = scenario.says();
        let of_round = |round: usize| says.rounds[round][0].rows[0].figures[0].value.clone();
        assert_eq!([of_round(0), of_round(1)], [some(100), some(150)]);
        assert_eq!(figure(&says, "wang").value, Some(rate(1_600, 14)));
        // A round of which no day was reported is left out.
        let scenario = carried.reports("2", day(5), ("x", 0), "wang");
        let says = scenario.says();
        assert_eq!(says.rounds[1][0].rows[0].figures[0].value, None);
        assert_eq!(figure(&says, "wang").value, some(100));
    }
}
