//! What several tables of a mapping share: texts with their places, lookups, dates.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use toml::Spanned;

/// A template or another text, with its place in the file. A whole number may be written without quotes.
pub type Text = Spanned<Plain>;

/// The values that a row is repeated for, by variable.
pub type For = BTreeMap<String, Vec<Plain>>;

/// Lookups by the names that templates use.
pub type Lookups = BTreeMap<String, Spanned<Lookup>>;

/// A row of another file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    pub r#in: Spanned<String>,
    /// The key to look for: a template over the present row.
    pub key: Text,
    /// The key of the other file's rows: a template over such a row.
    pub on: Text,
    /// Which rows of the other file may be found.
    pub when: Option<Spanned<String>>,
    /// Whether an unknown key makes the columns absent. Default: it rejects the row.
    #[serde(default)]
    pub optional: bool,
}

/// A date with its own options.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateField {
    pub value: Text,
    /// As in [`Dates`].
    pub format: Option<Spanned<String>>,
    /// As in [`Dates`].
    pub century: Option<Spanned<i16>>,
    /// As in [`Dates`].
    pub time: Option<Spanned<String>>,
    /// As in [`Dates`].
    pub zone: Option<Spanned<String>>,
}

/// A text; also a whole number without quotes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plain(pub String);

/// A template alone, or a table with options.
#[derive(Debug)]
pub enum OneOr<T> {
    One(Plain),
    Table(T),
}

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Plain, D::Error> {
        match deserializer.deserialize_any(OneOrVisitor::<NoTable>(PhantomData))? {
            OneOr::One(text) => Ok(text),
            OneOr::Table(NoTable {}) => Err(Error::custom("a table stands where a text should")),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoTable {}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<OneOr<T>, D::Error> {
        deserializer.deserialize_any(OneOrVisitor(PhantomData))
    }
}

struct OneOrVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrVisitor<T> {
    type Value = OneOr<T>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a text in quotes or a whole number")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<OneOr<T>, E> {
        Ok(OneOr::One(Plain(text.to_owned())))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<OneOr<T>, E> {
        Ok(OneOr::One(Plain(number.to_string())))
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<OneOr<T>, M::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(OneOr::Table)
    }
}
