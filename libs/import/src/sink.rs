//! Where an import goes: to the server, or nowhere in a dry run. Sending something twice does no harm, so an
//! interrupted import is simply run again.

use std::future::Future;

use longhu_core::Position;
use longhu_proto::wire::control::v1::Source;
use longhu_proto::wire::event::v1::Event;
use longhu_proto::wire::ingest::v1::Outcome;
use longhu_proto::wire::organisation::v1::{Employee, Unit};

use crate::error::Error;

/// What applying an organisation changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrganisationChange {
    /// Units and employees that are new.
    pub added: u64,
    /// Units and employees that changed.
    pub changed: u64,
    /// Units and employees that did not change.
    pub unchanged: u64,
    /// Where it took effect; `None` if nothing changed.
    pub position: Option<Position>,
}

/// Where an import goes.
pub trait Sink {
    /// Registers a source. Returns whether that changed anything.
    fn source(&self, source: Source) -> impl Future<Output = Result<bool, Error>>;

    /// Applies units and employees, all or nothing.
    fn organisation(
        &self,
        units: Vec<Unit>,
        employees: Vec<Employee>,
    ) -> impl Future<Output = Result<OrganisationChange, Error>>;

    /// Takes up to 1,000 events and returns an outcome for each, in order. Several calls may be in flight.
    fn events(&self, events: Vec<Event>) -> impl Future<Output = Result<Vec<Outcome>, Error>>;
}
