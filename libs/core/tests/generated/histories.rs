//! Generated histories of units and employees: they open, close, merge, move, are renamed and transferred on
//! days around the edges of periods, with gaps, and later revisions change their histories. Each history
//! passes the check on its own. Whether the tree is valid on every day is random, because the fold must give
//! the same result anyway.

use longhu_core::organisation::{Employee, Membership, Unit, UnitChange};
use proptest::prelude::*;
use proptest::sample::select;

use crate::generated::contests::{PERIODS, day};
use crate::generated::organisation::{KINDS, UNITS, employee_id, unit_id};

/// Few names, so that there are ties.
const NAMES: [&str; 6] = ["王芳", "李伟", "Li", "li", "Wang", ""];

/// A unit that has no number yet.
#[derive(Clone, Debug)]
pub struct UnitDraft {
    kind: usize,
    above: Option<usize>,
    name: usize,
    times: UnitTimes,
}

#[derive(Clone, Debug, Default)]
struct UnitTimes {
    start: Option<i64>,
    end: Option<i64>,
    changes: Vec<(i64, Change)>,
    /// The unit it is merged into, and whether that may have a higher number.
    into: Option<(usize, bool)>,
}

#[derive(Clone, Debug)]
enum Change {
    Parent(Option<usize>),
    Name(usize),
    Both(Option<usize>, usize),
}

/// An employee who has no number yet.
#[derive(Clone, Debug)]
pub struct EmployeeDraft {
    name: usize,
    units: Vec<usize>,
    times: EmployeeTimes,
}

#[derive(Clone, Debug)]
enum EmployeeTimes {
    /// Never in a unit.
    Nowhere,
    /// In the first unit, without dates.
    Always,
    /// In one unit after the other.
    Dated {
        /// The first days of all memberships except the first.
        turns: Vec<i64>,
        /// Whether there is the first membership, which has no first day.
        from_ever: bool,
        /// Whether there is the last membership, which has no last day.
        for_ever: bool,
        /// By how many days each membership ends early.
        gaps: Vec<i64>,
        /// A secondary membership in the last unit, listed first or last.
        secondary: Option<(Option<i64>, Option<i64>, bool)>,
    },
}

/// A unit of one of the first `kinds` kinds, and a later revision.
pub fn unit(kinds: usize) -> impl Strategy<Value = (UnitDraft, Option<UnitDraft>)> {
    let place = move || (0..kinds, above(), 0..NAMES.len());
    let draft = move || {
        (place(), unit_times()).prop_map(|((kind, above, name), times)| UnitDraft {
            kind,
            above,
            name,
            times,
        })
    };
    (draft(), prop::option::weighted(0.75, (draft(), prop::bool::weighted(0.8)))).prop_map(
        |(first, second)| {
            let second = second.map(|(second, is_same)| match is_same {
                true => UnitDraft { times: second.times, ..first.clone() },
                false => second,
            });
            (first, second)
        },
    )
}

/// An employee, and a later revision.
pub fn employee() -> impl Strategy<Value = (EmployeeDraft, Option<EmployeeDraft>)> {
    let draft = || {
        let units = prop::collection::vec(0usize..UNITS, 5);
        (0..NAMES.len(), units, employee_times()).prop_map(|(name, units, times)| EmployeeDraft {
            name,
            units,
            times,
        })
    };
    (draft(), prop::option::weighted(0.6, (draft(), any::<bool>()))).prop_map(|(first, second)| {
        // Half of the corrections only change the dates of transfers.
        let second = second.map(|(second, is_same)| match is_same {
            true => EmployeeDraft { times: second.times, ..first.clone() },
            false => second,
        });
        (first, second)
    })
}

fn above() -> impl Strategy<Value = Option<usize>> {
    prop::option::weighted(0.8, 0usize..UNITS)
}

/// A day on which something changes.
pub fn turn() -> impl Strategy<Value = i64> {
    let edges: Vec<i64> =
        PERIODS.iter().flat_map(|(first, last)| [first - 1, *first, first + 1, *last, last + 1]).collect();
    prop_oneof![select(edges), 9i64..22]
}

fn unit_times() -> impl Strategy<Value = UnitTimes> {
    let change = prop_oneof![
        2 => above().prop_map(Change::Parent),
        3 => (0..NAMES.len()).prop_map(Change::Name),
        1 => (above(), 0..NAMES.len()).prop_map(|(above, name)| Change::Both(above, name)),
    ];
    let into = (0usize..UNITS, prop::bool::weighted(0.6));
    let dated = (
        prop::option::weighted(0.25, turn()),
        prop::option::weighted(0.45, turn()),
        prop::collection::vec((turn(), change), 1..4),
        prop::option::weighted(0.55, into),
    );
    let dated = dated.prop_map(|(start, end, mut changes, into)| {
        let (start, end) = in_order(start, end);
        let is_open = |day: i64| start.is_none_or(|start| start <= day) && end.is_none_or(|end| day <= end);
        changes.retain(|(day, _)| is_open(*day));
        changes.sort_by_key(|(day, _)| *day);
        changes.dedup_by_key(|(day, _)| *day);
        UnitTimes { start, end, changes, into: into.filter(|_| end.is_some()) }
    });
    prop_oneof![1 => Just(UnitTimes::default()), 2 => dated]
}

fn employee_times() -> impl Strategy<Value = EmployeeTimes> {
    let secondary = (prop::option::weighted(0.5, turn()), prop::option::weighted(0.5, turn()), any::<bool>())
        .prop_map(|(start, end, is_first)| {
            let (start, end) = in_order(start, end);
            (start, end, is_first)
        });
    let dated = (
        prop::collection::btree_set(turn(), 1..4),
        prop::bool::weighted(0.8),
        prop::bool::weighted(0.8),
        prop::collection::vec(select(vec![0i64, 0, 0, 0, 1, 3, 100]), 4),
        prop::option::weighted(0.3, secondary),
    );
    let dated = dated.prop_map(|(turns, from_ever, for_ever, gaps, secondary)| EmployeeTimes::Dated {
        turns: turns.into_iter().collect(),
        from_ever,
        for_ever,
        gaps,
        secondary,
    });
    // An employee who left before a period or joined after it does not take part.
    let half = (select(vec![3i64, 10, 20, 21, 34, 41]), any::<bool>()).prop_map(|(turn, left)| {
        let (from_ever, for_ever) = (left, !left);
        EmployeeTimes::Dated { turns: vec![turn], from_ever, for_ever, gaps: vec![0; 2], secondary: None }
    });
    prop_oneof![
        1 => Just(EmployeeTimes::Nowhere),
        4 => Just(EmployeeTimes::Always),
        9 => dated,
        2 => half,
    ]
}

fn in_order(start: Option<i64>, end: Option<i64>) -> (Option<i64>, Option<i64>) {
    match (start, end) {
        (Some(start), Some(end)) => (Some(start.min(end)), Some(start.max(end))),
        open => open,
    }
}

impl UnitDraft {
    /// The unit with this number. Its parent has a lower number; without one, the parent is never defined.
    pub fn unit(&self, number: usize) -> Unit {
        let id_above = |above: usize| match number {
            0 => "u-nobody".to_owned(),
            _ => unit_id(above % number),
        };
        let name = |name: usize| NAMES[name].to_owned();
        let changes = self.times.changes.iter().map(|(date, change)| {
            let (parent, name) = match change {
                Change::Parent(above) => (Some(above.map(id_above)), None),
                Change::Name(other) => (None, Some(name(*other))),
                Change::Both(above, other) => (Some(above.map(id_above)), Some(name(*other))),
            };
            UnitChange { date: day(*date), parent, name }
        });
        // Sometimes two units are merged into each other, or one into a unit below itself.
        let into = self.times.into.map(|(into, is_any)| match is_any {
            true if into != number => unit_id(into),
            _ => id_above(into),
        });
        let parent = self.above.map(id_above);
        Unit {
            start: self.times.start.map(day),
            end: self.times.end.map(day),
            changes: changes.collect(),
            merged_into: into,
            ..Unit::new(&unit_id(number), KINDS[self.kind], parent.as_deref(), NAMES[self.name])
        }
    }
}

impl EmployeeDraft {
    /// The employee with this number.
    pub fn employee(&self, number: usize) -> Employee {
        let first = unit_id(self.units[0]);
        let unit = (!matches!(self.times, EmployeeTimes::Nowhere)).then_some(first.as_str());
        let mut employee = Employee::new(&employee_id(number), NAMES[self.name], unit);
        if let EmployeeTimes::Dated { turns, from_ever, for_ever, gaps, secondary } = &self.times {
            employee.memberships = self.one_after_the_other(turns, *from_ever, *for_ever, gaps);
            if let Some((start, end, is_first)) = secondary {
                let beside = self.membership(4, *start, *end);
                let at = if *is_first { 0 } else { employee.memberships.len() };
                employee.memberships.insert(at, Membership { is_secondary: true, ..beside });
            }
        }
        employee
    }

    fn one_after_the_other(
        &self,
        turns: &[i64],
        from_ever: bool,
        for_ever: bool,
        gaps: &[i64],
    ) -> Vec<Membership> {
        let mut memberships = Vec::new();
        for (at, gap) in gaps.iter().enumerate().take(turns.len() + 1) {
            let start = at.checked_sub(1).map(|before| turns[before]);
            let end = turns.get(at).map(|next| next - 1 - gap);
            let is_there = match (start, end) {
                (None, _) => from_ever,
                (_, None) => for_ever,
                (Some(start), Some(end)) => start <= end,
            };
            if is_there {
                memberships.push(self.membership(at, start, end));
            }
        }
        memberships
    }

    fn membership(&self, at: usize, start: Option<i64>, end: Option<i64>) -> Membership {
        let (unit, role) = (unit_id(self.units[at]), "teller".to_owned());
        Membership { unit, start: start.map(day), end: end.map(day), role, is_secondary: false }
    }
}
