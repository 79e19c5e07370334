//! A code that one source uses for a unit or an employee, such as a teller's number, dated because such numbers are given
//! to the next one. It says what a code means; it knows no event.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A code of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SourceCode {
    /// The source that uses it.
    pub source: String,
    /// The code, as the source's events name it.
    pub code: String,
    /// What it means, and when. On any other day it means nobody.
    pub meanings: Vec<Meaning>,
}

/// What a code means for a time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Meaning {
    /// The id of the unit or the employee.
    pub id: String,
    /// The first day; `None`: since ever.
    pub start: Option<Date>,
    /// The last day; `None`: for ever.
    pub end: Option<Date>,
}

impl SourceCode {
    /// What its entries are kept under: a source and a code have no control character, so this is unambiguous.
    pub fn key(&self) -> String {
        format!("{}\t{}", self.source, self.code)
    }

    /// What it means on a day.
    pub fn on(&self, date: Date) -> Option<&str> {
        let covers = |meaning: &&Meaning| {
            meaning.start.is_none_or(|start| start <= date) && meaning.end.is_none_or(|end| date <= end)
        };
        self.meanings.iter().find(covers).map(|meaning| meaning.id.as_str())
    }
}
