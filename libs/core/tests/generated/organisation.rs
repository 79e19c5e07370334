//! Generated organisations: trees with gaps, members of unknown units, employees without a unit, later
//! revisions; change sets that are closed, miscounted, interrupted or left open. Histories of units and
//! employees are generated elsewhere.

use longhu_core::control::{Decision, Payload};
use longhu_core::organisation::{Employee, Unit};
use proptest::prelude::*;

use crate::generated::histories::{employee, unit};
use crate::generated::naming::naming;

/// The kinds of units, from the top.
pub const KINDS: [&str; 4] = ["branch", "sub_branch", "outlet", "team"];
/// How many units there can be.
pub const UNITS: usize = 10;

/// How a run of decisions on the organisation gets into the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// As single decisions.
    Alone,
    /// As a change set that is closed.
    Whole,
    /// As a change set whose close has a wrong count.
    Miscounted,
    /// As a change set that another decision interrupts before its close.
    Interrupted,
    /// As a change set that is never closed.
    Open,
}

/// The id of a unit.
pub fn unit_id(number: usize) -> String {
    format!("u{number}")
}

/// The id of an employee.
pub fn employee_id(number: usize) -> String {
    format!("p{number}")
}

/// Decisions in runs. Runs may come in any order, but the decisions of one run depend on those before them.
pub fn organisation() -> impl Strategy<Value = Vec<Vec<Decision>>> {
    let employees = prop_oneof![
        10 => prop::collection::vec(employee(), 6..14),
        1 => prop::collection::vec(employee(), 40..60),
    ];
    let units = (2usize..=4).prop_flat_map(|kinds| prop::collection::vec(unit(kinds), 4..=UNITS));
    let runs = prop::collection::vec((1usize..5, fate()), 90);
    (units, employees, naming(), runs).prop_map(|(units, employees, naming, runs)| {
        let mut decisions = Vec::new();
        for (number, (first, second)) in units.into_iter().enumerate() {
            decisions.push(of_unit(first.unit(number), 1));
            decisions.extend(second.map(|second| of_unit(second.unit(number), 2)));
        }
        for (number, (first, second)) in employees.into_iter().enumerate() {
            decisions.push(of_employee(first.employee(number), 1));
            decisions.extend(second.map(|second| of_employee(second.employee(number), 2)));
        }
        for (place, decision) in naming {
            decisions.insert(place.index(decisions.len() + 1), decision);
        }
        into_runs(decisions, &runs)
    })
}

fn of_unit(unit: Unit, revision: u64) -> Decision {
    decision(&unit.id.clone(), revision, Payload::Unit(unit))
}

fn of_employee(employee: Employee, revision: u64) -> Decision {
    decision(&employee.id.clone(), revision, Payload::Employee(employee))
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        10 => Just(Fate::Alone),
        10 => Just(Fate::Whole),
        1 => Just(Fate::Miscounted),
        1 => Just(Fate::Interrupted),
        1 => Just(Fate::Open),
    ]
}

fn into_runs(decisions: Vec<Decision>, runs: &[(usize, Fate)]) -> Vec<Vec<Decision>> {
    let mut decisions = decisions.into_iter().peekable();
    let mut result = Vec::new();
    for (number, (size, fate)) in runs.iter().cycle().enumerate() {
        if decisions.peek().is_none() {
            break;
        }
        let own: Vec<Decision> = decisions.by_ref().take(*size).collect();
        if *fate == Fate::Alone {
            result.extend(own.into_iter().map(|decision| vec![decision]));
            continue;
        }
        result.push(into_set(own, &format!("set-{number}"), *fate));
    }
    result
}

fn into_set(mut own: Vec<Decision>, name: &str, fate: Fate) -> Vec<Decision> {
    let count = own.len() as u32;
    own.iter_mut().for_each(|decision| decision.change_set = name.to_owned());
    let close = |count| Decision { change_set: name.to_owned(), ..decision("", 1, Payload::Close { count }) };
    match fate {
        Fate::Alone | Fate::Open => {}
        Fate::Whole => own.push(close(count)),
        Fate::Miscounted => own.push(close(count + 1)),
        Fate::Interrupted => {
            let unit = Unit::new(&format!("of-{name}"), KINDS[0], None, "");
            own.push(decision(&unit.id.clone(), 1, Payload::Unit(unit)));
            own.push(close(count));
        }
    }
    own
}

/// A decision outside a change set.
pub fn decision(key: &str, revision: u64, payload: Payload) -> Decision {
    let (principal, change_set) = ("hq".to_owned(), String::new());
    Decision { principal, key: key.to_owned(), revision, change_set, payload }
}
