//! What is wrong with an input, whether this program or a server found it. It has fields, codes and reasons,
//! but no files.

use std::fmt;

use longhu_core::types::violation::Violation;
use tonic::Status;
use tonic_types::StatusExt;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The path of the field; empty when it has none.
    pub field: String,
    /// A stable UPPER_SNAKE code.
    pub code: String,
    /// What is wrong and what to do.
    pub reason: String,
}

impl Problem {
    /// A problem of `field`.
    pub fn new(field: impl Into<String>, code: &str, reason: impl Into<String>) -> Problem {
        Problem { field: field.into(), code: code.to_owned(), reason: reason.into() }
    }

    /// Whether the path of one is equal to the other's, or the beginning of it.
    pub fn overlaps(&self, other: &Problem) -> bool {
        leads_to(&self.field, &other.field) || leads_to(&other.field, &self.field)
    }
}

impl From<Violation> for Problem {
    fn from(violation: Violation) -> Problem {
        Problem::new(violation.field, violation.code, violation.reason)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        write!(f, "{} ({})", self.reason, self.code)
    }
}

/// The violations in a server's refusal.
pub fn from_status(status: &Status) -> Vec<Problem> {
    let details = status.get_error_details();
    let Some(bad_request) = details.bad_request() else { return Vec::new() };
    let info = details.error_info();
    let code_of = |field: &str| {
        let own = info.and_then(|info| info.metadata.get(field).or(Some(&info.reason)));
        own.map_or("INVALID_ARGUMENT", String::as_str)
    };
    let problem = |violation: &tonic_types::FieldViolation| {
        Problem::new(&violation.field, code_of(&violation.field), &violation.description)
    };
    bad_request.field_violations.iter().map(problem).collect()
}

/// Those of `own` that are not also in `theirs`, then all of `theirs`.
pub fn merge(own: Vec<Problem>, theirs: Vec<Problem>) -> Vec<Problem> {
    let is_new = |problem: &Problem| {
        !theirs.iter().any(|other| other.field == problem.field && other.code == problem.code)
    };
    let mut merged: Vec<Problem> = own.into_iter().filter(is_new).collect();
    merged.extend(theirs);
    merged
}

fn leads_to(short: &str, long: &str) -> bool {
    long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The known name that is most similar to `name`, for "did you mean".
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let distance = |known: &str| strsim::osa_distance(name, known);
    let nearest = known.into_iter().map(|known| (distance(known), known)).min()?;
    (nearest.0 <= 1 + name.chars().count() / 3).then_some(nearest.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_s_violations_keep_field_code_and_reason() {
        let found = [
            Violation::new("units[3].parent", "UNKNOWN_UNIT", "`x` is not a unit"),
            Violation::new("units[4].id", "DUPLICATE_ID", "twice"),
        ];
        let problems = from_status(&longhu_proto::status::invalid(&found));
        assert_eq!(problems, found.map(Problem::from));
    }

    #[test]
    fn paths_overlap_only_at_their_steps() {
        let problem = |field: &str| Problem::new(field, "X", "x");
        assert!(problem("boards").overlaps(&problem("boards[0]")));
        assert!(problem("period.to").overlaps(&problem("period")));
        assert!(!problem("name").overlaps(&problem("names")));
    }

    #[test]
    fn names_far_from_every_known_one_have_no_suggestion() {
        assert_eq!(nearest("evnts", ["events", "filter"]), Some("events"));
        assert_eq!(nearest("zebra", ["events", "filter"]), None);
    }
}
