//! Fields of rows that define units and employees, and the row that defined something first.

use jiff::civil::Date;
use longhu_core::types::violation::Violation;
use longhu_files::csv_file::Row;

use crate::plan::DateRule;
use crate::template::Ready;
use crate::values::Context;

/// The row that defined something first.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The file, by index.
    pub input: usize,
    /// The rule's place in the mapping.
    pub place: String,
    pub row: Row,
}

impl Origin {
    pub fn line(&self) -> u64 {
        self.row.line
    }
}

/// The error for a row that contradicts an earlier one.
pub fn contradiction(id: &str, before: u64) -> Violation {
    let reason =
        format!("`{id}` is defined differently in line {before}; make the rows agree, or their ids differ");
    Violation::new("id", "CONTRADICTION", reason)
}

/// The text of a field; absent if the row has none.
pub fn text(field: &str, template: &Ready, context: &Context) -> Result<Option<String>, Violation> {
    template.render(context).map_err(|fault| fault.at(field))
}

/// The text of a field that a rule may leave out.
pub fn optional(
    field: &str,
    template: Option<&Ready>,
    context: &Context,
) -> Result<Option<String>, Violation> {
    template.map_or(Ok(None), |template| text(field, template, context))
}

/// The day of a field that a rule may leave out.
pub fn day(field: &str, rule: Option<&DateRule>, context: &Context) -> Result<Option<Date>, Violation> {
    rule.map_or(Ok(None), |rule| rule.day(field, context))
}

/// Whether a field that a rule may leave out is `true`.
pub fn flag(field: &str, template: Option<&Ready>, context: &Context) -> Result<bool, Violation> {
    match optional(field, template, context)?.as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(other) => {
            let reason =
                format!("`{other}` is neither `true` nor `false`; translate it with the filter `map`");
            Err(Violation::new(field, "UNKNOWN_VALUE", reason))
        }
    }
}
