//! Small values on the wire: positions, times, dates, money, decimals.

use jiff::civil::Date;
use longhu_core::types::money::{Amount, AmountError, Currency};
use longhu_core::types::violation::Violation;
use longhu_core::{Position, Time};

use crate::generated::google::r#type as google_type;
use crate::wire;

/// Converts a position to its message, for a log that was never adopted, or where nobody passes it back.
pub fn position_to_wire(position: Position) -> wire::event::v1::Position {
    token_to_wire(position, 0)
}

/// Converts a position to a message that callers pass back: it says how many times the log had been adopted
/// when the position was given.
pub fn token_to_wire(position: Position, adoptions: u32) -> wire::event::v1::Position {
    wire::event::v1::Position { sequence: position.sequence, index: position.index, adoptions }
}

/// Converts a message to a position.
pub fn position_from_wire(position: &wire::event::v1::Position) -> Position {
    Position::new(position.sequence, position.index)
}

/// Converts a time to its message.
pub fn time_to_wire(time: Time) -> prost_types::Timestamp {
    let (seconds, nanos) = time.parts();
    prost_types::Timestamp { seconds, nanos }
}

/// Converts a message to a time.
pub fn time_from_wire(field: &str, time: &prost_types::Timestamp) -> Result<Time, Violation> {
    Time::from_parts(time.seconds, time.nanos).ok_or_else(|| {
        let reason = "it is not a time in the years 1900 to 2199; check the unit (seconds and nanos)";
        Violation::new(field, "OUT_OF_RANGE", reason)
    })
}

/// Converts a date to its message.
pub fn date_to_wire(date: Date) -> google_type::Date {
    google_type::Date { year: date.year().into(), month: date.month().into(), day: date.day().into() }
}

/// Converts a message to a date. It must have year, month and day and be in the years 1900 to 2199.
pub fn date_from_wire(field: &str, date: &google_type::Date) -> Result<Date, Violation> {
    date_from_parts(date.year, date.month, date.day).ok_or_else(|| {
        let reason = format!(
            "year {}, month {}, day {} is not a date of the years 1900 to 2199; give all three",
            date.year, date.month, date.day
        );
        Violation::new(field, "BAD_DATE", reason)
    })
}

pub(crate) fn date_from_parts(year: i32, month: i32, day: i32) -> Option<Date> {
    if !(1900..2200).contains(&year) {
        return None;
    }
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// Converts an amount to its message.
pub fn money_to_wire(amount: Amount) -> google_type::Money {
    let (units, nanos) = amount.parts();
    google_type::Money { currency_code: amount.currency.as_str().to_owned(), units, nanos }
}

/// Converts a message to an amount.
pub fn money_from_wire(field: &str, money: &google_type::Money) -> Result<Amount, Violation> {
    amount_from_parts(&money.currency_code, money.units, money.nanos).map_err(|(tail, code, reason)| {
        let field = if tail.is_empty() { field.to_owned() } else { format!("{field}.{tail}") };
        Violation::new(field, code, reason)
    })
}

/// Field within the money message, code, reason.
type MoneyFault = (&'static str, &'static str, String);

pub(crate) fn amount_from_parts(code: &str, units: i64, nanos: i32) -> Result<Amount, MoneyFault> {
    if code.is_empty() {
        let reason = "an amount needs its currency; give the ISO 4217 code, such as `CNY`";
        return Err(("currency_code", "MISSING_CURRENCY", reason.to_owned()));
    }
    let Some(currency) = Currency::parse(code) else {
        let reason = format!("`{code}` is not a currency; give the ISO 4217 code, three upper-case letters");
        return Err(("currency_code", "BAD_CURRENCY", reason));
    };
    Amount::from_parts(currency, units, nanos).map_err(|error| match error {
        AmountError::Malformed => {
            let reason = "units and nanos must have one sign, and nanos be below one unit; fix them";
            ("nanos", "BAD_AMOUNT", reason.to_owned())
        }
        AmountError::TooManyDigits => {
            let reason =
                format!("{currency} has {} digits after the point; round it first", currency.digits());
            ("nanos", "TOO_MANY_DIGITS", reason)
        }
        AmountError::TooLarge => {
            ("units", "TOO_LARGE", "the amount is beyond what any event can have; check the unit".to_owned())
        }
    })
}
