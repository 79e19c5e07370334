//! Which fields the catalogue requires of a reversal, and which not.

use super::*;
use crate::event::{Credit, Reversal};
use crate::types::money::{Amount, Currency};

fn reversal(change: impl FnOnce(&mut Event<'static>, &mut Reversal<'static>)) -> Event<'static> {
    let mut event = Event {
        source: "core".into(),
        id: "r-1".into(),
        source_sequence: None,
        kind: "loan.disbursed".into(),
        occurred: crate::Time(0),
        business_date: jiff::civil::Date::constant(2026, 3, 1),
        branch: "".into(),
        credits: Vec::new(),
        customer: "".into(),
        subject: "".into(),
        product: "".into(),
        channel: "".into(),
        segment: "".into(),
        quantity: None,
        amount: None,
        revision: None,
        reverses: None,
        attributes: Vec::new(),
    };
    let mut own =
        Reversal { id: "e-1".into(), source_sequence: None, quantity: None, amount: None, dated: false };
    change(&mut event, &mut own);
    event.reverses = Some(own);
    event
}

fn verdict(
    change: impl FnOnce(&mut Event<'static>, &mut Reversal<'static>),
) -> Result<(), (String, &'static str)> {
    let checked = Catalogue::default().check(&reversal(change));
    checked.map_err(|violation| (violation.field, violation.code))
}

fn money(minor: i64) -> Option<Amount> {
    Currency::parse("CNY").map(|currency| Amount { currency, minor })
}

fn refused(field: &str, code: &'static str) -> Result<(), (String, &'static str)> {
    Err((field.to_owned(), code))
}

#[test]
fn a_reversal_needs_neither_the_fields_of_its_type_nor_a_branch_or_credits() {
    assert_eq!(verdict(|_, _| {}), Ok(()));
    let mut plain = reversal(|_, _| {});
    plain.reverses = None;
    assert_eq!(Catalogue::default().check(&plain).map_err(|v| v.code), Err("MISSING_FIELD"));
    let share = Credit { employee: "e-1".into(), role: "".into(), share_ppm: Some(1) };
    assert_eq!(verdict(|event, _| event.credits = vec![share]), Ok(()));
    assert_eq!(verdict(|event, _| event.kind = "loan.given".into()), refused("type", "UNKNOWN_TYPE"));
}

#[test]
fn a_reversal_that_names_itself_is_refused() {
    let own = |event: &mut Event<'static>, reversal: &mut Reversal<'static>| {
        reversal.id = event.id.clone();
    };
    assert_eq!(verdict(own), refused("reverses.id", "SELF_REVERSAL"));
    let own_number = |event: &mut Event<'static>, reversal: &mut Reversal<'static>| {
        (event.source_sequence, reversal.source_sequence) = (Some(7), Some(7));
    };
    assert_eq!(verdict(own_number), refused("reverses.source_sequence", "SELF_REVERSAL"));
    // In a numbered source ids do not identify events, so equal ids mean nothing.
    let equal_ids = |event: &mut Event<'static>, reversal: &mut Reversal<'static>| {
        (event.source_sequence, reversal.source_sequence) = (Some(8), Some(7));
        reversal.id = event.id.clone();
    };
    assert_eq!(verdict(equal_ids), Ok(()));
    let zero = |event: &mut Event<'static>, reversal: &mut Reversal<'static>| {
        (event.source_sequence, reversal.source_sequence) = (Some(8), Some(0));
    };
    assert_eq!(verdict(zero), refused("reverses.source_sequence", "OUT_OF_RANGE"));
}

#[test]
fn a_part_takes_something_back_or_is_refused() {
    let quantity = |quantity| verdict(move |_, reversal| reversal.quantity = Some(quantity));
    assert_eq!(quantity(1), Ok(()));
    assert_eq!(quantity(0), refused("reverses.part.quantity", "EMPTY_PART"));
    assert_eq!(quantity(-1), refused("reverses.part.quantity", "NEGATIVE_QUANTITY"));
    assert_eq!(quantity(QUANTITY_MAX + 1), refused("reverses.part.quantity", "TOO_LARGE"));
    let amount = |minor| verdict(move |_, reversal| reversal.amount = money(minor));
    assert_eq!((amount(1), amount(-1)), (Ok(()), Ok(())));
    assert_eq!(amount(0), refused("reverses.part.amount", "EMPTY_PART"));
    let both = |_: &mut Event<'static>, reversal: &mut Reversal<'static>| {
        (reversal.quantity, reversal.amount) = (Some(1), money(500));
    };
    assert_eq!(verdict(both), Ok(()));
}
