//! Checks hand-overs and sources' codes before a decision is written: on any day, a customer goes to one
//! employee and a code has one meaning. It refuses what is wrong and never repairs it.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::organisation::check_parts::{at, check_count, check_history, id_taken};
use crate::organisation::hand_over::{CUSTOMERS_MAX, HandOver};
use crate::organisation::in_force::Organisation;
use crate::organisation::source_code::SourceCode;
use crate::types::violation::{Violation, check_id};

/// The longest pseudonym, in bytes.
const CUSTOMER_BYTES_MAX: usize = 128;

impl Organisation {
    /// Checks hand-overs that were already applied to this organisation.
    pub(super) fn check_hand_overs(&self, hand_overs: &[HandOver]) -> Result<(), Violation> {
        let mut seen = BTreeSet::new();
        for (index, hand_over) in hand_overs.iter().enumerate() {
            let mut check = || {
                check_hand_over(hand_over)?;
                if !seen.insert(&hand_over.id) {
                    let reason = format!("`{}` is named twice; keep one", hand_over.id);
                    return Err(Violation::new("id", "DUPLICATE_ID", reason));
                }
                if self.unit(&hand_over.id).is_some() || self.employee(&hand_over.id).is_some() {
                    return Err(id_taken(&hand_over.id));
                }
                self.check_parties(hand_over)?;
                self.check_overlap(hand_over)
            };
            check().map_err(|violation| at("hand_overs", index, violation))?;
        }
        Ok(())
    }

    fn check_parties(&self, hand_over: &HandOver) -> Result<(), Violation> {
        for (field, id) in [("from", &hand_over.from), ("to", &hand_over.to)] {
            if self.employee(id).is_none() {
                let reason = format!("`{id}` is not an employee; define it in the same file or before");
                return Err(Violation::new(field, "UNKNOWN_EMPLOYEE", reason));
            }
        }
        Ok(())
    }

    fn check_overlap(&self, hand_over: &HandOver) -> Result<(), Violation> {
        let mut others = self.hand_overs_from(&hand_over.from).filter(|other| other.id != hand_over.id);
        match others.find(|other| other.overlaps(hand_over)) {
            None => Ok(()),
            Some(other) => {
                let reason = format!(
                    "`{}` hands over the same customers of `{}` from {} on; end that hand-over before",
                    other.id, other.from, other.start
                );
                Err(Violation::new("start_date", "OVERLAPPING_HAND_OVERS", reason))
            }
        }
    }

    /// Checks codes that were already applied to this organisation.
    pub(super) fn check_codes(&self, codes: &[SourceCode]) -> Result<(), Violation> {
        let mut seen = BTreeSet::new();
        for (index, code) in codes.iter().enumerate() {
            let mut check = || {
                check_code(code)?;
                if !seen.insert(code.key()) {
                    let reason = format!("`{}` of `{}` is named twice; keep one", code.code, code.source);
                    return Err(Violation::new("code", "DUPLICATE_CODE", reason));
                }
                self.check_meanings(code)
            };
            check().map_err(|violation| at("codes", index, violation))?;
        }
        Ok(())
    }

    fn check_meanings(&self, code: &SourceCode) -> Result<(), Violation> {
        for (index, meaning) in code.meanings.iter().enumerate() {
            if self.unit(&meaning.id).is_none() && self.employee(&meaning.id).is_none() {
                let reason = format!(
                    "`{}` is neither a unit nor an employee; define it in the same file or before",
                    meaning.id
                );
                return Err(Violation::new(format!("meanings[{index}].id"), "UNKNOWN_ID", reason));
            }
        }
        Ok(())
    }
}

fn check_hand_over(hand_over: &HandOver) -> Result<(), Violation> {
    check_id("id", &hand_over.id)?;
    check_id("from", &hand_over.from)?;
    check_id("to", &hand_over.to)?;
    if hand_over.from == hand_over.to {
        let reason = "an employee cannot hand customers over to themselves; name another";
        return Err(Violation::new("to", "HANDED_TO_ITSELF", reason));
    }
    check_history("end_date", Some(hand_over.start), hand_over.end)?;
    if hand_over.is_for_all && !hand_over.customers.is_empty() {
        let reason = "`customers` cannot be given together with all customers; keep one of the two";
        return Err(Violation::new("customers", "CONTRADICTION", reason));
    }
    if hand_over.customers.len() > CUSTOMERS_MAX {
        let reason = format!(
            "{} pseudonyms are more than {CUSTOMERS_MAX}; use several hand-overs (a customer has one for each epoch of keys)",
            hand_over.customers.len()
        );
        return Err(Violation::new("customers", "TOO_MANY", reason));
    }
    for (index, customer) in hand_over.customers.iter().enumerate() {
        let field = format!("customers[{index}]");
        check_id(&field, customer)?;
        if customer.len() > CUSTOMER_BYTES_MAX {
            return Err(Violation::new(field, "TOO_LONG", "it is too long for a pseudonym; shorten it"));
        }
    }
    Ok(())
}

fn check_code(code: &SourceCode) -> Result<(), Violation> {
    check_id("source", &code.source)?;
    check_id("code", &code.code)?;
    check_count("meanings", code.meanings.len())?;
    let mut times: Vec<(Date, Date, usize)> = Vec::new();
    for (index, meaning) in code.meanings.iter().enumerate() {
        check_id(&format!("meanings[{index}].id"), &meaning.id)?;
        check_history(&format!("meanings[{index}].end_date"), meaning.start, meaning.end)?;
        times.push((meaning.start.unwrap_or(Date::MIN), meaning.end.unwrap_or(Date::MAX), index));
    }
    times.sort_unstable();
    for pair in times.windows(2) {
        let ((_, end, one), (start, _, other)) = (pair[0], pair[1]);
        if start <= end {
            let reason =
                format!("it overlaps meanings[{one}] from {start} on; a code has one meaning on a day");
            return Err(Violation::new(format!("meanings[{other}]"), "OVERLAPPING_MEANINGS", reason));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::organisation::employee::Employee;
    use crate::organisation::feed::Feed;
    use crate::organisation::source_code::Meaning;
    use crate::organisation::unit::Unit;

    fn bank() -> Organisation {
        let mut bank = Organisation::default();
        for id in ["a", "b", "c"] {
            bank.put_employee(Employee::new(id, id, None));
        }
        bank
    }

    fn hand_over(id: &str, from: &str, to: &str) -> HandOver {
        let (id, from, to) = (id.to_owned(), from.to_owned(), to.to_owned());
        let (start, customers) = (date(2026, 2, 15), Vec::new());
        HandOver { id, from, to, start, end: None, is_for_all: true, customers }
    }

    fn some(id: &str, customers: &[&str]) -> HandOver {
        let customers = customers.iter().map(|one| (*one).to_owned()).collect();
        HandOver { is_for_all: false, customers, ..hand_over(id, "a", "b") }
    }

    fn said(hand_overs: Vec<HandOver>, codes: Vec<SourceCode>) -> String {
        let feed = Feed { hand_overs, codes, ..Feed::default() };
        bank().check(&feed).err().map_or(String::new(), |found| format!("{} {}", found.field, found.code))
    }

    #[test]
    fn hand_overs_that_make_no_sense_are_refused() {
        let ends = HandOver { end: Some(date(2026, 2, 14)), ..hand_over("1", "a", "b") };
        let both = HandOver { customers: vec!["x".into()], ..hand_over("1", "a", "b") };
        let many = HandOver { customers: vec!["x".into(); CUSTOMERS_MAX + 1], ..some("1", &[]) };
        let cases = [
            (vec![hand_over("", "a", "b")], "hand_overs[0].id MISSING_FIELD"),
            (vec![hand_over("c", "a", "b")], "hand_overs[0].id ID_OF_BOTH"),
            (vec![hand_over("1", "a", "a")], "hand_overs[0].to HANDED_TO_ITSELF"),
            (vec![hand_over("1", "x", "a")], "hand_overs[0].from UNKNOWN_EMPLOYEE"),
            (vec![hand_over("1", "a", "x")], "hand_overs[0].to UNKNOWN_EMPLOYEE"),
            (vec![ends], "hand_overs[0].end_date DATES_REVERSED"),
            (vec![both], "hand_overs[0].customers CONTRADICTION"),
            (vec![many], "hand_overs[0].customers TOO_MANY"),
            (vec![hand_over("1", "a", "b"), hand_over("1", "b", "c")], "hand_overs[1].id DUPLICATE_ID"),
            (
                vec![hand_over("1", "a", "b"), hand_over("2", "a", "c")],
                "hand_overs[0].start_date OVERLAPPING_HAND_OVERS",
            ),
            (
                vec![some("1", &["x", "y"]), some("2", &["y"])],
                "hand_overs[0].start_date OVERLAPPING_HAND_OVERS",
            ),
        ];
        for (hand_overs, expected) in cases {
            assert_eq!(said(hand_overs, Vec::new()), expected);
        }
        let sound =
            vec![some("1", &["x"]), some("2", &["y"]), hand_over("3", "a", "c"), hand_over("4", "c", "a")];
        assert_eq!(said(sound, Vec::new()), "");
    }

    #[test]
    fn nobody_may_later_have_the_id_of_a_hand_over() {
        let mut bank = bank();
        bank.put_hand_over(hand_over("1", "a", "b"));
        let employees = Feed { employees: vec![Employee::new("1", "", None)], ..Feed::default() };
        let units = Feed { units: vec![Unit::new("1", "team", None, "")], ..Feed::default() };
        for feed in [employees, units] {
            assert_eq!(bank.check(&feed).unwrap_err().code, "ID_OF_BOTH");
        }
    }

    #[test]
    fn codes_that_make_no_sense_are_refused() {
        let meaning = |id: &str, start, end| Meaning { id: id.into(), start, end };
        let code = |meanings| SourceCode { source: "core".into(), code: "T1".into(), meanings };
        let day = |day| Some(date(2026, 2, day));
        let cases = [
            (vec![SourceCode { source: "".into(), ..code(vec![]) }], "codes[0].source MISSING_FIELD"),
            (vec![SourceCode { code: "".into(), ..code(vec![]) }], "codes[0].code MISSING_FIELD"),
            (vec![code(vec![meaning("x", None, None)])], "codes[0].meanings[0].id UNKNOWN_ID"),
            (vec![code(vec![meaning("a", day(2), day(1))])], "codes[0].meanings[0].end_date DATES_REVERSED"),
            (
                vec![code(vec![meaning("a", None, day(2)), meaning("b", day(2), None)])],
                "codes[0].meanings[1] OVERLAPPING_MEANINGS",
            ),
            (vec![code(vec![]), code(vec![])], "codes[1].code DUPLICATE_CODE"),
        ];
        for (codes, expected) in cases {
            assert_eq!(said(Vec::new(), codes), expected);
        }
        assert_eq!(
            said(Vec::new(), vec![code(vec![meaning("a", None, day(1)), meaning("b", day(2), None)])]),
            ""
        );
    }
}
