//! A row's own cells, without lookups or variables, as templates read them.

use std::borrow::Cow;

use longhu_files::csv_file::{self, Input};
use longhu_files::fault::Fault;

use crate::template::{At, Values};

/// A row's own cells, without lookups or variables.
pub struct Cells<'a> {
    /// The file.
    pub input: &'a Input,
    /// The cells.
    pub cells: &'a csv_file::Cells,
}

impl Values for Cells<'_> {
    fn get(&self, at: At) -> Result<Option<Cow<'_, str>>, Fault> {
        let At::Column(column) = at else { return Ok(None) };
        let cell = self.cells.get(column).filter(|cell| !self.input.is_null(cell));
        Ok(cell.map(Cow::Borrowed))
    }
}
