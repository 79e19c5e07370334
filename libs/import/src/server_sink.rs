//! The server as a sink. A call without an answer is repeated with the same ids; a refusal is not.

use std::time::Duration;

use longhu_client::server;
use longhu_proto::scalar::position_from_wire;
use longhu_proto::wire::control::v1::{ApplyOrganisationRequest, ApplySourceRequest, Source};
use longhu_proto::wire::event::v1::Event;
use longhu_proto::wire::ingest::v1::{IngestEventsRequest, Outcome};
use longhu_proto::wire::organisation::v1::{Employee, Unit};

use crate::error::Error;
use crate::retry::retried;
use crate::sink::{OrganisationChange, Sink};

/// Units or employees in one message of the stream that sends an organisation.
const ORGANISATION_CHUNK: usize = 500;

/// What the server is to do with an organisation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decides {
    /// Check it and write nothing.
    pub validate_only: bool,
    /// Apply it even if it leaves no unit open today, or no employee in a unit.
    pub allow_empty: bool,
}

/// The server as a sink.
pub struct Server {
    server: server::Server,
    retry_for: Duration,
    decides: Decides,
}

impl Server {
    /// A server that may be away for at most `retry_for`.
    pub fn new(server: server::Server, retry_for: Duration, decides: Decides) -> Server {
        Server { server, retry_for, decides }
    }
}

impl Sink for Server {
    async fn source(&self, source: Source) -> Result<bool, Error> {
        let call = || {
            let request = ApplySourceRequest { source: Some(source.clone()) };
            let mut control = self.server.control();
            async move { self.server.ask(control.apply_source(request)).await }
        };
        let answer = retried(self.retry_for, "the sources", call).await?;
        Ok(answer.change.is_some_and(|change| change.changed))
    }

    async fn organisation(
        &self,
        units: Vec<Unit>,
        employees: Vec<Employee>,
    ) -> Result<OrganisationChange, Error> {
        let Decides { validate_only, allow_empty } = self.decides;
        let request = |units: &[Unit], employees: &[Employee]| ApplyOrganisationRequest {
            units: units.to_vec(),
            employees: employees.to_vec(),
            validate_only,
            allow_empty,
            ..ApplyOrganisationRequest::default()
        };
        let of_units = units.chunks(ORGANISATION_CHUNK).map(|units| request(units, &[]));
        let of_employees = employees.chunks(ORGANISATION_CHUNK).map(|employees| request(&[], employees));
        let requests: Vec<ApplyOrganisationRequest> = of_units.chain(of_employees).collect();
        let call = || {
            let requests = tokio_stream::iter(requests.clone());
            let mut control = self.server.control();
            async move { self.server.ask(control.apply_organisation(requests)).await }
        };
        let answer = retried(self.retry_for, "the units and employees", call).await?;
        Ok(OrganisationChange {
            added: answer.added.into(),
            changed: answer.changed.into(),
            unchanged: answer.unchanged.into(),
            position: answer.position.as_ref().map(position_from_wire),
        })
    }

    async fn events(&self, events: Vec<Event>) -> Result<Vec<Outcome>, Error> {
        let call = || {
            let request = IngestEventsRequest { events: events.clone() };
            let mut ingest = self.server.ingest();
            async move { self.server.ask(ingest.ingest_events(request)).await }
        };
        let answer = retried(self.retry_for, "the events", call).await?;
        match answer.outcomes.len() == events.len() {
            true => Ok(answer.outcomes),
            false => Err(Error::Outcomes { given: answer.outcomes.len(), sent: events.len() }),
        }
    }
}
