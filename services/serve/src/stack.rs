//! All services in one process, with a broker that is a child process or runs elsewhere. The code is the same
//! as in a bank's installation, but calls between services stay inside the process.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::future::BoxFuture;
use longhu_client::failure::{Failure, chain};
use longhu_core::control::Bank;
use longhu_ingest::{Ingest, IngestConfig, Keyring};
use longhu_log::{Log, NatsServer, ServerConfig};
use longhu_projector::{Projector, ProjectorConfig};
use longhu_proto::wire::ops::v1::log_service_server::LogServiceServer;
use longhu_proto::wire::ops::v1::projector_service_client::ProjectorServiceClient;
use longhu_proto::wire::ops::v1::projector_service_server::ProjectorServiceServer;
use longhu_proto::wire::organisation::v1::organisation_service_server::OrganisationServiceServer;
use longhu_proto::wire::plan::v1::plan_service_server::PlanServiceServer;
use longhu_proto::wire::standings::v1::standings_service_server::StandingsServiceServer;
use longhu_query::Query;
use longhu_runtime::{Gate, Services};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

use crate::bank::{BankArgs, last_known_of};
use crate::listen::DRAIN;

/// The configuration of a stack.
pub struct StackConfig {
    /// The folder for all data; `None` for a temporary folder that is deleted at the end.
    pub data_dir: Option<PathBuf>,
    /// The address of a broker that is already running; `None` to start one as a child process.
    pub nats: Option<String>,
    /// The bank.
    pub bank: BankArgs,
    /// Who may call, and over what.
    pub gate: Gate,
    /// Fold the whole log again.
    pub rebuild: bool,
}

/// All services, running.
pub struct Stack {
    url: String,
    nats: Option<NatsServer>,
    ingest: Ingest,
    projector: Projector,
    server: JoinHandle<Result<(), longhu_runtime::ServeError>>,
    serving: CancellationToken,
    working: CancellationToken,
    /// Dropped last.
    _ephemeral: Option<tempfile::TempDir>,
}

impl Stack {
    /// Starts all services and listens on `listener`.
    pub fn start(config: StackConfig, listener: TcpListener) -> BoxFuture<'static, Result<Stack, Failure>> {
        Box::pin(Stack::begin(config, listener))
    }

    async fn begin(config: StackConfig, listener: TcpListener) -> Result<Stack, Failure> {
        let (folder, ephemeral) = data_folder(config.data_dir.as_deref())?;
        let keys =
            Keyring::open_or_create(&folder.join("pseudonym-keys.toml")).map_err(|error| chain(&error))?;
        let address = listener.local_addr().map_err(|error| chain(&error))?;
        let nats = match &config.nats {
            Some(_) => None,
            None => {
                let started = NatsServer::start(ServerConfig::new(folder.join("nats"))).await;
                Some(started.map_err(|error| chain(&error))?)
            }
        };
        let broker = match (&config.nats, &nats) {
            (Some(url), _) => url.clone(),
            (None, Some(server)) => server.url(),
            (None, None) => String::new(),
        };
        let state_dir = folder.join("state");
        let (log, bank) = open_or_found(&config.bank, &broker, &state_dir).await?;
        let mut ingest = IngestConfig::new(bank, "dev", keys);
        ingest.state_dir = Some(state_dir);
        ingest.audit = config.gate.audit.clone();
        let mut prepared = Ingest::prepare(ingest, log.clone()).await.map_err(|error| chain(&error))?;
        let (serving, working) = (CancellationToken::new(), CancellationToken::new());
        let store = ProjectorConfig { store_dir: folder.join("read-model"), rebuild: config.rebuild };
        let projector = Projector::start(store, log, working.child_token()).await;
        let projector = projector.map_err(|error| chain(&error))?;
        prepared.ask(Arc::new(ProjectorServiceClient::new(inside(&projector, serving.clone()))));
        let ingest = prepared.start(working.child_token()).await.map_err(|error| chain(&error))?;
        let services = services(&ingest, &projector, serving.clone());
        let url = config.gate.url(address);
        let serve = longhu_runtime::serve(listener, services, config.gate, serving.clone(), DRAIN);
        let server = tokio::spawn(serve);
        Ok(Stack { url, nats, ingest, projector, server, serving, working, _ephemeral: ephemeral })
    }

    /// The address, as a URL for clients.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Serves until `end`, or until a part cannot continue. Then ends everything: calls first, the broker
    /// last.
    pub async fn run_until(self, end: impl Future<Output = ()>) -> Result<(), Failure> {
        let Stack { nats, ingest, projector, server, serving, working, _ephemeral, .. } = self;
        let (mut ingest, mut projector) = (Box::pin(ingest.wait()), Box::pin(projector.ended()));
        let (mut ingested, mut projected) = (None, None);
        tokio::select! {
            () = end => {}
            ended = &mut ingest => ingested = Some(ended),
            ended = &mut projector => projected = Some(ended),
        }
        serving.cancel();
        let served = server.await;
        working.cancel();
        let ingested = match ingested {
            Some(ended) => ended,
            None => ingest.await,
        };
        let projected = match projected {
            Some(ended) => ended,
            None => projector.await,
        };
        if let Some(nats) = nats {
            nats.shutdown().await;
        }
        ingested.map_err(|error| chain(&error))?;
        projected.map_err(|error| chain(&error))?;
        match served {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(chain(&error)),
            Err(error) => Err(chain(&error)),
        }
    }
}

/// The bank's log. Begins one if there is none; not if this folder remembers one, which then was lost.
async fn open_or_found(args: &BankArgs, nats: &str, state_dir: &Path) -> Result<(Log, Bank), Failure> {
    let known = last_known_of(state_dir, &args.bank)?;
    if known.is_none() {
        let log = args.create(nats).await?;
        if log.status().await.map_err(|error| chain(&error))?.last_sequence == 0 {
            args.found(nats).await?;
        }
    }
    args.open_known(nats, known).await
}

/// The projector's own services, for use within this process.
fn inside(projector: &Projector, serving: CancellationToken) -> Routes {
    Routes::new(StandingsServiceServer::new(projector.standings(serving.clone())))
        .add_service(OrganisationServiceServer::new(projector.organisation(serving.clone())))
        .add_service(PlanServiceServer::new(projector.plans()))
        .add_service(LogServiceServer::new(projector.log_inspector(serving.clone())))
        .add_service(ProjectorServiceServer::new(projector.operations(serving)))
}

/// Every service. Queries go through the same code as between machines.
fn services(ingest: &Ingest, projector: &Projector, serving: CancellationToken) -> Services {
    let query = Query::new(inside(projector, serving));
    Services::new()
        .with(ingest.ingest_service())
        .with(ingest.control_service())
        .with(StandingsServiceServer::new(query.clone()))
        .with(OrganisationServiceServer::new(query.clone()))
        .with(PlanServiceServer::new(query.clone()))
        .with(LogServiceServer::new(query.clone()))
        .with(ProjectorServiceServer::new(query))
}

fn data_folder(given: Option<&Path>) -> Result<(PathBuf, Option<tempfile::TempDir>), Failure> {
    match given {
        Some(folder) => {
            crate::folder::prepare(folder, "--data-dir")?;
            let folder = folder.canonicalize().map_err(|error| {
                Failure::new(format!("cannot use the data folder {}: {error}", folder.display()))
                    .next("give a folder that can be written with --data-dir")
            })?;
            Ok((folder, None))
        }
        None => {
            let folder = tempfile::Builder::new().prefix("longhu-").tempdir().map_err(|error| {
                Failure::new(format!("cannot make a folder for temporary files: {error}"))
                    .next("give one with --data-dir")
            })?;
            Ok((folder.path().to_owned(), Some(folder)))
        }
    }
}
