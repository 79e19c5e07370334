//! Reads fields of TOML tables and notes every problem instead of stopping at the first. Numbers are read from their
//! source text, exactly: no decimal ever becomes a float here.

mod lists;

use std::cell::RefCell;

use jiff::civil::Date;
use longhu_client::problems::{Problem, nearest};
use longhu_core::types::score::parse_decimal;
use toml::de::{DeTable, DeValue};

use crate::number::before_percent;

/// Collects the problems of a document.
#[derive(Debug, Default)]
pub struct Notes(RefCell<Vec<Problem>>);

impl Notes {
    /// Notes a problem.
    pub fn add(&self, field: impl Into<String>, code: &str, reason: impl Into<String>) {
        self.0.borrow_mut().push(Problem::new(field, code, reason));
    }

    /// Everything that was noted.
    pub fn into_problems(self) -> Vec<Problem> {
        self.0.into_inner()
    }
}

/// One table of a document and its path.
pub struct Fields<'d> {
    path: String,
    table: &'d DeTable<'d>,
    notes: &'d Notes,
}

impl<'d> Fields<'d> {
    /// The document's root, in which only `known` fields are allowed.
    pub fn root(table: &'d DeTable<'d>, known: &[&str], notes: &'d Notes) -> Fields<'d> {
        Fields::of(String::new(), table, known, notes)
    }

    fn of(path: String, table: &'d DeTable<'d>, known: &[&str], notes: &'d Notes) -> Fields<'d> {
        let fields = Fields { path, table, notes };
        for key in table.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let reason = match nearest(name, known.iter().copied()) {
                    Some(nearest) => format!("`{name}` is not a field here; did you mean `{nearest}`?"),
                    None => format!("`{name}` is not a field here; there are {}", known.join(", ")),
                };
                notes.add(fields.path_of(name), "UNKNOWN_FIELD", reason);
            }
        }
        fields
    }

    /// The path of a field of this table.
    pub fn path_of(&self, name: &str) -> String {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        match (self.path.is_empty(), !name.is_empty() && name.chars().all(plain)) {
            (true, true) => name.to_owned(),
            (false, true) => format!("{}.{name}", self.path),
            (_, false) => format!("{}[\"{name}\"]", self.path),
        }
    }

    /// Whether the field is there.
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// Notes that a required field is missing.
    pub fn require(&self, name: &str) {
        if !self.has(name) {
            self.note(name, "MISSING_FIELD", format!("`{name}` is required; give it a value"));
        }
    }

    /// Notes that a text is missing, with what to do.
    pub fn require_text(&self, name: &str, what_to_do: &str) {
        self.note(name, "MISSING_FIELD", format!("`{name}` is required; {what_to_do}"));
    }

    /// Notes a problem of a field.
    pub fn note(&self, name: &str, code: &str, reason: impl Into<String>) {
        self.notes.add(self.path_of(name), code, reason);
    }

    /// Notes a problem of the table itself.
    pub fn note_self(&self, code: &str, reason: impl Into<String>) {
        self.notes.add(&*self.path, code, reason);
    }

    /// Notes a problem of an item of a list.
    pub fn note_item(&self, name: &str, index: usize, code: &str, reason: impl Into<String>) {
        self.notes.add(format!("{}[{index}]", self.path_of(name)), code, reason);
    }

    fn value(&self, name: &str) -> Option<&'d DeValue<'d>> {
        self.table.get(name).map(toml::Spanned::get_ref)
    }

    /// The names of all fields.
    pub fn names(&self) -> impl Iterator<Item = &'d str> {
        self.table.keys().map(|key| &**key.get_ref())
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.value(name)? {
            DeValue::String(text) => Some(text.to_string()),
            other => self.wrong(name, "a text in quotes", other),
        }
    }

    /// True or false, without quotes.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.value(name)? {
            DeValue::Boolean(flag) => Some(*flag),
            other => self.wrong(name, "true or false, without quotes", other),
        }
    }

    /// A whole number from 0.
    pub fn count(&self, name: &str) -> Option<u32> {
        let DeValue::Integer(integer) = self.value(name)? else {
            return self.value(name).and_then(|other| self.wrong(name, "a whole number", other));
        };
        let count = u32::from_str_radix(integer.as_str(), integer.radix()).ok();
        if count.is_none() {
            self.note(name, "OUT_OF_RANGE", format!("{integer} is not a number from 0 to {}", u32::MAX));
        }
        count
    }

    /// Texts: a list of them, or a single one. An item that is not a text is noted and replaced by an empty
    /// one.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let items = match self.value(name) {
            None => return Vec::new(),
            Some(DeValue::String(text)) => return vec![text.to_string()],
            Some(DeValue::Array(items)) => items,
            Some(other) => return self.wrong(name, "a list of texts", other).unwrap_or_default(),
        };
        let mut texts = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            if let DeValue::String(text) = item.get_ref() {
                texts.push(text.to_string());
                continue;
            }
            let path = format!("{}[{index}]", self.path_of(name));
            wrong_type(&path, "a text in quotes", item.get_ref(), self.notes);
            texts.push(String::new());
        }
        texts
    }

    /// The value of one of a few words. A number without quotes is read as the word with the same digits.
    pub fn choice<T: Clone>(&self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        let word = match self.value(name)? {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(integer) => integer.to_string(),
            other => return self.wrong(name, "a text in quotes", other),
        };
        let found = choices.iter().find(|(choice, _)| *choice == word).map(|(_, value)| value.clone());
        if found.is_none() {
            let words: Vec<String> = choices.iter().map(|(choice, _)| format!("\"{choice}\"")).collect();
            self.note(
                name,
                "UNKNOWN_VALUE",
                format!("`{word}` is not known here; use {}", words.join(" or ")),
            );
        }
        found
    }

    /// A date, bare or in quotes.
    pub fn date(&self, name: &str) -> Option<Date> {
        read_date(&self.path_of(name), self.value(name)?, self.notes)
    }

    /// A decimal as an integer of `places` places: a number, or a number in quotes.
    pub fn decimal(&self, name: &str, places: usize) -> Option<i128> {
        self.decimal_of(&self.path_of(name), self.value(name)?, places)
    }

    fn decimal_of(&self, path: &str, value: &DeValue, places: usize) -> Option<i128> {
        let text = match value {
            DeValue::String(text) => &**text,
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
            DeValue::Float(float) => float.as_str(),
            other => {
                wrong_type(path, "a decimal number", other, self.notes);
                return None;
            }
        };
        let decimal = parse_decimal(text.strip_prefix('+').unwrap_or(text), places);
        if decimal.is_none() {
            let reason = format!(
                "`{text}` is not a plain decimal of at most 14 digits and {places} places; write it like 12.5"
            );
            self.notes.add(path, "BAD_NUMBER", reason);
        }
        decimal
    }

    /// Decimals in a list, as integers of `places` places. An item that is none is noted and replaced by 0.
    pub fn decimals(&self, name: &str, places: usize) -> Vec<i128> {
        let Some(value) = self.value(name) else { return Vec::new() };
        let DeValue::Array(items) = value else {
            return self.wrong(name, "a list of numbers", value).unwrap_or_default();
        };
        let read = |(index, item): (usize, &toml::Spanned<DeValue>)| {
            self.decimal_of(&format!("{}[{index}]", self.path_of(name)), item.get_ref(), places)
        };
        items.iter().enumerate().map(|item| read(item).unwrap_or(0)).collect()
    }

    /// A share in 1/10,000: a percentage in quotes such as "80%" or "62.5%", or a number such as 0.8.
    pub fn share(&self, name: &str) -> Option<i128> {
        let percent = match self.value(name)? {
            DeValue::String(text) => before_percent(text),
            _ => None,
        };
        let Some(percent) = percent else { return self.decimal(name, 4) };
        let share = parse_decimal(percent, 2);
        if share.is_none() {
            let reason =
                format!("`{percent}%` is not a percentage of at most 2 places; write it like \"62.5%\"");
            self.note(name, "BAD_NUMBER", reason);
        }
        share
    }

    /// A text, if the field holds one. Nothing is noted otherwise; that is left to the caller.
    pub fn plain_text(&self, name: &str) -> Option<String> {
        match self.value(name)? {
            DeValue::String(text) => Some(text.to_string()),
            _ => None,
        }
    }

    /// Whether the field holds a table.
    pub fn is_table(&self, name: &str) -> bool {
        matches!(self.value(name), Some(DeValue::Table(_)))
    }

    /// Whether the field holds a text.
    pub fn is_text(&self, name: &str) -> bool {
        matches!(self.value(name), Some(DeValue::String(_)))
    }

    /// A table in a field.
    pub fn table(&self, name: &str, known: &[&str]) -> Option<Fields<'d>> {
        match self.value(name)? {
            DeValue::Table(table) => Some(Fields::of(self.path_of(name), table, known, self.notes)),
            other => self.wrong(name, "a table", other),
        }
    }

    /// A table in a field, whose keys may have any names.
    pub fn open_table(&self, name: &str) -> Option<Fields<'d>> {
        match self.value(name)? {
            DeValue::Table(table) => Some(Fields { path: self.path_of(name), table, notes: self.notes }),
            other => self.wrong(name, "a table", other),
        }
    }

    /// The tables of a list, each with its index.
    pub fn tables(&self, name: &str, known: &[&str]) -> Vec<Fields<'d>> {
        let Some(value) = self.value(name) else { return Vec::new() };
        let DeValue::Array(array) = value else {
            self.wrong::<()>(name, &format!("a list of tables, each under `[[{name}]]`"), value);
            return Vec::new();
        };
        let mut tables = Vec::with_capacity(array.len());
        for (index, item) in array.iter().enumerate() {
            let path = format!("{}[{index}]", self.path_of(name));
            match item.get_ref() {
                DeValue::Table(table) => tables.push(Fields::of(path, table, known, self.notes)),
                other => wrong_type(&path, "a table", other, self.notes),
            }
        }
        tables
    }

    fn wrong<T>(&self, name: &str, wanted: &str, value: &DeValue) -> Option<T> {
        wrong_type(&self.path_of(name), wanted, value, self.notes);
        None
    }
}

fn read_date(path: &str, value: &DeValue, notes: &Notes) -> Option<Date> {
    let text = match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Datetime(datetime) => datetime.to_string(),
        other => {
            wrong_type(path, "a date such as 1998-01-31", other, notes);
            return None;
        }
    };
    let date = text.parse::<Date>().ok().filter(|date| date.to_string() == text);
    let date = date.filter(|date| (1900..2200).contains(&date.year()));
    if date.is_none() {
        let reason = format!("`{text}` is not a date of the years 1900 to 2199; write it like 1998-01-31");
        notes.add(path, "BAD_DATE", reason);
    }
    date
}

fn wrong_type(path: &str, wanted: &str, value: &DeValue, notes: &Notes) {
    let kind = match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    notes.add(path, "WRONG_TYPE", format!("it is {kind}; give {wanted}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Source;

    fn read<T>(text: &str, read: impl Fn(&Fields) -> T) -> (T, Vec<String>) {
        let source = Source::new("x", text.to_owned());
        let document = source.parse().unwrap();
        let notes = Notes::default();
        let value = read(&Fields::root(document.root(), &["a", "boards"], &notes));
        (value, notes.into_problems().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn decimals_are_exact_whatever_they_are_written_as() {
        for (text, value) in [
            ("a = 0.1", 1_000),
            ("a = \"0.1\"", 1_000),
            ("a = 5", 50_000),
            ("a = -1_000.25", -10_002_500),
            ("a = +99999999999999.9999", 999_999_999_999_999_999),
        ] {
            assert_eq!(read(text, |fields| fields.decimal("a", 4)), (Some(value), vec![]), "{text}");
        }
        for text in ["a = 1e3", "a = 0.00001", "a = inf", "a = 0x10", "a = true", "a = \"\""] {
            let (value, problems) = read(text, |fields| fields.decimal("a", 4));
            assert_eq!((value, problems.len()), (None, 1), "{text}");
        }
    }

    #[test]
    fn shares_are_percentages_or_numbers() {
        for (text, value) in [
            ("a = \"80%\"", 8_000),
            ("a = \"62.5 %\"", 6_250),
            ("a = \"62.5％\"", 6_250),
            ("a = 1.2", 12_000),
            ("a = \"0.8\"", 8_000),
        ] {
            assert_eq!(read(text, |fields| fields.share("a")), (Some(value), vec![]), "{text}");
        }
        for text in ["a = \"80.123%\"", "a = \"%\"", "a = \"many\"", "a = []"] {
            let (value, problems) = read(text, |fields| fields.share("a"));
            assert_eq!((value, problems.len()), (None, 1), "{text}");
        }
    }

    #[test]
    fn every_wrong_number_in_a_list_is_named() {
        let (numbers, problems) = read("a = [10, 6.5, \"x\", \"1\"]", |fields| fields.decimals("a", 4));
        assert_eq!(numbers, [100_000, 65_000, 0, 10_000]);
        assert_eq!(problems.len(), 1);
        assert!(problems[0].starts_with("a[2]: `x` is not a plain decimal"), "{problems:?}");
    }

    #[test]
    fn dates_are_bare_or_quoted_and_nothing_else() {
        for text in ["a = 1998-02-28", "a = \"1998-02-28\""] {
            let date = Some(Date::constant(1998, 2, 28));
            assert_eq!(read(text, |fields| fields.date("a")), (date, vec![]), "{text}");
        }
        for text in [
            "a = 1998-02-28T10:00:00",
            "a = \"1998-02-30\"",
            "a = \"28.2.1998\"",
            "a = 1998",
            "a = 1800-01-01",
        ] {
            let (value, problems) = read(text, |fields| fields.date("a"));
            assert_eq!((value, problems.len()), (None, 1), "{text}");
        }
    }

    #[test]
    fn unknown_fields_are_refused_with_a_suggestion() {
        let (_, problems) = read("bords = []\n\"x y\" = 1", |_| ());
        assert_eq!(
            problems,
            [
                "bords: `bords` is not a field here; did you mean `boards`? (UNKNOWN_FIELD)",
                "[\"x y\"]: `x y` is not a field here; there are a, boards (UNKNOWN_FIELD)",
            ]
        );
    }

    #[test]
    fn every_wrong_item_in_a_list_is_named() {
        let (texts, problems) = read("a = [\"x\", 1, true]", |fields| fields.texts("a"));
        assert_eq!(texts, ["x", "", ""]);
        assert_eq!(problems.len(), 2);
        assert_eq!(problems[0], "a[1]: it is a whole number; give a text in quotes (WRONG_TYPE)");
    }
}
