//! The short forms that people may write beside protobuf's mapping: a business date as `"2026-02-02"`, a
//! share as `0.7` or `"70%"`. Numbers are read from their source text, so that none becomes a float.

use std::borrow::Cow;
use std::fmt;

use jiff::civil::Date;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::fault::Fault;
use crate::number::share_ppm;

/// A JSON object whose values are not read yet, in the order of the text.
pub struct Object<'a>(pub Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object<'de>, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// The object in a text, if it is one.
pub fn object(text: &str) -> Option<Object<'_>> {
    serde_json::from_str(text).ok()
}

/// The line in protobuf's mapping, or the field that is wrong and why.
pub fn expand(line: &str) -> Result<Cow<'_, str>, (String, Fault)> {
    if !(line.contains("usiness") || line.contains("\"share\"")) {
        return Ok(Cow::Borrowed(line));
    }
    let Some(Object(entries)) = object(line) else { return Ok(Cow::Borrowed(line)) };
    let mut changed = false;
    let mut written = Vec::with_capacity(entries.len());
    for (key, value) in &entries {
        let longer = match key.as_str() {
            "business_date" | "businessDate" => day(value.get()).map_err(|fault| (key.clone(), fault))?,
            "credits" => credits(value.get())?,
            _ => None,
        };
        changed |= longer.is_some();
        written.push((key, longer.map_or(Cow::Borrowed(value.get()), Cow::Owned)));
    }
    Ok(if changed { Cow::Owned(joined(&written)) } else { Cow::Borrowed(line) })
}

/// An object of keys and values that are already JSON.
fn joined<K: AsRef<str>, V: AsRef<str>>(entries: &[(K, V)]) -> String {
    let mut text = String::from("{");
    for (index, (key, value)) in entries.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        let key = serde_json::Value::from(key.as_ref());
        text.push_str(&format!("{comma}{key}:{}", value.as_ref()));
    }
    text.push('}');
    text
}

/// A day as an object, if it is written as a text.
fn day(value: &str) -> Result<Option<String>, Fault> {
    let Ok(text) = serde_json::from_str::<String>(value) else { return Ok(None) };
    let day = Date::strptime("%Y-%m-%d", &text).ok().filter(|_| text.len() == 10).ok_or_else(|| {
        Fault::new("BAD_DATE", format!("`{text}` is not a day; write it like \"2026-02-02\""))
    })?;
    let (year, month, day) = (day.year(), day.month(), day.day());
    Ok(Some(format!("{{\"year\":{year},\"month\":{month},\"day\":{day}}}")))
}

/// The credits with their shares in parts per million, if any is written in short.
fn credits(value: &str) -> Result<Option<String>, (String, Fault)> {
    let Ok(credits) = serde_json::from_str::<Vec<&RawValue>>(value) else { return Ok(None) };
    let mut changed = false;
    let mut written: Vec<Cow<str>> = Vec::with_capacity(credits.len());
    for (index, credit) in credits.iter().enumerate() {
        let Some(Object(entries)) = object(credit.get()) else {
            written.push(Cow::Borrowed(credit.get()));
            continue;
        };
        let mut fields = Vec::with_capacity(entries.len());
        for (key, value) in &entries {
            let share = match key.as_str() {
                "share" => share(value.get()).map_err(|fault| (format!("credits[{index}].share"), fault))?,
                _ => None,
            };
            changed |= share.is_some();
            fields.push((key, share.map_or(Cow::Borrowed(value.get()), Cow::Owned)));
        }
        written.push(Cow::Owned(joined(&fields)));
    }
    Ok(changed.then(|| format!("[{}]", written.join(","))))
}

/// A share in parts per million; `None` if it is neither a number nor a text, which the mapping refuses
/// later.
fn share(value: &str) -> Result<Option<String>, Fault> {
    let text = match serde_json::from_str::<String>(value) {
        Ok(text) => text,
        Err(_) if value.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => value.to_owned(),
        Err(_) => return Ok(None),
    };
    let ppm = share_ppm(text.trim()).map_err(|fault| {
        let reason = format!("{}; a share is written as 0.7, \"70%\" or 700000", fault.reason);
        Fault { reason, ..fault }
    })?;
    Ok(Some(ppm.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_shares_are_written_out_exactly_and_everything_else_stays() {
        let text = r#"{"a":1e400,"business_date":"2026-02-02","credits":[{"employee":"e","share":0.7},{"share":"33.3333%"},{"share":250000},{}]}"#;
        assert_eq!(
            expand(text).unwrap(),
            r#"{"a":1e400,"business_date":{"year":2026,"month":2,"day":2},"credits":[{"employee":"e","share":700000},{"share":333333},{"share":250000},{}]}"#
        );
        for same in
            [r#"{"business_date":{"year":2026}}"#, "[]", "{\"share\"", r#"{"credits":[{"share":null}]}"#]
        {
            assert_eq!(expand(same).unwrap(), same);
        }
    }

    #[test]
    fn a_wrong_day_or_share_is_reported_with_its_field_and_the_right_form() {
        for (text, field, code, form) in [
            (r#"{"businessDate":"20260202"}"#, "businessDate", "BAD_DATE", "\"2026-02-02\""),
            (r#"{"business_date":"2026-02-30"}"#, "business_date", "BAD_DATE", "\"2026-02-02\""),
            (r#"{"credits":[{},{"share":50}]}"#, "credits[1].share", "PERCENT_WITHOUT_SIGN", "`50%`"),
            (r#"{"credits":[{"share":"half"}]}"#, "credits[0].share", "NOT_A_NUMBER", "0.7, \"70%\""),
            (r#"{"credits":[{"share":7e-1}]}"#, "credits[0].share", "NOT_A_NUMBER", "0.7, \"70%\""),
        ] {
            let (found, fault) = expand(text).unwrap_err();
            assert_eq!((found.as_str(), fault.code), (field, code), "{text}");
            assert!(fault.reason.contains(form), "{}", fault.reason);
        }
    }
}
