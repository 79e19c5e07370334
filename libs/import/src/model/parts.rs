//! What several tables of a mapping have in common: texts with their places, lists of one, lookups, dates.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use toml::Spanned;

/// A template or another text, with its place in the file; whole numbers may be written without quotes.
pub type Text = Spanned<Plain>;

/// Values that a row is repeated for, by variable.
pub type For = BTreeMap<String, Vec<Plain>>;

/// Lookups, by the names that templates use.
pub type Lookups = BTreeMap<String, Spanned<Lookup>>;

/// A row of another file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// The other file.
    pub r#in: Spanned<String>,
    /// What to look for: a template over this row.
    pub key: Text,
    /// Where to look: a template over rows of the other file.
    pub on: Text,
    /// Which rows of the other file count.
    pub when: Option<Spanned<String>>,
    /// Whether finding nothing makes its columns absent. Default: it rejects the row.
    #[serde(default)]
    pub optional: bool,
}

/// A date that is written in a way of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateField {
    /// The date.
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

/// A text; a whole number without quotes is one too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plain(pub String);

/// A template alone, or a table with more.
#[derive(Debug)]
pub enum OneOr<T> {
    /// A template.
    One(Plain),
    /// A table.
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
