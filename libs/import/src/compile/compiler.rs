//! What is known while a mapping is compiled, and the problems found in it so far.

use std::collections::BTreeMap;
use std::sync::Arc;

use longhu_core::catalogue::Catalogue;
use longhu_files::csv_file::Input;
use toml::Spanned;

use crate::model::{Mapping, Text};
use crate::plan::LookupRule;
use crate::problem::{Problem, Reason, line_of, nearest};
use crate::template::{Maps, Template};

/// The code of a mapping's own faults that have no code of their own; line and place tell them apart.
pub const BAD_MAPPING: &str = "BAD_MAPPING";

/// How much of a mapping is used. Of the rest only the shape is checked, and its files need not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// Only the organisation.
    Organisation,
}

/// What is known while a mapping is compiled.
pub struct Compiler<'m> {
    pub(super) text: &'m str,
    pub(super) model: &'m Mapping,
    pub(super) maps: Maps,
    pub(super) catalogue: Catalogue,
    /// Names of the files, in the order of `inputs`.
    pub(super) names: Vec<&'m str>,
    pub(super) inputs: Vec<Input>,
    pub(super) lookups: Vec<LookupRule>,
    pub(super) problems: Vec<Problem>,
}

impl<'m> Compiler<'m> {
    pub(super) fn new(text: &'m str, model: &'m Mapping, extent: Extent) -> Compiler<'m> {
        let table = |table: &BTreeMap<String, crate::model::Plain>| {
            Arc::new(table.iter().map(|(from, to)| (from.clone(), to.0.clone())).collect())
        };
        let mut catalogue = Catalogue::default();
        for name in &model.event_types {
            if !catalogue.knows(name.get_ref()) {
                catalogue.define(name.get_ref(), Vec::new());
            }
        }
        Compiler {
            text,
            model,
            maps: model.maps.iter().map(|(name, entries)| (name.clone(), table(entries))).collect(),
            catalogue,
            names: files_of(model, extent),
            inputs: Vec::new(),
            lookups: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Notes a problem at something in the mapping.
    pub(super) fn problem<T>(&mut self, at: &Spanned<T>, place: &str, reason: impl Into<String>) {
        self.problem_of(at, place, Reason { code: BAD_MAPPING, text: reason.into() });
    }

    /// The same, for a reason that has a code of its own.
    pub(super) fn problem_of<T>(&mut self, at: &Spanned<T>, place: &str, reason: Reason) {
        let line = line_of(self.text, &at.span());
        let Reason { code, text } = reason;
        self.problems.push(Problem { line, place: place.to_owned(), code, reason: text });
    }

    /// The value; a reason is noted as a problem.
    pub(super) fn noted<T, V>(
        &mut self,
        at: &Spanned<T>,
        place: &str,
        result: Result<V, Reason>,
    ) -> Option<V> {
        result.map_err(|reason| self.problem_of(at, place, reason)).ok()
    }

    /// The index of the file with that name.
    pub(super) fn input(&mut self, place: &str, name: &Spanned<String>) -> Option<usize> {
        let found = self.names.iter().position(|known| known == name.get_ref());
        if found.is_none() {
            let hint = nearest(name.get_ref(), self.names.iter().copied());
            self.problem(name, place, format!("there is no file `[files.{}]`; {hint}", name.get_ref()));
        }
        found
    }

    pub(super) fn parsed(&mut self, place: &str, text: &Text) -> Option<Template<()>> {
        let written = text.get_ref().0.as_str();
        let parsed =
            Template::parse(written, &self.maps).map_err(|error| Reason::from(error).in_text(written));
        self.noted(text, place, parsed)
    }
}

/// The names of the files that are used, in the order of their names.
fn files_of(model: &Mapping, extent: Extent) -> Vec<&str> {
    let all = model.files.keys().map(String::as_str);
    match extent {
        Extent::Whole => all.collect(),
        Extent::Organisation => {
            let named = model.organisation.files();
            all.filter(|name| named.contains(name)).collect()
        }
    }
}
