//! The cap by customer.

use longhu_core::contest::{Cap, Contest, Indicator, Limit};
use longhu_core::event::Event;
use longhu_core::rule::limit;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{back, card_for, day, with};
use longhu_core::testkit::rules::{a_point_each, cap, contest, figure, points};

fn capped(cap: Cap) -> Contest {
    contest(vec![Indicator { caps: vec![cap], ..a_point_each() }])
}

#[test]
fn a_cap_by_customer_applies_to_each_customer_but_not_to_events_without_one() {
    // k: 4 and 4, capped at 5. j: 4. Without a customer: 7.
    let of = |id: &str, customer: &'static str, count| Event {
        quantity: Some(count),
        ..card_for(id, 3, (customer, ""), "wang")
    };
    let scenario = Scenario::of(capped(cap(Limit::Customer(limit::Customer), 5)))
        .when(of("1", "k", 4))
        .when(Event { business_date: day(4), ..of("2", "k", 4) })
        .when(of("3", "j", 4))
        .when(of("4", "", 7));
    assert_eq!(figure(&scenario.says(), "wang").points, points(5 + 4 + 7));
    // After a void reversal k has only 4, which is below the cap.
    let scenario = scenario.when(with(back("5", "1", day(20)), |_| {}));
    assert_eq!(figure(&scenario.says(), "wang").points, points(4 + 4 + 7));
}
