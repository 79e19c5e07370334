//! Turns a mapping into a plan: opens files, resolves names, parses templates. It collects all problems, each
//! with its line in the mapping. No row is read before the whole mapping is right.

mod compiler;
mod event;
mod fields;
mod files;
mod name;
mod organisation;
mod rows;

use std::path::{Path, PathBuf};

use longhu_proto::wire::control::v1 as control;

pub use compiler::Extent;

use self::compiler::{BAD_MAPPING, Compiler};
use crate::error::Error;
use crate::model::{Mapping, Source};
use crate::plan::{Plan, Section};
use crate::problem::{Problem, Problems, line_of};

/// Reads the mapping at that path. Its files are below `input_dir`, by default the mapping's own folder.
pub fn load(mapping: &Path, input_dir: Option<&Path>, extent: Extent) -> Result<Plan, Error> {
    let unreadable = |source| Error::Mapping { path: mapping.to_owned(), source };
    let text = std::fs::read_to_string(mapping).map_err(unreadable)?;
    let own_folder = mapping.parent().map_or_else(PathBuf::new, Path::to_owned);
    compile(&text, mapping, input_dir.unwrap_or(&own_folder), extent).map_err(Error::from)
}

/// Compiles the text of a mapping. Problems name it as `file`.
pub fn compile(text: &str, file: &Path, input_dir: &Path, extent: Extent) -> Result<Plan, Problems> {
    let problems = |mut list: Vec<Problem>| {
        list.sort_by(|a, b| (a.line, &a.place, &a.reason).cmp(&(b.line, &b.place, &b.reason)));
        // Every event that uses `[dates]` reports the same fault of it again.
        list.dedup_by(|a, b| a.line == b.line && a.reason == b.reason);
        Problems { file: file.to_owned(), list }
    };
    let model: Mapping = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, &span));
        let reason = format!("{}; the mapping is TOML, see the example", error.message().trim());
        problems(vec![Problem { line, place: String::new(), code: "INVALID_TOML", reason }])
    })?;
    let mut compiler = Compiler::new(text, &model, extent);
    compiler.open_files(input_dir);
    if !compiler.problems.is_empty() {
        return Err(problems(compiler.problems));
    }
    let units = compiler.units();
    let (changes, peer_groups) = (compiler.changes(), compiler.peer_groups());
    let employees = compiler.employees();
    let (sources, sections) = match extent {
        Extent::Whole => (compiler.sources(), compiler.sections()),
        Extent::Organisation => (Vec::new(), Vec::new()),
    };
    compiler.check_not_empty(extent);
    let Compiler { inputs, lookups, catalogue, problems: found, .. } = compiler;
    if !found.is_empty() {
        return Err(problems(found));
    }
    Ok(Plan { inputs, lookups, units, changes, peer_groups, employees, sources, sections, catalogue })
}

impl Compiler<'_> {
    fn sources(&mut self) -> Vec<control::Source> {
        let mut sources: Vec<control::Source> = Vec::new();
        for (index, source) in self.model.sources.iter().enumerate() {
            let Source { name, numbered, horizon_days } = source;
            let place = format!("sources[{index}].name");
            if let Err(violation) = longhu_core::types::violation::check_id("name", name.get_ref()) {
                self.problem(name, &place, violation.reason);
            }
            if sources.iter().any(|other| other.name == *name.get_ref()) {
                self.problem(name, &place, format!("`{}` is declared twice; keep one", name.get_ref()));
            }
            sources.push(control::Source {
                name: name.get_ref().clone(),
                numbered: *numbered,
                horizon_days: *horizon_days,
                principal: String::new(),
            });
        }
        sources
    }

    fn sections(&mut self) -> Vec<Section> {
        let mut sections = Vec::new();
        for (index, spanned) in self.model.events.iter().enumerate() {
            let place = format!("events[{index}]");
            let section = spanned.get_ref();
            let parts = rows::Parts::of(&section.from, &section.when, &section.r#for, &section.lookup);
            if let Some(when) = &section.common.when {
                let reason = "`when` for all events of a row stands beside `from`; move it there";
                self.problem(when, &format!("{place}.common.when"), reason);
            }
            if section.event.is_empty() {
                self.problem(spanned, &place, "a row becomes no event; add an `[[events.event]]` below it");
            }
            let Some((rows, scope)) = self.rows(&place, parts) else { continue };
            let mut events = Vec::new();
            for (number, event) in section.event.iter().enumerate() {
                let place = format!("{place}.event[{number}]");
                events.extend(self.event(&scope, &place, event, &section.common));
            }
            sections.push(Section { rows, events });
        }
        sections
    }

    fn check_not_empty(&mut self, extent: Extent) {
        let organisation = &self.model.organisation;
        let has_organisation = !(organisation.units.is_empty() && organisation.employees.is_empty());
        let reason = match extent {
            Extent::Whole if has_organisation || !self.model.events.is_empty() => return,
            Extent::Organisation if has_organisation => return,
            Extent::Whole => "it maps nothing; add `[[organisation.units]]` or `[[events]]`",
            Extent::Organisation => {
                "it has no organisation; add `[[organisation.units]]` or `[[organisation.employees]]`, or import \
                 its events with `longhu import csv`"
            }
        };
        if self.problems.is_empty() {
            let reason = reason.to_owned();
            self.problems.push(Problem { line: 1, place: String::new(), code: BAD_MAPPING, reason });
        }
    }
}
