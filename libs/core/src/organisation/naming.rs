//! Whom a name in an event means: first a source's code is replaced by its meaning on the business date, then
//! hand-overs of the event's customer are followed in the order of their first days. Memberships play no part
//! here.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::organisation::hand_over::HandOver;
use crate::organisation::in_force::Organisation;
use crate::organisation::source_code::SourceCode;

/// How an event uses a name. An adapter may use a unit as a creditor, or an employee as a branch; neither is
/// accepted as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A creditor.
    Employee,
    /// A branch.
    Unit,
}

/// A name as it is used in an event.
#[derive(Clone, Copy, Debug)]
pub struct Naming<'a> {
    /// The id or code.
    pub name: &'a str,
    /// How the event uses it.
    pub role: Role,
    /// The event's source.
    pub source: &'a str,
    /// The event's customer, by pseudonym; may be empty.
    pub customer: &'a str,
    /// The day for which it is resolved.
    pub date: Date,
}

impl Organisation {
    /// Whether a name can mean something other than itself.
    pub fn is_ambiguous(&self, name: &str) -> bool {
        self.codes.contains_key(name) || self.hand_overs_from.contains_key(name)
    }

    /// Whom a name means; `None` if the source uses it as a code that has no meaning on the day.
    pub fn meant<'a>(&'a self, naming: Naming<'a>) -> Option<&'a str> {
        let code = self.codes.get(naming.name).and_then(|codes| find(codes, naming.source));
        let mut meant = match code {
            Some(code) => code.on(naming.date)?,
            None => naming.name,
        };
        if naming.role == Role::Unit {
            return Some(meant);
        }
        // Each step goes to a later first day. So two employees who hand their customers to each other on the
        // same day swap them, and there is no endless loop.
        let mut after = None::<Date>;
        while let Some(next) = self.next_hand_over(meant, naming, after) {
            (meant, after) = (&next.to, Some(next.start));
        }
        Some(meant)
    }

    /// The earliest hand-over of this customer from an employee that begins after a day. On the same day, one
    /// that lists the customer comes before one of all customers, then the lowest id.
    fn next_hand_over(&self, from: &str, naming: Naming, after: Option<Date>) -> Option<&HandOver> {
        let own = self.hand_overs_from.get(from)?.iter().filter_map(|id| self.hand_overs.get(id));
        own.filter(|one| one.covers(naming.date) && one.is_about(naming.customer))
            .filter(|one| after.is_none_or(|after| after < one.start))
            .min_by_key(|one| (one.start, one.is_for_all, &one.id))
    }

    /// Every name that can mean one of these ids, on any day and for any customer, including the ids
    /// themselves.
    pub fn names_that_may_mean<'a>(&'a self, ids: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
        let mut names = BTreeSet::new();
        let mut open: Vec<&str> = ids.into_iter().collect();
        while let Some(name) = open.pop() {
            if names.insert(name) {
                open.extend(self.named_as.get(name).into_iter().flatten().map(String::as_str));
            }
        }
        names
    }

    /// A source's code.
    pub fn code(&self, source: &str, code: &str) -> Option<&SourceCode> {
        find(self.codes.get(code)?, source)
    }

    /// The hand-over of that id.
    pub fn hand_over(&self, id: &str) -> Option<&HandOver> {
        self.hand_overs.get(id)
    }

    /// All hand-overs by id.
    pub fn hand_overs(&self) -> impl Iterator<Item = &HandOver> {
        self.hand_overs.values()
    }

    /// The hand-overs that move customers away from an employee.
    pub fn hand_overs_from<'a>(&'a self, employee: &str) -> impl Iterator<Item = &'a HandOver> {
        let ids = self.hand_overs_from.get(employee).into_iter().flatten();
        ids.filter_map(|id| self.hand_overs.get(id))
    }

    /// All codes, in no order.
    pub fn codes(&self) -> impl Iterator<Item = &SourceCode> {
        self.codes.values().flatten()
    }

    /// Adds a hand-over, or replaces the one with the same id and returns the old one.
    pub fn put_hand_over(&mut self, hand_over: HandOver) -> Option<HandOver> {
        let HandOver { id, from, to, .. } = &hand_over;
        self.named_as.entry(to.clone()).or_default().insert(from.clone());
        self.hand_overs_from.entry(from.clone()).or_default().insert(id.clone());
        let before = self.hand_overs.insert(id.clone(), hand_over);
        if let Some(before) = &before
            && self.hand_overs.get(&before.id).is_some_and(|now| now.from != before.from)
            && let Some(ids) = self.hand_overs_from.get_mut(&before.from)
        {
            ids.remove(&before.id);
            if ids.is_empty() {
                self.hand_overs_from.remove(&before.from);
            }
        }
        before
    }

    /// Adds a code, or replaces the same code of the same source and returns the old one.
    pub fn put_code(&mut self, code: SourceCode) -> Option<SourceCode> {
        for meaning in &code.meanings {
            self.named_as.entry(meaning.id.clone()).or_default().insert(code.code.clone());
        }
        let codes = self.codes.entry(code.code.clone()).or_default();
        match codes.iter_mut().find(|other| other.source == code.source) {
            Some(other) => Some(std::mem::replace(other, code)),
            None => {
                codes.push(code);
                None
            }
        }
    }
}

fn find<'a>(codes: &'a [SourceCode], source: &str) -> Option<&'a SourceCode> {
    codes.iter().find(|code| code.source == source)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::organisation::source_code::Meaning;

    fn hand_over(id: &str, from: &str, to: &str, start: Date) -> HandOver {
        let (id, from, to) = (id.to_owned(), from.to_owned(), to.to_owned());
        HandOver { id, from, to, start, end: None, is_for_all: true, customers: Vec::new() }
    }

    fn employee<'a>(name: &'a str, customer: &'a str, date: Date) -> Naming<'a> {
        Naming { name, role: Role::Employee, source: "core", customer, date }
    }

    const FIRST: Date = date(2026, 2, 1);
    const LATER: Date = date(2026, 2, 15);

    #[test]
    fn customers_go_on_with_each_hand_over_and_may_come_back() {
        let mut organisation = Organisation::default();
        organisation.put_hand_over(hand_over("1", "a", "b", FIRST));
        organisation.put_hand_over(hand_over("2", "b", "c", LATER));
        let meant = |organisation: &Organisation, name, date| {
            organisation.meant(employee(name, "", date)).unwrap().to_owned()
        };
        assert_eq!(meant(&organisation, "a", date(2026, 1, 31)), "a");
        assert_eq!(meant(&organisation, "a", FIRST), "b");
        assert_eq!(meant(&organisation, "a", LATER), "c");
        organisation.put_hand_over(hand_over("2", "b", "a", LATER));
        assert_eq!(meant(&organisation, "a", LATER), "a");
        assert_eq!(meant(&organisation, "b", LATER), "a");
        organisation.put_hand_over(hand_over("2", "b", "a", FIRST));
        assert_eq!([meant(&organisation, "a", FIRST), meant(&organisation, "b", FIRST)], ["b", "a"]);
    }

    #[test]
    fn one_that_names_the_customer_goes_before_one_for_all_and_ends_with_its_last_day() {
        let mut organisation = Organisation::default();
        organisation.put_hand_over(hand_over("all", "a", "b", FIRST));
        let (customers, end) = (vec!["p1.x".to_owned()], Some(LATER));
        let some = hand_over("some", "a", "c", FIRST);
        organisation.put_hand_over(HandOver { is_for_all: false, customers, end, ..some });
        let meant = |customer, date| organisation.meant(employee("a", customer, date)).unwrap();
        assert_eq!([meant("p1.x", LATER), meant("p1.y", LATER), meant("", LATER)], ["c", "b", "b"]);
        assert_eq!(meant("p1.x", date(2026, 2, 16)), "b");
    }

    #[test]
    fn a_code_means_somebody_in_its_source_only_and_nobody_on_other_days() {
        let mut organisation = Organisation::default();
        let meaning = |id: &str, start, end| Meaning { id: id.into(), start, end };
        let meanings = vec![meaning("a", None, Some(FIRST)), meaning("b", Some(LATER), None)];
        organisation.put_code(SourceCode { source: "core".into(), code: "T1".into(), meanings });
        organisation.put_hand_over(hand_over("1", "b", "c", LATER));
        assert_eq!(organisation.meant(employee("T1", "", FIRST)), Some("a"));
        assert_eq!(organisation.meant(employee("T1", "", date(2026, 2, 2))), None);
        assert_eq!(organisation.meant(employee("T1", "", LATER)), Some("c"));
        let elsewhere = Naming { source: "cards", ..employee("T1", "", FIRST) };
        assert_eq!(organisation.meant(elsewhere), Some("T1"));
        let names = organisation.names_that_may_mean(["c"]);
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["T1", "b", "c"]);
    }
}
