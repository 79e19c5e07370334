//! Readers that several parts of a contest's file share: days, names, numbers that must fit, and the index of an indicator.

use jiff::civil::Date;
use longhu_client::problems::nearest;
use longhu_core::contest::{LocalizedText, Period};
use longhu_core::types::money::{AMOUNT_MAX, Currency};

use super::keys::{self, names};
use crate::fields::Fields;

/// Replaces a day that could not be read, which is noted already.
pub(super) const UNREAD: Date = Date::constant(2000, 1, 1);

/// The days from `from` to `to`.
pub(super) fn from_to(fields: &Fields) -> Period {
    fields.require("from");
    fields.require("to");
    let (from, to) = (fields.date("from"), fields.date("to"));
    Period { start: from.or(to).unwrap_or(UNREAD), end: to.or(from).unwrap_or(UNREAD) }
}

pub(super) fn localized(fields: &Fields) -> LocalizedText {
    let Some(name) = fields.table("name", &names(&keys::NAME)) else { return LocalizedText::default() };
    LocalizedText { zh: name.text("zh").unwrap_or_default(), en: name.text("en").unwrap_or_default() }
}

/// A number as 64 bits; `None` if there is none, or if it does not fit.
pub(super) fn fitting(value: Option<i128>) -> Option<i64> {
    value.and_then(|value| i64::try_from(value).ok())
}

/// The index of the indicator that a field names. An unknown name is noted, and gives an index that no contest has.
pub(super) fn index_of(fields: &Fields, name: &str, ids: &[String]) -> usize {
    fields.text(name).map_or(usize::MAX, |id| index_named(fields, name, &id, ids))
}

/// The index of the indicator with this id, which was read from that field.
pub(super) fn index_named(fields: &Fields, name: &str, id: &str, ids: &[String]) -> usize {
    let found = ids.iter().position(|own| own == id);
    if found.is_none() {
        let hint = nearest(id, ids.iter().map(String::as_str));
        let hint = hint.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        let reason = format!("the contest has no indicator `{id}`; name one of its own{hint}");
        fields.note(name, "UNKNOWN_INDICATOR", reason);
    }
    found.unwrap_or(usize::MAX)
}

/// Money in minor units of the contest's currency.
pub(super) fn amount(fields: &Fields, name: &str, currency: Option<Currency>) -> Option<i64> {
    if !fields.has(name) {
        return None;
    }
    let Some(currency) = currency else {
        let reason = "an amount needs the contest's currency; add a line such as `currency = \"CNY\"`";
        fields.note(name, "MISSING_CURRENCY", reason);
        return None;
    };
    let minor = fields.decimal(name, currency.digits() as usize)?;
    let minor = i64::try_from(minor).ok().filter(|minor| minor.abs() <= AMOUNT_MAX);
    if minor.is_none() {
        fields.note(name, "TOO_LARGE", "the amount is beyond what any event can have; check the unit");
    }
    minor
}
