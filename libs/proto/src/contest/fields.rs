//! Fields that several parts of a definition use: texts, periods, amounts, indicators by id.

use jiff::civil::Date;
use longhu_core::contest::{Contest, LocalizedText, Period};
use longhu_core::types::money::Currency;
use longhu_core::types::violation::Violation;

use crate::generated::google::r#type as google_type;
use crate::scalar::{date_from_wire, money_from_wire};
use crate::wire::contest::v1 as wire;

/// The value of an enum, if this version knows it.
pub(super) fn known<E: TryFrom<i32>>(field: &str, value: i32) -> Result<E, Violation> {
    E::try_from(value).map_err(|_| {
        Violation::new(field, "OUT_OF_RANGE", format!("{value} is not a value that this version knows"))
    })
}

pub(super) fn text_from_wire(text: Option<&wire::LocalizedText>) -> LocalizedText {
    text.map_or_else(LocalizedText::default, |text| LocalizedText {
        zh: text.zh.clone(),
        en: text.en.clone(),
    })
}

pub(super) fn text_to_wire(text: &LocalizedText) -> wire::LocalizedText {
    wire::LocalizedText { zh: text.zh.clone(), en: text.en.clone() }
}

/// Two business dates. `path` is the path of the message they belong to, with a dot at the end.
pub(super) fn period_from_wire(
    path: &str,
    start: Option<&google_type::Date>,
    end: Option<&google_type::Date>,
) -> Result<Period, Violation> {
    let date = |name: &str, date: Option<&google_type::Date>| -> Result<Date, Violation> {
        let field = format!("{path}{name}");
        match date {
            Some(date) => date_from_wire(&field, date),
            None => {
                let reason = "a period needs its first and its last day; give both dates";
                Err(Violation::new(field, "MISSING_FIELD", reason))
            }
        }
    };
    Ok(Period { start: date("from", start)?, end: date("to", end)? })
}

/// The index of an indicator of the contest.
pub(super) fn index_of(field: &str, id: &str, contest: &wire::ContestDefinition) -> Result<usize, Violation> {
    contest.indicators.iter().position(|indicator| indicator.id == id).ok_or_else(|| {
        let reason = format!("the contest has no indicator `{id}`; name one of its own");
        Violation::new(field, "UNKNOWN_INDICATOR", reason)
    })
}

/// The id of an indicator of the contest; empty if there is none.
pub(super) fn id_of(index: usize, contest: &Contest) -> String {
    contest.indicators.get(index).map_or(String::new(), |indicator| indicator.id.clone())
}

/// Money in the contest's currency, as minor units.
pub(super) fn minor(
    field: &str,
    money: Option<&google_type::Money>,
    currency: Currency,
) -> Result<Option<i64>, Violation> {
    let Some(money) = money else { return Ok(None) };
    let amount = money_from_wire(field, money)?;
    if amount.currency != currency {
        let reason =
            format!("{} is not the contest's currency {currency}; use one currency", amount.currency);
        return Err(Violation::new(field, "MIXED_CURRENCY", reason));
    }
    Ok(Some(amount.minor))
}
