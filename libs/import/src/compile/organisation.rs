//! Compiles the organisation: rows that become units, their changes, their peer groups, and employees.

use super::compiler::Compiler;
use super::rows;
use crate::plan::{ChangeRule, EmployeeRule, PeerGroupRule, UnitRule};

impl Compiler<'_> {
    pub(super) fn units(&mut self) -> Vec<UnitRule> {
        let mut rules = Vec::new();
        for (index, unit) in self.model.organisation.units.iter().enumerate() {
            let place = format!("organisation.units[{index}]");
            let unit = unit.get_ref();
            let parts = rows::Parts::of(&unit.from, &unit.when, &unit.r#for, &unit.lookup);
            let Some((rows, scope)) = self.rows(&place, parts) else { continue };
            rules.push(UnitRule {
                kind: self.template(&scope, &format!("{place}.kind"), &unit.kind),
                id: self.template(&scope, &format!("{place}.id"), &unit.id),
                parent: self.optional(&scope, &format!("{place}.parent"), unit.parent.as_ref()),
                name: self.optional(&scope, &format!("{place}.name"), unit.name.as_ref()),
                start_date: self.day(&scope, &format!("{place}.start_date"), unit.start_date.as_ref()),
                end_date: self.day(&scope, &format!("{place}.end_date"), unit.end_date.as_ref()),
                merged_into: self.optional(
                    &scope,
                    &format!("{place}.merged_into"),
                    unit.merged_into.as_ref(),
                ),
                rows,
            });
        }
        rules
    }

    /// Rows that change units on a day.
    pub(super) fn changes(&mut self) -> Vec<ChangeRule> {
        let mut rules = Vec::new();
        for (index, change) in self.model.organisation.changes.iter().enumerate() {
            let place = format!("organisation.changes[{index}]");
            let change = change.get_ref();
            let parts = rows::Parts::of(&change.from, &change.when, &change.r#for, &change.lookup);
            let Some((rows, scope)) = self.rows(&place, parts) else { continue };
            if change.parent.is_none() && change.top.is_none() && change.name.is_none() {
                let reason = "it changes nothing; add `parent`, `top` or `name`";
                self.problem(&change.from, &place, reason);
            }
            let date = self.day(&scope, &format!("{place}.date"), Some(&change.date));
            let unit = self.template(&scope, &format!("{place}.unit"), &change.unit);
            let parent = self.optional(&scope, &format!("{place}.parent"), change.parent.as_ref());
            let top = self.optional(&scope, &format!("{place}.top"), change.top.as_ref());
            let name = self.optional(&scope, &format!("{place}.name"), change.name.as_ref());
            rules.extend(date.map(|date| ChangeRule { rows, unit, date, parent, top, name }));
        }
        rules
    }

    pub(super) fn peer_groups(&mut self) -> Vec<PeerGroupRule> {
        let mut rules = Vec::new();
        for (index, group) in self.model.organisation.peer_groups.iter().enumerate() {
            let place = format!("organisation.peer_groups[{index}]");
            let group = group.get_ref();
            let parts = rows::Parts::of(&group.from, &group.when, &group.r#for, &group.lookup);
            let Some((rows, scope)) = self.rows(&place, parts) else { continue };
            rules.push(PeerGroupRule {
                unit: self.template(&scope, &format!("{place}.unit"), &group.unit),
                label: self.template(&scope, &format!("{place}.label"), &group.label),
                start_date: self.day(&scope, &format!("{place}.start_date"), group.start_date.as_ref()),
                end_date: self.day(&scope, &format!("{place}.end_date"), group.end_date.as_ref()),
                rows,
            });
        }
        rules
    }

    pub(super) fn employees(&mut self) -> Vec<EmployeeRule> {
        let mut rules = Vec::new();
        for (index, employee) in self.model.organisation.employees.iter().enumerate() {
            let place = format!("organisation.employees[{index}]");
            let employee = employee.get_ref();
            let parts = rows::Parts::of(&employee.from, &employee.when, &employee.r#for, &employee.lookup);
            let Some((rows, scope)) = self.rows(&place, parts) else { continue };
            if employee.unit.is_none() && (employee.start_date.is_some() || employee.end_date.is_some()) {
                let reason = "it has days, but no `unit`; add one";
                self.problem(&employee.from, &format!("{place}.unit"), reason);
            }
            rules.push(EmployeeRule {
                id: self.template(&scope, &format!("{place}.id"), &employee.id),
                name: self.optional(&scope, &format!("{place}.name"), employee.name.as_ref()),
                unit: self.optional(&scope, &format!("{place}.unit"), employee.unit.as_ref()),
                start_date: self.day(&scope, &format!("{place}.start_date"), employee.start_date.as_ref()),
                end_date: self.day(&scope, &format!("{place}.end_date"), employee.end_date.as_ref()),
                role: self.optional(&scope, &format!("{place}.role"), employee.role.as_ref()),
                secondary: self.optional(&scope, &format!("{place}.secondary"), employee.secondary.as_ref()),
                rows,
            });
        }
        rules
    }
}
