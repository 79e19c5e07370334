//! Fields of the rows that define units and employees, and where each was defined first.

use jiff::civil::Date;
use longhu_core::types::violation::Violation;
use longhu_files::csv_file::Row;

use crate::plan::DateRule;
use crate::template::Ready;
use crate::values::Context;

/// Where something was defined first.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The file, by index.
    pub input: usize,
    /// Where the rule stands in the mapping.
    pub place: String,
    /// The row.
    pub row: Row,
}

impl Origin {
    /// The line in its file.
    pub fn line(&self) -> u64 {
        self.row.line
    }
}

/// The refusal of a row that says otherwise than an earlier one.
pub fn contradiction(id: &str, before: u64) -> Violation {
    let reason =
        format!("`{id}` was defined otherwise by line {before}; make the rows agree, or their ids differ");
    Violation::new("id", "CONTRADICTION", reason)
}

/// A field's text; absent where the row has none.
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

/// Whether a field that a rule may leave out says `true`.
pub fn flag(field: &str, template: Option<&Ready>, context: &Context) -> Result<bool, Violation> {
    match optional(field, template, context)?.as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(other) => {
            let reason = format!("`{other}` is neither `true` nor `false`; translate it by the filter `map`");
            Err(Violation::new(field, "UNKNOWN_VALUE", reason))
        }
    }
}
