//! The measure `products_per_customer`: the average number of different products per customer.

use longhu_core::contest::{Contest, Measure, Points};
use longhu_core::oracle::{Rate, rate};
use longhu_core::rule::measure;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::rules::{POINT, contest, counts, figure, in_rounds, points, some};

fn customers(measure: Measure) -> Contest {
    contest(vec![counts("customers", measure, Points::per_unit(2 * POINT))])
}

/// Value and score in each round, then in the whole contest.
fn by_round(scenario: &Scenario, who: &str) -> Vec<Option<(Option<Rate>, i128)>> {
    let says = scenario.says();
    let tables = says.rounds.iter().map(|round| &round[0]).chain([&says.tables[0]]);
    let of = |table: &longhu_core::oracle::Table| {
        let row = table.rows.iter().find(|row| row.id == who)?;
        Some((row.figures[0].value.clone(), row.score))
    };
    tables.map(of).collect()
}

#[test]
fn products_per_customer_are_a_rate_and_there_is_none_without_customers() {
    let scenario = Scenario::of(customers(Measure::ProductsPerCustomer(measure::ProductsPerCustomer)))
        .card_for("1", 3, ("k", "a"), "wang")
        .card_for("2", 4, ("k", "b"), "wang")
        .card_for("3", 3, ("j", "a"), "wang")
        .card_for("4", 3, ("m", "a"), "wang")
        .card_for("5", 3, ("m", "a"), "li")
        .takes_back("6", "5", 4);
    // wang: k has 2, j and m have 1 each: 4 products of 3 customers, at 2 points per whole.
    let says = scenario.says();
    assert_eq!(figure(&says, "wang").value, Some(rate(4, 3)));
    assert_eq!(figure(&says, "wang").points, 26_667);
    assert_eq!((figure(&says, "li").value.clone(), figure(&says, "li").points), (None, 0));
}

#[test]
fn products_per_customer_of_all_rounds_are_computed_from_the_sums() {
    let contest = in_rounds(
        customers(Measure::ProductsPerCustomer(measure::ProductsPerCustomer)),
        &[(1, 10), (12, 20)],
    );
    let scenario = Scenario::of(contest)
        .card_for("1", 3, ("k", "a"), "wang")
        .card_for("2", 4, ("k", "b"), "wang")
        .card_for("3", 12, ("k", "a"), "wang")
        .card_for("4", 12, ("j", "a"), "wang");
    // Round 1: 2 products of 1 customer. Round 2: 2 of 2. Total: 4 of 3; the points are those of the rounds,
    // 4 and 2.
    assert_eq!(
        by_round(&scenario, "wang"),
        [Some((some(2), points(4))), Some((some(1), points(2))), Some((Some(rate(4, 3)), points(6)))]
    );
}
