//! What tests of whole imports share: a folder of files, and a sink that remembers what it received.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use longhu_core::types::violation::Violation;
use longhu_files::csv_file::{Order, Part};
use longhu_proto::wire::control::v1::Source;
use longhu_proto::wire::event::v1::Event;
use longhu_proto::wire::ingest::v1::{Accepted, Outcome, Rejected, outcome};
use longhu_proto::wire::organisation::v1::{Employee, Unit};

use crate::compile::{Extent, compile};
use crate::error::Error;
use crate::plan::Plan;
use crate::problem::Problems;
use crate::report::Report;
use crate::run::import_plan;
use crate::send::Options;
use crate::sink::{OrganisationChange, Sink};

/// All rows, in the order of the files.
pub const ALL: Options = Options { order: Order::File, part: None, in_flight: 4 };

/// One part of the rows.
pub fn part(number: u64, of: u64, order: Order) -> Options {
    Options { order, part: Some(Part { number, of }), in_flight: 4 }
}

pub struct Folder(tempfile::TempDir);

impl Folder {
    /// A new folder with those files.
    pub fn with(files: &[(&str, &[u8])]) -> Folder {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        Folder(folder)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The plan of the mapping over the folder's files.
    pub fn plan(&self, mapping: &str) -> Result<Plan, Problems> {
        compile(mapping, Path::new("mapping.toml"), self.path(), Extent::Whole)
    }

    /// The plan of only the mapping's organisation over the folder's files.
    pub fn organisation(&self, mapping: &str) -> Result<Plan, Problems> {
        compile(mapping, Path::new("mapping.toml"), self.path(), Extent::Organisation)
    }

    /// Imports everything into a [`Memory`].
    pub fn import(&self, mapping: &str) -> Imported {
        import(&self.plan(mapping).unwrap(), ALL, Some(self.path().join("rejected.jsonl")))
    }
}

/// A sink that remembers what it received.
#[derive(Debug, Default)]
pub struct Memory {
    pub sources: RefCell<Vec<Source>>,
    pub units: RefCell<Vec<Unit>>,
    pub employees: RefCell<Vec<Employee>>,
    /// Events, in the order of the calls.
    pub events: RefCell<Vec<Event>>,
    /// How many events each call had.
    pub calls: RefCell<Vec<usize>>,
    /// Ids of events that it rejects, as a server would.
    pub rejects: Vec<String>,
    /// Faults of an organisation for which it refuses one, as a server would.
    pub refuses: Vec<Violation>,
}

impl Sink for Memory {
    async fn source(&self, source: Source) -> Result<bool, Error> {
        self.sources.borrow_mut().push(source);
        Ok(true)
    }

    async fn organisation(
        &self,
        units: Vec<Unit>,
        employees: Vec<Employee>,
    ) -> Result<OrganisationChange, Error> {
        if !self.refuses.is_empty() {
            let status = Box::new(longhu_proto::status::invalid(&self.refuses));
            return Err(Error::Refused { what: "the units and employees", status });
        }
        let added = (units.len() + employees.len()) as u64;
        self.units.borrow_mut().extend(units);
        self.employees.borrow_mut().extend(employees);
        Ok(OrganisationChange { added, ..OrganisationChange::default() })
    }

    async fn events(&self, events: Vec<Event>) -> Result<Vec<Outcome>, Error> {
        self.calls.borrow_mut().push(events.len());
        tokio::task::yield_now().await;
        let outcome = |event: &Event| match self.rejects.contains(&event.id) {
            true => outcome::Result::Rejected(Rejected {
                field: "subject".into(),
                code: "NOT_TODAY".into(),
                reason: "it is not taken; come tomorrow".into(),
            }),
            false => outcome::Result::Accepted(Accepted::default()),
        };
        let outcomes = events.iter().map(|event| Outcome { result: Some(outcome(event)) }).collect();
        self.events.borrow_mut().extend(events);
        Ok(outcomes)
    }
}

pub struct Imported {
    /// What arrived.
    pub memory: Memory,
    /// Counts and causes.
    pub report: Report,
    /// Why it stopped, if it did.
    pub error: Option<Error>,
    rejected: Option<PathBuf>,
}

impl Imported {
    /// The lines of the file of rejected rows.
    pub fn rejected(&self) -> Vec<serde_json::Value> {
        let path = self.rejected.as_ref().unwrap();
        let text = std::fs::read_to_string(path).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The ids of the events that arrived.
    pub fn ids(&self) -> Vec<String> {
        self.memory.events.borrow().iter().map(|event| event.id.clone()).collect()
    }
}

/// Imports into a [`Memory`].
pub fn import(plan: &Plan, options: Options, rejected: Option<PathBuf>) -> Imported {
    import_into(Memory::default(), plan, options, rejected)
}

pub fn import_into(memory: Memory, plan: &Plan, options: Options, rejected: Option<PathBuf>) -> Imported {
    let mut report = Report::new(rejected.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = runtime.block_on(import_plan(plan, &memory, options, &mut report)).err();
    report.finish().unwrap();
    Imported { memory, report, error, rejected }
}
