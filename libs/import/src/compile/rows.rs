//! Compiles what selects rows: the file, conditions, repetitions and lookups; and resolves the names in
//! templates.

use std::collections::BTreeSet;

use toml::Spanned;

use super::compiler::Compiler;
use super::name::{NameError, column_of};
use crate::condition::Condition;
use crate::model::{For, Lookup, Lookups, Text};
use crate::plan::{Binding, LookupRule, RowRule};
use crate::problem::{Reason, nearest};
use crate::template::{At, Name, Ready, Template};

/// The most repetitions of a row.
const REPEATS_MAX: usize = 10_000;

/// The keys that select rows, in every part of a mapping that reads some.
pub struct Parts<'m> {
    from: &'m Spanned<String>,
    when: &'m Option<Spanned<String>>,
    repeat: &'m For,
    lookups: &'m Lookups,
}

impl<'m> Parts<'m> {
    pub fn of(
        from: &'m Spanned<String>,
        when: &'m Option<Spanned<String>>,
        repeat: &'m For,
        lookups: &'m Lookups,
    ) -> Parts<'m> {
        Parts { from, when, repeat, lookups }
    }
}

/// The names that templates of one section may use.
pub struct Scope {
    input: usize,
    variables: Vec<String>,
    bindings: Vec<Binding>,
}

impl Compiler<'_> {
    /// The rows of a section, and the names that it may use. The lookups that it used go into the rule at the
    /// end.
    pub(super) fn rows(&mut self, place: &str, parts: Parts) -> Option<(RowRule, Scope)> {
        let input = self.input(&format!("{place}.from"), parts.from)?;
        let mut scope = Scope { input, variables: Vec::new(), bindings: Vec::new() };
        for variable in parts.repeat.keys() {
            if self.inputs.get(input).is_some_and(|input| input.column(variable).is_some()) {
                let reason = format!("`{variable}` of `for` is a column too; rename it");
                self.problem(parts.from, &format!("{place}.for"), reason);
            }
            scope.variables.push(variable.clone());
        }
        self.bind(&mut scope, place, parts.lookups);
        let rule = RowRule {
            place: place.to_owned(),
            input,
            when: self.condition(&scope, &format!("{place}.when"), parts.when.as_ref()),
            repeats: self.repeats(place, parts.from, parts.repeat),
            bindings: self.bindings_of(&scope),
        };
        Some((rule, scope))
    }

    /// A template that a section must have.
    pub(super) fn template(&mut self, scope: &Scope, place: &str, text: &Text) -> Ready {
        let Some(parsed) = self.parsed(place, text) else { return Template::of_text("") };
        let resolved = parsed.resolve(|name| self.find(scope, name));
        let resolved = resolved.map_err(|error: NameError| Reason::from(error).in_text(&text.get_ref().0));
        self.noted(text, place, resolved).unwrap_or_else(|| Template::of_text(""))
    }

    /// A template that a section may have.
    pub(super) fn optional(&mut self, scope: &Scope, place: &str, text: Option<&Text>) -> Option<Ready> {
        text.map(|text| self.template(scope, place, text))
    }

    /// A condition that a section may have.
    pub(super) fn condition(
        &mut self,
        scope: &Scope,
        place: &str,
        text: Option<&Spanned<String>>,
    ) -> Option<Condition<At>> {
        let text = text?;
        let parsed = Condition::parse(text.get_ref(), &self.maps).map_err(Reason::from);
        let resolved = parsed
            .and_then(|parsed| parsed.resolve(&mut |name| self.find(scope, name)).map_err(Reason::from))
            .map_err(|reason| reason.in_text(text.get_ref()));
        self.noted(text, place, resolved)
    }

    /// Binds lookups in an order in which each key uses only lookups bound before it.
    fn bind(&mut self, scope: &mut Scope, place: &str, lookups: &Lookups) {
        let mut waiting: Vec<(&String, &Spanned<Lookup>)> = lookups.iter().collect();
        while !waiting.is_empty() {
            let names: BTreeSet<String> = waiting.iter().map(|(name, _)| (*name).clone()).collect();
            let maps = &self.maps;
            let free = |lookup: &Lookup| {
                let parsed = Template::parse(&lookup.key.get_ref().0, maps);
                parsed.map_or(true, |key| {
                    !key.names().any(|name| name.lookup.as_ref().is_some_and(|other| names.contains(other)))
                })
            };
            let (ready, later): (Vec<_>, Vec<_>) =
                waiting.into_iter().partition(|(_, lookup)| free(lookup.get_ref()));
            if ready.is_empty() {
                for (name, lookup) in &later {
                    let reason =
                        "its key needs itself, by way of other lookups; start from a column of the row";
                    self.problem(*lookup, &format!("{place}.lookup.{name}"), reason);
                }
                return;
            }
            for (name, lookup) in ready {
                self.bind_one(scope, &format!("{place}.lookup.{name}"), name, lookup.get_ref());
            }
            waiting = later;
        }
    }

    fn bind_one(&mut self, scope: &mut Scope, place: &str, name: &str, lookup: &Lookup) {
        let Some(input) = self.input(&format!("{place}.in"), &lookup.r#in) else { return };
        let key = self.template(scope, &format!("{place}.key"), &lookup.key);
        let other = Scope { input, variables: Vec::new(), bindings: Vec::new() };
        let on = self.template(&other, &format!("{place}.on"), &lookup.on);
        let when = self.condition(&other, &format!("{place}.when"), lookup.when.as_ref());
        let written =
            (lookup.on.get_ref().0.clone(), lookup.when.as_ref().map(|when| when.get_ref().clone()));
        let known = self.lookups.iter().position(|rule| rule.input == input && rule.written == written);
        let index = known.unwrap_or_else(|| {
            self.lookups.push(LookupRule { input, on, when, written, columns: Vec::new() });
            self.lookups.len() - 1
        });
        scope.bindings.push(Binding { name: name.to_owned(), lookup: index, key, optional: lookup.optional });
    }

    fn bindings_of(&self, scope: &Scope) -> Vec<Binding> {
        let copy = |binding: &Binding| Binding {
            name: binding.name.clone(),
            lookup: binding.lookup,
            key: binding.key.clone(),
            optional: binding.optional,
        };
        scope.bindings.iter().map(copy).collect()
    }

    /// Every combination of the variables' values.
    fn repeats(&mut self, place: &str, at: &Spanned<String>, repeat: &For) -> Vec<Vec<String>> {
        let mut combinations = vec![Vec::new()];
        for (variable, values) in repeat {
            if values.is_empty() || combinations.len().saturating_mul(values.len()) > REPEATS_MAX {
                let reason = format!(
                    "`{variable}` gives no or more than {REPEATS_MAX} repetitions; list fewer values"
                );
                self.problem(at, &format!("{place}.for"), reason);
                return Vec::new();
            }
            let longer = |combination: &Vec<String>| {
                let start = combination.clone();
                values.iter().map(move |value| {
                    let mut combination = start.clone();
                    combination.push(value.0.clone());
                    combination
                })
            };
            combinations = combinations.iter().flat_map(longer).collect();
        }
        combinations
    }

    /// Where the value of a name is found.
    fn find(&mut self, scope: &Scope, name: &Name) -> Result<At, NameError> {
        let Some(lookup) = &name.lookup else {
            if let Some(index) = scope.variables.iter().position(|variable| *variable == name.column) {
                return Ok(At::Variable(index));
            }
            return self.column(scope.input, &name.column).map(At::Column);
        };
        let unknown = || {
            let hint = nearest(lookup, scope.bindings.iter().map(|binding| binding.name.as_str()));
            NameError::UnknownLookup { name: lookup.clone(), hint }
        };
        let index = scope.bindings.iter().position(|binding| binding.name == *lookup).ok_or_else(unknown)?;
        let rule = scope.bindings.get(index).map(|binding| binding.lookup).ok_or_else(unknown)?;
        let input = self.lookups.get(rule).map_or(scope.input, |rule| rule.input);
        let column = self.column(input, &name.column)?;
        let columns = self.lookups.get_mut(rule).map(|rule| &mut rule.columns).ok_or_else(unknown)?;
        let slot = columns.iter().position(|kept| *kept == column).unwrap_or_else(|| {
            columns.push(column);
            columns.len() - 1
        });
        Ok(At::Lookup { lookup: index, slot })
    }

    fn column(&self, input: usize, name: &str) -> Result<usize, NameError> {
        let unknown = || NameError::UnknownColumn {
            file: String::new(),
            name: name.to_owned(),
            hint: "there is no file for it".to_owned(),
        };
        column_of(self.inputs.get(input).ok_or_else(unknown)?, name)
    }
}
