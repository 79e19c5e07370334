//! The measure `customers_with_products`: customers with enough different products.

use longhu_core::contest::{Contest, Measure, Points};
use longhu_core::oracle::Rate;
use longhu_core::rule::measure;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::rules::{POINT, contest, counts, figure, some};

fn customers(measure: Measure) -> Contest {
    contest(vec![counts("customers", measure, Points::per_unit(2 * POINT))])
}

fn value(scenario: &Scenario, who: &str) -> Option<Rate> {
    figure(&scenario.says(), who).value.clone()
}

#[test]
fn customers_with_enough_products_are_counted_by_different_products() {
    let scenario = Scenario::of(customers(Measure::CustomersWithProducts(measure::CustomersWithProducts {
        at_least: 2,
    })))
    .card_for("1", 3, ("k", "a"), "wang")
    .card_for("2", 4, ("k", "a"), "wang")
    .card_for("3", 3, ("j", "a"), "wang")
    .card_for("4", 4, ("j", ""), "wang");
    // k has only product a; j has product a and, without a code, the event type as a second product.
    assert_eq!(value(&scenario, "wang"), some(1));
    assert_eq!(value(&scenario.clone().card_for("5", 5, ("k", "card.issued"), "wang"), "wang"), some(2));
    assert_eq!(value(&scenario.takes_back("5", "3", 20), "wang"), some(0));
}
