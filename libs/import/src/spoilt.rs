//! Ids that a spreadsheet damaged: long ones that it rounded, and ones whose leading zeros it dropped. That
//! cannot be known for sure, so the rows are imported with a warning.

use longhu_files::csv_file::Input;
use longhu_proto::wire::event::v1::Event;

use crate::report::Report;

/// Fields that hold ids.
const FIELDS: [&str; 6] = ["id", "customer", "subject", "branch", "credits.employee", "reverses.id"];

/// What a spreadsheet shows instead of a value that it cannot compute.
const ERRORS: [&str; 8] =
    ["#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#GETTING_DATA"];

/// What was seen of the ids of one section so far.
#[derive(Debug, Default)]
pub struct Spoilt {
    lengths: [Lengths; FIELDS.len()],
}

/// Lengths of ids made of digits only; 0 if there was none.
#[derive(Debug, Default)]
struct Lengths {
    /// The longest with leading zeros.
    with_zeros: usize,
    /// The shortest without leading zeros.
    without: usize,
}

impl Spoilt {
    /// Checks the ids of an event from that line.
    pub fn look(&mut self, event: &Event, input: &Input, line: u64, report: &mut Report) {
        let employees = event.credits.iter().map(|credit| (4, credit.employee.as_str()));
        let original = event.reverses.iter().map(|reversal| (5, reversal.id.as_str()));
        let own = [&event.id, &event.customer, &event.subject, &event.branch].into_iter().enumerate();
        for (field, id) in own.map(|(field, id)| (field, id.as_str())).chain(employees).chain(original) {
            self.look_at(field, id, input, line, report);
        }
    }

    /// Checks the id of a unit or an employee from that line.
    pub fn look_at_id(&mut self, id: &str, input: &Input, line: u64, report: &mut Report) {
        self.look_at(0, id, input, line, report);
    }

    fn look_at(&mut self, field: usize, id: &str, input: &Input, line: u64, report: &mut Report) {
        let (Some(name), Some(lengths)) = (FIELDS.get(field), self.lengths.get_mut(field)) else { return };
        if is_rounded(id) {
            report.warn(input, line, (name, "ROUNDED_ID"), || {
                format!("`{id}` looks like a number that a spreadsheet rounded; export the column as text")
            });
        }
        if ERRORS.contains(&id) {
            report.warn(input, line, (name, "SHEET_ERROR"), || {
                format!(
                    "`{id}` is a spreadsheet's error, not an id; correct the formula and export the file again"
                )
            });
        }
        if lengths.lost_zeros(id) {
            let digits = lengths.with_zeros;
            report.warn(input, line, (name, "LOST_ZEROS"), || {
                format!(
                    "some ids have {digits} digits with leading zeros and others fewer, such as `{id}`; export the column \
                     as text, or fill them up by `pad({digits})`"
                )
            });
        }
    }
}

impl Lengths {
    /// Whether this id or an earlier one has fewer digits than those with leading zeros.
    fn lost_zeros(&mut self, id: &str) -> bool {
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return false;
        }
        let length = id.len();
        if id.starts_with('0') && length > 1 {
            let is_first = self.with_zeros == 0;
            self.with_zeros = self.with_zeros.max(length);
            return is_first && (1..length).contains(&self.without);
        }
        self.without = if self.without == 0 { length } else { self.without.min(length) };
        length < self.with_zeros
    }
}

/// Whether an id is a number with an exponent, such as `6.22E+18`.
fn is_rounded(id: &str) -> bool {
    let Some((before, after)) = id.split_once("E+") else { return false };
    before.ends_with(|c: char| c.is_ascii_digit()) && after.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_an_exponent_are_rounded_and_other_ids_are_not() {
        for (id, rounded) in
            [("6.22E+18", true), ("card-6E+15", true), ("E+1", false), ("AE+1", false), ("1E18", false)]
        {
            assert_eq!(is_rounded(id), rounded, "{id}");
        }
    }

    #[test]
    fn shorter_ids_beside_ones_with_leading_zeros_have_lost_theirs() {
        let told = |ids: &[&str]| {
            let mut lengths = Lengths::default();
            ids.iter().filter(|id| lengths.lost_zeros(id)).count()
        };
        assert_eq!(told(&["00123", "456", "789", "01234"]), 2);
        assert_eq!(told(&["456", "00123"]), 1);
        assert_eq!(told(&["12345", "00123", "1234567", "a1", ""]), 0);
        assert_eq!(told(&["1", "22", "0"]), 0);
    }
}
