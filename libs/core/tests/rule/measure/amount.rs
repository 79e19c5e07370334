//! The measure `amount`: the sum of amounts in the contest's currency.

use longhu_core::contest::{Contest, Measure, Points};
use longhu_core::event::Event;
use longhu_core::oracle::{Refusal, rate};
use longhu_core::rule::measure;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{money, three, yuan};
use longhu_core::testkit::rules::{POINT, contest, counts, figure};
use longhu_core::types::money::Amount;

fn amounts(currency: Amount) -> Contest {
    let sold = counts("sold", Measure::Amount(measure::Amount), Points::per_unit(POINT));
    Contest { currency: currency.currency, ..contest(vec![sold]) }
}

fn sold(id: &str, amount: Amount) -> Event<'static> {
    Event { amount: Some(amount), ..three(id, 1) }
}

#[test]
fn amounts_are_counted_in_major_units_also_below_zero() {
    // 12.34 yuan minus 2.09 yuan is 10.25 yuan.
    let scenario = Scenario::of(amounts(yuan(0))).when(sold("1", yuan(1_234))).when(sold("2", yuan(-209)));
    let says = scenario.says();
    let wang = figure(&says, "wang");
    assert_eq!((wang.value.clone(), wang.points), (Some(rate(41, 4)), 102_500));
}

#[test]
fn other_currencies_and_events_without_an_amount_count_for_nothing() {
    let scenario = Scenario::of(amounts(yuan(0)))
        .when(sold("1", yuan(500)))
        .when(sold("2", money("USD", 900)))
        .when(three("3", 1));
    let says = scenario.says();
    assert_eq!(figure(&says, "wang").measure, 50_000);
    assert_eq!(says.refusals, [Refusal::OtherCurrency, Refusal::NoAmount]);
}

#[test]
fn amounts_use_the_digits_of_their_currency() {
    // 1,500 minor units are 1,500 yen, but 1.5 dinars.
    let measure = |amount: Amount| {
        let scenario = Scenario::of(amounts(amount)).when(sold("1", amount));
        figure(&scenario.says(), "wang").measure
    };
    assert_eq!([measure(money("JPY", 1_500)), measure(money("KWD", 1_500))], [15_000_000, 15_000]);
}
