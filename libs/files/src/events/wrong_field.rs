//! Finds the field of an object that does not fit its message. The reader of protobuf's mapping reports only
//! a column of the text, not the field's name.

use prost_reflect::{DeserializeOptions, DynamicMessage, FieldDescriptor, MessageDescriptor};

use super::shorthand::{Object, object};

/// Reads the message in a text.
///
/// # Errors
/// Why it is not one.
pub fn read(text: &str, message: &MessageDescriptor) -> Result<DynamicMessage, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let options = DeserializeOptions::new().deny_unknown_fields(true);
    let read = DynamicMessage::deserialize_with_options(message.clone(), &mut deserializer, &options)?;
    deserializer.end().map(|()| read)
}

/// The path of the first wrong field, and its last name; `None` if no single field is wrong.
pub fn find(text: &str, message: &MessageDescriptor) -> Option<(String, String)> {
    let Object(entries) = object(text)?;
    for (key, value) in entries {
        let name = serde_json::Value::from(key.as_str());
        if read(&format!("{{{name}:{}}}", value.get()), message).is_ok() {
            continue;
        }
        let field = message.get_field_by_json_name(&key).or_else(|| message.get_field_by_name(&key))?;
        return Some(within(&field, value.get()));
    }
    None
}

/// The path of what is wrong in the value of a field: the field itself, or one inside it.
fn within(field: &FieldDescriptor, value: &str) -> (String, String) {
    let name = field.name().to_owned();
    let whole = (name.clone(), name.clone());
    let kind = field.kind();
    let Some(inner) = kind.as_message().filter(|message| message.package_name() != "google.protobuf") else {
        return whole;
    };
    if field.is_map() {
        return whole;
    }
    if !field.is_list() {
        return find(value, inner).map_or(whole, |(path, last)| (format!("{name}.{path}"), last));
    }
    let Ok(items) = serde_json::from_str::<Vec<&serde_json::value::RawValue>>(value) else { return whole };
    let wrong = items.iter().enumerate().find(|(_, item)| read(item.get(), inner).is_err());
    let Some((index, item)) = wrong else { return whole };
    match find(item.get(), inner) {
        Some((path, last)) => (format!("{name}[{index}].{path}"), last),
        None => (format!("{name}[{index}]"), name),
    }
}

/// How a field of an event is written.
pub fn form(field: &str) -> &'static str {
    match field {
        "occurred_time" => "\"2026-02-02T10:00:00+08:00\"",
        "business_date" => "\"2026-02-02\"",
        "amount" => "{\"currencyCode\": \"CNY\", \"units\": \"123456\", \"nanos\": 780000000}",
        "credits" => "[{\"employee\": \"e-001\", \"role\": \"owner\", \"share\": \"70%\"}]",
        "share" => "0.7, \"70%\" or 700000",
        "reverses" => "{\"id\": \"c-1\"}",
        "part" => "{\"quantity\": 1}",
        "mode" => "\"REVERSAL_MODE_VOID\" or \"REVERSAL_MODE_DATED\"",
        "attributes" => "{\"campaign\": \"spring\"}",
        "quantity" | "source_sequence" | "revision" | "units" | "nanos" => "a whole number, such as 3",
        "year" | "month" | "day" => "a whole number, or the day as \"2026-02-02\"",
        _ => "a text in quotes",
    }
}
