//! A private broker with the services, each service in its own process, on loopback and free ports. It ends
//! with the benchmark, and shares nothing with anything else on the machine.

use std::ops::Range;

use longhu_client::failure::Failure;
use longhu_client::failure::chain;
use longhu_client::output;
use longhu_client::server::{Global, Server};
use longhu_core::Position;
use longhu_log::{Log, NatsServer, ServerConfig};
use longhu_serve::bank::BankArgs;

use crate::args::Common;
use crate::ground::{Ground, Need};
use crate::machine::Machine;
use crate::peer::Peer;
use crate::report::Report;
use crate::send::{self, Sent};
use crate::service::Service;
use crate::workload::{Tally, Workload};
use crate::{bank, boards};

/// An address with a free port.
const ANY: &str = "127.0.0.1:0";

/// The broker, and what is needed to start services.
pub struct Site {
    /// The broker. It is dropped before its folder.
    pub nats: NatsServer,
    /// The folder.
    pub ground: Ground,
    /// The options for reaching services.
    pub global: Global,
    bank: BankArgs,
}

impl Site {
    /// Checks the free space, and starts the broker.
    pub async fn open(common: &Common, need: Need, peers: &[Peer], global: &Global) -> Result<Site, Failure> {
        crate::peers::check(peers)?;
        let ground = Ground::prepare(common.data_dir.as_deref(), need, peers)?;
        output::note("starting a private broker and services");
        let nats = NatsServer::start(ServerConfig::new(ground.path("nats"))).await;
        let nats = nats.map_err(|error| chain(&error))?;
        let bank = BankArgs::new("bench");
        bank.found(&nats.url()).await?;
        Ok(Site { nats, ground, global: global.clone(), bank })
    }

    /// The bank's log.
    pub async fn log(&self) -> Result<Log, Failure> {
        Ok(self.bank.open(&self.nats.url()).await?.0)
    }

    fn arguments(&self, more: &[(&str, String)]) -> Vec<String> {
        let own = [("--bank", self.bank.bank.clone())];
        let own = own.iter().chain(more).flat_map(|(name, value)| [(*name).to_owned(), value.clone()]);
        own.chain(["--nats".to_owned(), self.nats.url()]).collect()
    }

    /// Starts the service that accepts events.
    pub async fn ingest(&self) -> Result<Service, Failure> {
        let keys = self.ground.path("pseudonym-keys.toml").display().to_string();
        let state = self.ground.path("state").display().to_string();
        let arguments =
            self.arguments(&[("--slot", "bench".into()), ("--pseudonym-keys", keys), ("--state-dir", state)]);
        Service::start(&self.ground.path(""), "ingest", ANY, &arguments).await
    }

    /// Starts the service that folds.
    pub async fn projector(&self, rebuild: bool) -> Result<Service, Failure> {
        self.projector_at(ANY, rebuild).await
    }

    /// Starts the service that folds, on an address that it may have had before.
    pub async fn projector_at(&self, address: &str, rebuild: bool) -> Result<Service, Failure> {
        let store = self.ground.path("read-model").display().to_string();
        let mut arguments = self.arguments(&[("--store-dir", store)]);
        arguments.extend(rebuild.then(|| "--rebuild".to_owned()));
        Service::start(&self.ground.path(""), "projector", address, &arguments).await
    }

    /// Starts the service that answers queries.
    pub async fn query(&self, projector: &str) -> Result<Service, Failure> {
        let arguments = ["--projector".to_owned(), projector.to_owned()];
        Service::start(&self.ground.path(""), "query", ANY, &arguments).await
    }

    /// A new connection to a service.
    pub fn server(&self, service: &Service) -> Result<Server, Failure> {
        service.server(&self.global)
    }

    /// Applies organisation, source and contest, and leaves a read model on disk that has them.
    pub async fn set_up(
        &self,
        workload: &Workload,
        ingest: &Service,
        projector: &Service,
    ) -> Result<(), Failure> {
        output::note(&format!(
            "setting up {} branches, {} teams, {} employees and a contest on three boards",
            workload.shape.branches, workload.shape.teams, workload.shape.employees
        ));
        let currency = self.bank.to_found()?.currency;
        let (control, queries) = (self.server(ingest)?, self.server(projector)?);
        bank::apply(workload, currency, &control, &queries).await?;
        Ok(())
    }

    /// Starts ingest, sets up the bank, and then ends everything except the broker.
    pub async fn found(&self, workload: &Workload) -> Result<(), Failure> {
        let (ingest, projector) = (self.ingest().await?, self.projector(false).await?);
        self.set_up(workload, &ingest, &projector).await?;
        projector.end().await?;
        ingest.end().await
    }

    /// The connections of callers.
    pub fn callers(&self, common: &Common, service: &Service) -> Result<Vec<Server>, Failure> {
        (0..common.connections).map(|_| self.server(service)).collect()
    }

    /// Writes events to the log while nothing folds them.
    pub async fn fill(
        &self,
        common: &Common,
        workload: &Workload,
        numbers: Range<u64>,
    ) -> Result<Sent, Failure> {
        output::note(&format!("putting {} events into the log", numbers.end - numbers.start));
        let ingest = self.ingest().await?;
        let sent = send::send(self.callers(common, &ingest)?, workload, numbers, common.batch).await?;
        ingest.end().await?;
        Ok(sent)
    }

    /// Checks every row of the read model on disk.
    pub async fn check_boards(&self, last: Position, tally: &Tally) -> Result<String, Failure> {
        let projector = self.projector(false).await?;
        let found = boards::check(&self.server(&projector)?, last, tally).await?;
        projector.end().await?;
        Ok(found)
    }

    /// A new report, with the machine filled in.
    pub fn report(&self, benchmark: &'static str, workload: Workload, events: u64) -> Report {
        let machine = Machine::look(&self.ground.path("nats"));
        let (figures, peers, checks, notes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Report { benchmark, machine, workload, events, figures, peers, checks, notes }
    }

    /// The broker's greatest memory, without the services.
    pub fn broker_memory_peak_bytes(&self) -> u64 {
        self.nats.pid().map_or(0, crate::process::memory_peak_bytes)
    }

    /// Ends the broker, then removes the folder if it is temporary.
    pub async fn close(self) {
        self.nats.shutdown().await;
        drop(self.ground);
    }
}
