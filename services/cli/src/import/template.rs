//! Templates such as `district-{A1|pad(2)}`: texts with columns in braces, each through filters. Parsed once; unknown
//! filters and columns are found before the first row is read. Rendering never guesses: what is absent stays absent.

mod filter;
mod parse;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::fault::Fault;
pub use filter::Filter;
pub use parse::{braced, slot};

/// The named tables of a mapping, for the filter `map`.
pub type Maps = BTreeMap<String, Arc<BTreeMap<String, String>>>;

/// A column as it is written: `column`, or `lookup.column`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The lookup that it comes through; `None`: the row itself.
    pub lookup: Option<String>,
    /// The column, or a variable of `for`.
    pub column: String,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.lookup {
            Some(lookup) => write!(f, "{lookup}.{}", self.column),
            None => f.write_str(&self.column),
        }
    }
}

/// Where the value of a column is, once its name is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// A column of the row, by index.
    Column(usize),
    /// A variable of `for`, by index.
    Variable(usize),
    /// A column of a row found by a lookup.
    Lookup {
        /// The lookup, by index in its section.
        lookup: usize,
        /// The column, by index in what the lookup keeps.
        slot: usize,
    },
}

/// Where values come from.
pub trait Values {
    /// The value; `None` when it is absent.
    fn get(&self, at: At) -> Result<Option<Cow<'_, str>>, Fault>;
}

/// A column with its filters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot<R> {
    /// The column as written.
    pub name: Name,
    /// Where its value is.
    pub at: R,
    /// What is done with the value, in order.
    pub filters: Vec<Filter>,
}

/// Part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<R> {
    /// Text as it is.
    Text(String),
    /// A column.
    Slot(Slot<R>),
}

/// A parsed template; `R` says where columns are, `()` before they are resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template<R> {
    pieces: Vec<Piece<R>>,
}

/// A template that can be rendered.
pub type Ready = Template<At>;

impl Template<()> {
    /// Reads a template; filters `map` find their tables in `maps`.
    pub fn parse(text: &str, maps: &Maps) -> Result<Template<()>, String> {
        parse::template(text, maps).map(|pieces| Template { pieces })
    }

    /// The columns that it names.
    pub fn names(&self) -> impl Iterator<Item = &Name> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Slot(slot) => Some(&slot.name),
        })
    }

    /// Finds every column by `find`.
    pub fn resolve(self, mut find: impl FnMut(&Name) -> Result<At, String>) -> Result<Ready, String> {
        let piece = |piece| match piece {
            Piece::Text(text) => Ok(Piece::Text(text)),
            Piece::Slot(slot) => Ok(Piece::Slot(slot.resolve(&mut find)?)),
        };
        let pieces = self.pieces.into_iter().map(piece).collect::<Result<_, String>>()?;
        Ok(Template { pieces })
    }
}

impl Template<At> {
    /// A template of nothing but text.
    pub fn of_text(text: impl Into<String>) -> Ready {
        Template { pieces: vec![Piece::Text(text.into())] }
    }

    /// Its text, when it names no column.
    pub fn literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The text for one row. Absent as a whole when a column of it is absent, and when nothing is left of it.
    pub fn render(&self, values: &impl Values) -> Result<Option<String>, Fault> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Slot(slot) => match slot.value(values)? {
                    Some(value) => text.push_str(&value),
                    None => return Ok(None),
                },
            }
        }
        Ok((!text.is_empty()).then_some(text))
    }

    /// The names of the columns that are absent in this row, for the reason of a rejection.
    pub fn absent(&self, values: &impl Values) -> Vec<String> {
        let absent = |piece: &Piece<At>| match piece {
            Piece::Slot(slot) if matches!(slot.value(values), Ok(None)) => Some(slot.name.to_string()),
            _ => None,
        };
        self.pieces.iter().filter_map(absent).collect()
    }
}

impl Slot<()> {
    /// Finds its column by `find`.
    pub fn resolve(self, find: &mut dyn FnMut(&Name) -> Result<At, String>) -> Result<Slot<At>, String> {
        let at = find(&self.name)?;
        Ok(Slot { name: self.name, at, filters: self.filters })
    }
}

impl Slot<At> {
    /// Its value for one row, through the filters.
    pub fn value<'a>(&self, values: &'a impl Values) -> Result<Option<Cow<'a, str>>, Fault> {
        let mut value = values.get(self.at)?;
        for filter in &self.filters {
            value = filter
                .apply(value)
                .map_err(|fault| Fault { reason: format!("`{}`: {}", self.name, fault.reason), ..fault })?;
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests;
