//! Shared parts of the checks of units, employees, hand-overs and codes.

use jiff::civil::Date;

use crate::types::violation::Violation;

/// The most changes, peer groups or memberships of one unit or employee.
const HISTORY_MAX: usize = 1_000;

/// Checks that a range of days does not end before it begins.
///
/// # Errors
/// DATES_REVERSED on `field`.
pub fn check_history(field: &str, start: Option<Date>, end: Option<Date>) -> Result<(), Violation> {
    match (start, end) {
        (Some(start), Some(end)) if end < start => {
            let reason = format!("{end} is before its start {start}; swap or correct them");
            Err(Violation::new(field, "DATES_REVERSED", reason))
        }
        _ => Ok(()),
    }
}

pub(super) fn check_count(field: &str, count: usize) -> Result<(), Violation> {
    if count <= HISTORY_MAX {
        return Ok(());
    }
    let reason =
        format!("{count} are more than {HISTORY_MAX}; leave out those that no contest needs any more");
    Err(Violation::new(field, "TOO_MANY", reason))
}

pub(super) fn at(list: &str, index: usize, violation: Violation) -> Violation {
    Violation { field: format!("{list}[{index}].{}", violation.field), ..violation }
}

/// The violation for an id that is used by a hand-over and by a unit or employee. Both are looked up by it,
/// so it must be unique.
pub(super) fn id_taken(id: &str) -> Violation {
    let reason = format!("`{id}` is the id of a hand-over and of a unit or an employee; rename one of them");
    Violation::new("id", "ID_OF_BOTH", reason)
}
