//! Lists of dates and of whole numbers in TOML tables, and tables whose keys may have any names. As for all fields, a wrong
//! item is noted and reading goes on; items keep their indices.

use jiff::civil::Date;
use toml::de::DeValue;

use super::{Fields, read_date, wrong_type};

impl<'d> Fields<'d> {
    /// Dates, bare or in quotes. An item that is not a date is noted and replaced by the earliest date.
    pub fn dates(&self, name: &str) -> Vec<Date> {
        let items = self.items(name, "a list of dates").into_iter();
        items.map(|(path, item)| read_date(&path, item, self.notes).unwrap_or(Date::MIN)).collect()
    }

    /// Whole numbers from 0. An item that is none is noted and replaced by 0.
    pub fn counts(&self, name: &str) -> Vec<u32> {
        let read = |(path, item): (String, &DeValue)| {
            let DeValue::Integer(integer) = item else {
                wrong_type(&path, "a whole number", item, self.notes);
                return 0;
            };
            u32::from_str_radix(integer.as_str(), integer.radix()).unwrap_or_else(|_| {
                let reason = format!("{integer} is not a number from 0 to {}", u32::MAX);
                self.notes.add(&path, "OUT_OF_RANGE", reason);
                0
            })
        };
        self.items(name, "a list of whole numbers").into_iter().map(read).collect()
    }

    /// The tables of a list, whose keys may have any names, each with its index.
    pub fn open_tables(&self, name: &str) -> Vec<(usize, Fields<'d>)> {
        let items = self.items(name, &format!("a list of tables, each under `[[{name}]]`"));
        let mut tables = Vec::with_capacity(items.len());
        for (index, (path, item)) in items.into_iter().enumerate() {
            match item {
                DeValue::Table(table) => tables.push((index, Fields { path, table, notes: self.notes })),
                other => wrong_type(&path, "a table", other, self.notes),
            }
        }
        tables
    }

    fn items(&self, name: &str, wanted: &str) -> Vec<(String, &'d DeValue<'d>)> {
        match self.value(name) {
            None => Vec::new(),
            Some(DeValue::Array(items)) => {
                let path = self.path_of(name);
                let item = |(index, item): (usize, &'d toml::Spanned<DeValue<'d>>)| {
                    (format!("{path}[{index}]"), item.get_ref())
                };
                items.iter().enumerate().map(item).collect()
            }
            Some(other) => {
                wrong_type(&self.path_of(name), wanted, other, self.notes);
                Vec::new()
            }
        }
    }
}
