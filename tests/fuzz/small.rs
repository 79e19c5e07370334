//! Small texts in calls and files: positions, currencies, amounts, dates, times, ids, headers with a token.

use longhu_core::Position;
use longhu_core::types::money::{Amount, Currency};
use longhu_core::types::violation::check_id;
use longhu_proto::scalar::{date_from_wire, money_from_wire, time_from_wire};
use longhu_runtime::Principals;
use prost::Message as _;

use crate::driver::{Bound, Surface, Verdict, run};
use crate::messages::Message;
use crate::text::Text;

const BOUND: Bound = Bound { per_byte: 64, fixed: 64 << 10 };

#[test]
fn no_position_currency_id_or_token_panics_takes_much_memory_or_is_refused_without_a_code() {
    let given =
        ["42.7", "0.0", "18446744073709551615.4294967295", "CNY", "e-1", "Bearer 0123456789abcdef", "龙虎榜"];
    let corpus = given.map(|text| Text(text.as_bytes().to_vec())).into();
    let principals = Principals::local("me");
    run(
        Surface { name: "positions, currencies, ids and tokens", corpus, bound: BOUND, one_in: 1 },
        |Text(bytes)| {
            let _ = principals.authenticate(Some(bytes), None);
            let text = String::from_utf8_lossy(bytes);
            if let Ok(position) = text.parse::<Position>() {
                assert_eq!(position.to_string().parse::<Position>().ok(), Some(position));
            }
            let _ = Currency::parse(&text);
            Verdict::of(check_id("id", &text).map_err(|violation| vec![violation.code.to_owned()]))
        },
    );
}

#[test]
fn no_date_time_or_amount_on_the_wire_panics_takes_much_memory_or_is_refused_without_a_code() {
    use longhu_proto::google_type::{Date, Money};
    let corpus = vec![
        Message(Date { year: 2026, month: 2, day: 28 }.encode_to_vec()),
        Message(Money { currency_code: "CNY".into(), units: 12, nanos: 500_000_000 }.encode_to_vec()),
        Message(Money { currency_code: "JPY".into(), units: -12, nanos: 0 }.encode_to_vec()),
        Message(prost_types::Timestamp { seconds: 1_770_000_000, nanos: 999_999_999 }.encode_to_vec()),
    ];
    run(Surface { name: "dates, times and amounts", corpus, bound: BOUND, one_in: 1 }, |Message(bytes)| {
        let date = Date::decode(&**bytes).map(|date| date_from_wire("date", &date).map(drop));
        let time =
            prost_types::Timestamp::decode(&**bytes).map(|time| time_from_wire("time", &time).map(drop));
        let money = Money::decode(&**bytes).map(|money| money_from_wire("amount", &money).map(again));
        let read = [date.ok(), time.ok(), money.ok()].into_iter().flatten();
        let refused: Vec<String> =
            read.filter_map(Result::err).map(|violation| violation.code.to_owned()).collect();
        if refused.is_empty() { Verdict::Accepted } else { Verdict::Refused(refused) }
    });
}

/// Checks that writing an amount and reading it again gives the same.
fn again(amount: Amount) {
    let (units, nanos) = amount.parts();
    assert_eq!(Amount::from_parts(amount.currency, units, nanos).ok(), Some(amount));
}
