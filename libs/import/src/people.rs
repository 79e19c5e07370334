//! Employees from rows: one row each, or one for each time in a unit. Equal rows count once; contradicting
//! rows are refused.

use std::collections::HashMap;

use jiff::civil::Date;
use longhu_client::problems::Problem;
use longhu_core::organisation::{Employee, Membership};
use longhu_core::types::violation::Violation;

use crate::plan::EmployeeRule;
use crate::row_field::{Origin, contradiction, day, flag, optional, text};
use crate::values::Context;

#[derive(Debug, Default)]
pub struct People {
    /// In the order of their first rows.
    pub employees: Vec<Employee>,
    told: Vec<Told>,
    by_id: HashMap<String, usize>,
}

/// What rows have said about one employee so far.
#[derive(Debug)]
struct Told {
    name: bool,
    unit: bool,
    is_history: bool,
    origin: Origin,
    /// One for each membership.
    memberships: Vec<Origin>,
}

impl EmployeeRule {
    /// Whether a row tells one of several times in a unit rather than everything about an employee.
    fn is_history(&self) -> bool {
        self.start_date.is_some() || self.end_date.is_some() || self.secondary.is_some()
    }
}

impl People {
    /// Adds a row about an employee.
    ///
    /// # Errors
    /// What is wrong with it, or that it contradicts an earlier row.
    pub fn add(&mut self, rule: &EmployeeRule, context: &Context, origin: Origin) -> Result<(), Violation> {
        let id = text("id", &rule.id, context)?.unwrap_or_default();
        let name = optional("name", rule.name.as_ref(), context)?.unwrap_or_default();
        let membership = membership_of(rule, context)?;
        let known = self.by_id.get(&id).copied();
        let Some((employee, told)) =
            known.and_then(|index| Some((self.employees.get_mut(index)?, self.told.get_mut(index)?)))
        else {
            self.by_id.insert(id.clone(), self.employees.len());
            self.told.push(Told {
                name: rule.name.is_some(),
                unit: rule.unit.is_some(),
                is_history: rule.is_history(),
                memberships: membership.iter().map(|_| origin.clone()).collect(),
                origin,
            });
            self.employees.push(Employee { id, name, memberships: membership.into_iter().collect() });
            return Ok(());
        };
        let other_name = rule.name.is_some() && told.name && employee.name != name;
        let is_told = match &membership {
            Some(membership) => employee.memberships.contains(membership),
            None => employee.memberships.is_empty(),
        };
        // Names and memberships may come from two files.
        let is_new = !told.unit || (told.is_history && rule.is_history());
        if other_name || (rule.unit.is_some() && !is_told && !is_new) {
            return Err(contradiction(&id, told.origin.line()));
        }
        if rule.name.is_some() && !told.name {
            (employee.name, told.name) = (name, true);
        }
        if rule.unit.is_some() && !told.unit {
            (told.unit, told.is_history) = (true, rule.is_history());
        }
        if let Some(membership) = membership.filter(|_| !is_told) {
            employee.memberships.push(membership);
            told.memberships.push(origin);
        }
        Ok(())
    }

    /// The id of each employee, with the row that it comes from.
    pub fn ids(&self) -> impl Iterator<Item = (&str, &Origin)> {
        self.employees.iter().map(|one| one.id.as_str()).zip(self.told.iter().map(|told| &told.origin))
    }

    /// Sorts memberships by their days, whatever the order of the rows.
    pub fn sort(&mut self) {
        for (employee, told) in self.employees.iter_mut().zip(&mut self.told) {
            let origins = std::mem::take(&mut told.memberships);
            let mut memberships: Vec<(Membership, Origin)> =
                std::mem::take(&mut employee.memberships).into_iter().zip(origins).collect();
            memberships.sort_by_cached_key(|(one, _)| {
                let days = (one.start.unwrap_or(Date::MIN), one.end.unwrap_or(Date::MAX));
                (days, one.is_secondary, one.unit.clone(), one.role.clone())
            });
            (employee.memberships, told.memberships) = memberships.into_iter().unzip();
        }
    }

    /// The row that a problem of an employee comes from, and the problem with the row's own field.
    pub fn locate(&self, index: usize, problem: Problem) -> Option<(&Origin, Problem)> {
        let told = self.told.get(index)?;
        let place = problem.field.strip_prefix("memberships[").and_then(|rest| rest.split_once(']'));
        let Some((number, field)) = place else { return Some((&told.origin, problem)) };
        let origin = number.parse().ok().and_then(|number: usize| told.memberships.get(number))?;
        let field = field.strip_prefix('.').unwrap_or("unit").to_owned();
        let mut reason = problem.reason;
        for (number, other) in told.memberships.iter().enumerate() {
            reason = reason.replace(&format!("memberships[{number}]"), &format!("line {}", other.line()));
        }
        Some((origin, Problem { field, reason, ..problem }))
    }
}

fn membership_of(rule: &EmployeeRule, context: &Context) -> Result<Option<Membership>, Violation> {
    let unit = optional("unit", rule.unit.as_ref(), context)?.filter(|unit| !unit.is_empty());
    let start = day("start_date", rule.start_date.as_ref(), context)?;
    let end = day("end_date", rule.end_date.as_ref(), context)?;
    let Some(unit) = unit else {
        if start.or(end).is_none() {
            return Ok(None);
        }
        let reason = "the row has days, but no unit; give it one, or leave it out with `when`";
        return Err(Violation::new("unit", "MISSING_FIELD", reason));
    };
    let role = optional("role", rule.role.as_ref(), context)?.unwrap_or_default();
    let is_secondary = flag("secondary", rule.secondary.as_ref(), context)?;
    Ok(Some(Membership { unit, start, end, role, is_secondary }))
}
