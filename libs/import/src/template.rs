//! Templates such as `district-{A1|pad(2)}`: texts with columns in braces, each with filters. A template is
//! parsed once, and unknown filters and columns are reported before the first row is read. An absent column
//! is never replaced by a guess.

mod column;
mod filter;
mod parse;

use longhu_files::fault::Fault;

use crate::grammar::GrammarError;

pub use column::{At, Name, Piece, Slot, Values};
pub use filter::Maps;
pub use parse::{braced, slot};

/// A parsed template. `R` says where columns are: `()` before they are resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template<R> {
    pieces: Vec<Piece<R>>,
}

/// A template that is ready to be rendered.
pub type Ready = Template<At>;

impl Template<()> {
    /// Reads a template. `maps` holds the tables of the filter `map`.
    pub fn parse(text: &str, maps: &Maps) -> Result<Template<()>, GrammarError> {
        parse::template(text, maps).map(|pieces| Template { pieces })
    }

    /// The columns in it.
    pub fn names(&self) -> impl Iterator<Item = &Name> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Slot(slot) => Some(&slot.name),
        })
    }

    /// Resolves every column with `find`.
    pub fn resolve<E>(self, mut find: impl FnMut(&Name) -> Result<At, E>) -> Result<Ready, E> {
        let piece = |piece| match piece {
            Piece::Text(text) => Ok(Piece::Text(text)),
            Piece::Slot(slot) => Ok(Piece::Slot(slot.resolve(&mut find)?)),
        };
        let pieces = self.pieces.into_iter().map(piece).collect::<Result<_, E>>()?;
        Ok(Template { pieces })
    }
}

impl Template<At> {
    /// A template without columns.
    pub fn of_text(text: impl Into<String>) -> Ready {
        Template { pieces: vec![Piece::Text(text.into())] }
    }

    /// Its text, if it has no columns.
    pub fn literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The text for one row. Absent if a column in it is absent, or if the text is empty.
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

#[cfg(test)]
mod tests;
