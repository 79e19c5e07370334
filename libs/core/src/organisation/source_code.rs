//! A code that one source uses for a unit or an employee, such as a teller number. Codes are dated, because
//! such a number is given to somebody else later.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A code of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SourceCode {
    /// The source that uses it.
    pub source: String,
    /// The code, as it appears in events of the source.
    pub code: String,
    /// What it means, and when. On any other day it has no meaning.
    pub meanings: Vec<Meaning>,
}

/// The meaning of a code for a range of days.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Meaning {
    /// The id of the unit or the employee.
    pub id: String,
    /// The first day; `None`: since the beginning.
    pub start: Option<Date>,
    /// The last day; `None`: open end.
    pub end: Option<Date>,
}

impl SourceCode {
    /// The key of the decision about it. Sources and codes contain no control characters, so the key is
    /// unambiguous.
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
