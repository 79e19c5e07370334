//! Short constructors for the events of a scenario: cards, balances, and their reversals.

use jiff::civil::{Date, date};

use crate::Time;
use crate::contest::Period;
use crate::event::{Credit, Event, Reversal};
use crate::types::money::{Amount, Currency};

/// A day of March 2025.
pub fn day(of_march: i8) -> Date {
    date(2025, 3, of_march)
}

/// A range of days in March 2025.
pub fn days(first: i8, last: i8) -> Period {
    Period { start: day(first), end: day(last) }
}

/// A time of day in Shanghai.
pub fn at(day: Date, hour: i64) -> Time {
    let days = day.since((jiff::Unit::Day, date(1970, 1, 1))).map_or(0, |span| span.get_days());
    Time((i64::from(days) * 24 + hour - 8) * 3_600_000_000_000)
}

/// An amount in yuan, given in fen.
pub fn yuan(minor: i64) -> Amount {
    money("CNY", minor)
}

/// An amount of money, given in minor units.
///
/// # Panics
///
/// If there is no such currency.
pub fn money(currency: &str, minor: i64) -> Amount {
    Amount { currency: Currency::parse(currency).expect("a currency"), minor }
}

/// Cards issued on a day, with creditors as pairs of employee and role.
pub fn cards(id: &str, day: Date, count: i64, creditors: &[(&'static str, &'static str)]) -> Event<'static> {
    let credit = |(employee, role): &(&'static str, &'static str)| Credit {
        employee: (*employee).into(),
        role: (*role).into(),
        share_ppm: None,
    };
    Event {
        source: "cards".into(),
        id: id.to_owned().into(),
        source_sequence: None,
        kind: "card.issued".into(),
        occurred: at(day, 10),
        business_date: day,
        branch: "b1".into(),
        credits: creditors.iter().map(credit).collect(),
        customer: "".into(),
        subject: "card".into(),
        product: "".into(),
        channel: "".into(),
        segment: "".into(),
        quantity: Some(count),
        amount: None,
        revision: None,
        reverses: None,
        attributes: vec![],
    }
}

/// Cards of `wang` on 3 March.
pub fn three(id: &str, count: i64) -> Event<'static> {
    cards(id, day(3), count, &[("wang", "")])
}

/// A card for a customer, of one product.
pub fn card_for(
    id: &str,
    of_march: i8,
    (customer, product): (&'static str, &'static str),
    who: &'static str,
) -> Event<'static> {
    Event { customer: customer.into(), product: product.into(), ..cards(id, day(of_march), 1, &[(who, "")]) }
}

/// A report of an account's balance in yuan, with a creditor, for a day.
pub fn report(
    id: &str,
    day: Date,
    (account, balance): (&'static str, i64),
    who: &'static str,
) -> Event<'static> {
    Event {
        kind: "account.balance_reported".into(),
        subject: account.into(),
        quantity: None,
        amount: Some(yuan(balance * 100)),
        ..cards(id, day, 1, &[(who, "")])
    }
}

/// An event of another type on a day of March.
pub fn happened(kind: &'static str, id: &str, of_march: i8, count: i64, who: &'static str) -> Event<'static> {
    Event { kind: kind.into(), ..cards(id, day(of_march), count, &[(who, "")]) }
}

/// A void reversal of everything. Its own cards and creditors do not matter.
pub fn back(id: &str, of: &str, day: Date) -> Event<'static> {
    let reverses = Reversal {
        id: of.to_owned().into(),
        source_sequence: None,
        quantity: None,
        amount: None,
        dated: false,
    };
    Event { reverses: Some(reverses), ..cards(id, day, 9, &[("li", "")]) }
}

/// A reversal with changed terms.
pub fn with(mut event: Event<'static>, change: impl Fn(&mut Reversal<'static>)) -> Event<'static> {
    event.reverses.iter_mut().for_each(change);
    event
}
