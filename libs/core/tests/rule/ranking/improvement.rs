//! The ranking by `improvement` over an earlier period.

use jiff::civil::date;
use longhu_core::contest::{Contest, Listing, Measure, Period, Points, RankedBy, TieBreak};
use longhu_core::oracle::{Rate, Table, rate};
use longhu_core::rule::{measure, ranking, tie_break};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{cards, day};
use longhu_core::testkit::rules::{POINT, a_point_each, contest, counts_of, points, ranks, row, some};

fn ids(table: &Table) -> Vec<(u64, &str)> {
    table.rows.iter().map(|row| (row.rank, row.id.as_str())).collect()
}

fn keys(table: &Table) -> Vec<Option<Rate>> {
    table.rows.iter().map(|row| row.key.clone()).collect()
}

fn improving(is_rate: bool) -> Contest {
    let base = Period { start: date(2025, 2, 1), end: date(2025, 2, 28) };
    let tie_breaks = vec![TieBreak::Indicator(tie_break::Indicator(0))];
    Contest {
        ranked_by: RankedBy::Improvement(ranking::Improvement { base, is_rate }),
        tie_breaks,
        ..contest(vec![a_point_each()])
    }
}

/// wang: 4 in February and 10 in March. li: none and 7. zhao: 5 and none. The cards of li in January count
/// nowhere.
fn february_and_march(is_rate: bool) -> Scenario {
    Scenario::of(improving(is_rate))
        .when(cards("0", date(2025, 1, 31), 90, &[("li", "")]))
        .when(cards("1", date(2025, 2, 1), 4, &[("wang", "")]))
        .when(cards("2", date(2025, 2, 28), 5, &[("zhao", "")]))
        .cards("3", 1, 10, "wang")
        .cards("4", 31, 7, "li")
}

#[test]
fn improvement_is_the_score_minus_that_of_the_base_period() {
    let scenario = february_and_march(false);
    let says = scenario.says();
    // zhao has only cards of February, so he is not listed: credits of the base period are neither live nor
    // counted.
    assert_eq!(ranks(&says.tables[0]), [(1, "li", points(7)), (2, "wang", points(10))]);
    assert_eq!(keys(&says.tables[0]), [some(7), some(6)]);
    let wang = row(&says.tables[0], "wang");
    assert_eq!((wang.live, wang.figures[0].measure, wang.base), (1, 100_000, Some(points(4))));
    assert_eq!(says.credits.iter().filter(|credit| credit.span == 1).count(), 2);
}

#[test]
fn an_improvement_rate_needs_a_base_score_above_zero() {
    let scenario = february_and_march(true);
    let says = scenario.says();
    assert_eq!(ids(&says.tables[0]), [(1, "wang"), (2, "li")]);
    assert_eq!(keys(&says.tables[0]), [Some(rate(3, 2)), None]);
    // If all are listed, zhao has lost everything: a rate of -1, which ranks above no rate.
    let scenario = scenario.amended(3, Contest { listing: Listing::Eligible, ..improving(true) });
    let says = scenario.says();
    assert_eq!(ids(&says.tables[0]), [(1, "wang"), (2, "zhao"), (3, "li")]);
    assert_eq!(keys(&says.tables[0])[1], some(-1));
}

#[test]
fn the_base_period_compares_balances_with_the_day_before_it() {
    // 10 at the end of January, 15 in February, 40 in March: +5, then +25, an improvement of 20.
    for credited in
        [longhu_core::contest::Credited::HolderOfTheDay, longhu_core::contest::Credited::PresentHolder]
    {
        let measure = Measure::NetChange(measure::NetChange { credited, base: Some(date(2025, 2, 10)) });
        let deposits = counts_of("deposits", "account.balance_reported", measure, Points::per_unit(POINT));
        let scenario = Scenario::of(Contest { indicators: vec![deposits], ..improving(false) })
            .reports("1", date(2025, 1, 31), ("a", 10), "wang")
            .reports("2", date(2025, 2, 5), ("a", 15), "wang")
            .reports("3", day(5), ("a", 40), "wang");
        let says = scenario.says();
        let wang = row(&says.tables[0], "wang");
        assert_eq!((wang.base, wang.score, wang.key.clone()), (Some(points(5)), points(25), some(20)));
    }
}
