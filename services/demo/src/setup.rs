//! Before the first event: applies the organisation and the contests as an administrator would, waits until
//! they are served, and finds out where an earlier run on the same data ended. What is already in place is
//! not decided again.

use std::time::{Duration, Instant};

use futures::stream;
use longhu_client::failure::Failure;
use longhu_client::output;
use longhu_client::server::Server;
use longhu_core::Position;
use longhu_core::types::money::Currency;
use longhu_proto::scalar::position_from_wire;
use longhu_proto::wire::control::v1::{
    ApplyContestRequest, ApplyOrganisationRequest, ApplySourceRequest, Source,
};
use longhu_proto::wire::ingest::v1::GetSourceStatusRequest;
use longhu_proto::wire::standings::v1::GetContestRequest;
use tonic::{Code, Status};

use crate::bank::Bank;
use crate::business::{SOURCES, Source as Adapter};
use crate::contests;
use crate::names::BANK;

/// How long it may take until contests are served. With an existing data folder, a long log may have to be
/// read.
const SERVED_WITHIN: Duration = Duration::from_secs(600);

/// The result of the preparation.
#[derive(Clone, Copy, Debug)]
pub struct Prepared {
    /// The position of the last decision.
    pub position: Position,
    /// The number of the core banking system's next event.
    pub first_number: u64,
}

/// Applies everything and waits until it is served.
pub async fn apply(server: &Server, bank: &Bank, year: i16, currency: Currency) -> Result<Prepared, Failure> {
    decide(server, bank, year, currency).await.map_err(|status| {
        let failure = server.failure(&status);
        let what = format!("the demo cannot be set up: {}", failure.what);
        failure.what(what).next("run it without `--data-dir`, or with a new folder")
    })
}

async fn decide(server: &Server, bank: &Bank, year: i16, currency: Currency) -> Result<Prepared, Status> {
    let organisation = ApplyOrganisationRequest {
        units: bank.units.clone(),
        employees: bank.employees.clone(),
        ..ApplyOrganisationRequest::default()
    };
    server.ask(server.control().apply_organisation(stream::iter([organisation]))).await?;
    for source in SOURCES {
        let source = Source {
            name: source.name().to_owned(),
            numbered: source == Adapter::Core,
            horizon_days: None,
            principal: String::new(),
        };
        server.ask(server.control().apply_source(ApplySourceRequest { source: Some(source) })).await?;
    }
    let mut position = Position::default();
    for contest in contests::definitions(year, currency) {
        let id = contest.id.clone();
        let request = ApplyContestRequest { contest: Some(contest), validate_only: false };
        let change = server.ask(server.control().apply_contest(request)).await?.change.unwrap_or_default();
        position = position.max(change.position.as_ref().map(position_from_wire).unwrap_or_default());
        wait_until_served(server, &id, change.revision, change.position).await?;
    }
    Ok(Prepared { position, first_number: last_number(server).await? + 1 })
}

async fn wait_until_served(
    server: &Server,
    contest: &str,
    revision: u64,
    min_position: Option<longhu_proto::wire::event::v1::Position>,
) -> Result<(), Status> {
    let started = Instant::now();
    loop {
        let request = GetContestRequest { contest: contest.to_owned(), min_position };
        let answer = server.ask(server.standings().get_contest(request)).await?;
        if answer.contest.unwrap_or_default().serving_revision >= revision {
            return Ok(());
        }
        if started.elapsed() > SERVED_WITHIN {
            return Err(Status::deadline_exceeded(format!("{contest} is not served yet")));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The last number of the core banking system in the log.
async fn last_number(server: &Server) -> Result<u64, Status> {
    let request = GetSourceStatusRequest { source: Adapter::Core.name().to_owned(), min_position: None };
    match server.ask(server.ingest().get_source_status(request)).await {
        Ok(status) => Ok(status.greatest),
        Err(status) if status.code() == Code::NotFound => Ok(0),
        Err(status) => Err(status),
    }
}

/// Prints what has been set up, and how to look at it from another terminal.
pub fn say(url: &str, year: i16) {
    output::note(&format!(
        "{} {}: 8 regions, 80 branches, 300 teams, 2,000 employees; contests {} and {}\n\
         look at it from another terminal:\n  \
         export LONGHU_SERVER={url}\n  \
         longhu standings {} --board team\n  \
         longhu log stat",
        BANK.0,
        BANK.1,
        contests::id(0, year),
        contests::id(1, year),
        contests::id(0, year)
    ));
}
