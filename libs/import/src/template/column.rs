//! A column in a template: its name, where its value is, and its value for one row.

use std::borrow::Cow;
use std::fmt;

use longhu_files::fault::Fault;

use super::filter::Filter;

/// A column as it is written: `column`, or `lookup.column`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The lookup that it belongs to; `None` for the row itself.
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

/// Where the value of a column is found, once its name is resolved.
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
        /// The column, by its index among those that the lookup keeps.
        slot: usize,
    },
}

/// A source of values.
pub trait Values {
    /// The value; `None` when it is absent.
    fn get(&self, at: At) -> Result<Option<Cow<'_, str>>, Fault>;
}

/// A column with its filters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot<R> {
    /// The column's name as written.
    pub name: Name,
    /// Where its value is.
    pub at: R,
    /// The filters, in order.
    pub filters: Vec<Filter>,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<R> {
    Text(String),
    Slot(Slot<R>),
}

impl Slot<()> {
    /// Resolves its column with `find`.
    pub fn resolve<E>(self, find: &mut dyn FnMut(&Name) -> Result<At, E>) -> Result<Slot<At>, E> {
        let at = find(&self.name)?;
        Ok(Slot { name: self.name, at, filters: self.filters })
    }
}

impl Slot<At> {
    /// Its value for one row, after the filters.
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
