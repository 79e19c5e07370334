//! `longhu ingest`, `longhu projector`, `longhu query`: one service in its own process.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args as ClapArgs;
use futures::future::BoxFuture;
use longhu_client::failure::{Failure, PROJECTOR_UNREACHABLE, chain, never_connected, root_cause};
use longhu_client::server::Global;
use longhu_ingest::{Ingest, IngestConfig, Keyring};
use longhu_projector::{Projector, ProjectorConfig};
use longhu_proto::status::retry_later;
use longhu_proto::wire::ops::v1::log_service_server::LogServiceServer;
use longhu_proto::wire::ops::v1::projector_service_client::ProjectorServiceClient;
use longhu_proto::wire::ops::v1::projector_service_server::ProjectorServiceServer;
use longhu_proto::wire::organisation::v1::organisation_service_server::OrganisationServiceServer;
use longhu_proto::wire::plan::v1::plan_service_server::PlanServiceServer;
use longhu_proto::wire::standings::v1::standings_service_server::StandingsServiceServer;
use longhu_query::Query;
use longhu_runtime::{Door, Gate, Services};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status};
use tower::ServiceExt;

use crate::bank::BankArgs;
use crate::listen::{DRAIN, Listen};
use crate::ready::ReadyFile;

/// After what time a caller may ask again if the projector cannot be reached.
const RETRY_AFTER: Duration = Duration::from_millis(500);

/// Accept events and decisions, and append them to the log.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:
  longhu ingest --nats nats://10.0.0.5:4222 --slot ingest-1 --pseudonym-keys keys.toml \\
      --projector https://projector.example:7071 --principals principals.toml --grpc-addr 0.0.0.0:7070 \\
      --tls-cert cert.pem --tls-key key.pem --tls-ca bank-ca.pem --client-ca bank-ca.pem")]
pub struct IngestArgs {
    #[command(flatten)]
    listen: Listen,
    #[command(flatten)]
    bank: BankArgs,
    /// The NATS server or cluster.
    #[arg(long, value_name = "URL", env = "LONGHU_NATS")]
    nats: String,
    /// The slot that this process writes to. Each ingest process needs its own.
    #[arg(long, value_name = "NAME", default_value = "ingest-1")]
    slot: String,
    /// The keys that make pseudonyms of customers and subjects. The file is created if it is missing.
    #[arg(long, value_name = "FILE")]
    pseudonym_keys: PathBuf,
    /// The projector, which knows how far sources have been counted.
    #[arg(long, value_name = "URL")]
    projector: Option<String>,
}

/// Fold the log into boards and store them.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:
  longhu projector --nats nats://10.0.0.5:4222 --store-dir ./read-model --principals principals.toml \\
      --grpc-addr 0.0.0.0:7071 --tls-cert cert.pem --tls-key key.pem --client-ca bank-ca.pem")]
pub struct ProjectorArgs {
    #[command(flatten)]
    listen: Listen,
    #[command(flatten)]
    bank: BankArgs,
    /// The NATS server or cluster.
    #[arg(long, value_name = "URL", env = "LONGHU_NATS")]
    nats: String,
    /// Where the read model is stored. Each projector needs its own folder.
    #[arg(long, value_name = "DIR")]
    store_dir: PathBuf,
    /// Delete the read model and fold the whole log again.
    #[arg(long)]
    rebuild: bool,
}

/// Answer queries of dashboards, from a projector.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:
  longhu query --projector https://projector.example:7071 --principals principals.toml --grpc-addr 0.0.0.0:7072 \\
      --tls-cert cert.pem --tls-key key.pem --tls-ca bank-ca.pem")]
pub struct QueryArgs {
    #[command(flatten)]
    listen: Listen,
    /// The projector.
    #[arg(long, value_name = "URL")]
    projector: String,
}

/// Runs `longhu ingest`.
pub fn ingest(args: IngestArgs, global: &Global) -> BoxFuture<'_, Result<(), Failure>> {
    Box::pin(run_ingest(args, global))
}

async fn run_ingest(args: IngestArgs, global: &Global) -> Result<(), Failure> {
    let shutdown = begin()?;
    let gate = args.listen.gate(Door::Callers, &global.tls)?;
    let log = args.bank.open_log(&args.nats).await?;
    let keys = Keyring::open_or_create(&args.pseudonym_keys).map_err(|error| chain(&error))?;
    let mut config = IngestConfig::new(args.bank.bank()?, &args.slot, keys);
    config.audit = gate.audit.clone();
    if let Some(url) = &args.projector {
        let client = ProjectorServiceClient::new(global.server_at(url)?.connection());
        config.projector = Some(Arc::new(client));
    }
    let working = CancellationToken::new();
    let ingest = Ingest::start(config, log, working.clone()).await.map_err(|error| chain(&error))?;
    let services = Services::new().with(ingest.ingest_service()).with(ingest.control_service());
    let ended = async move { ingest.wait().await.map_err(|error| chain(&error)) };
    serve(&args.listen, gate, services, shutdown, working, ended).await
}

/// Runs `longhu projector`.
pub fn projector(args: ProjectorArgs, global: &Global) -> BoxFuture<'_, Result<(), Failure>> {
    Box::pin(run_projector(args, global))
}

async fn run_projector(args: ProjectorArgs, global: &Global) -> Result<(), Failure> {
    let shutdown = begin()?;
    let gate = args.listen.gate(Door::Services, &global.tls)?;
    let log = args.bank.open_log(&args.nats).await?;
    let config = ProjectorConfig { store_dir: args.store_dir.clone(), rebuild: args.rebuild };
    let working = CancellationToken::new();
    let projector = Projector::start(config, log, working.clone()).await.map_err(|error| chain(&error))?;
    let services = Services::new()
        .with(StandingsServiceServer::new(projector.standings(shutdown.clone())))
        .with(OrganisationServiceServer::new(projector.organisation(shutdown.clone())))
        .with(PlanServiceServer::new(projector.plans()))
        .with(LogServiceServer::new(projector.log_inspector(shutdown.clone())))
        .with(ProjectorServiceServer::new(projector.operations(shutdown.clone())));
    let ended = async move { projector.ended().await.map_err(|error| chain(&error)) };
    serve(&args.listen, gate, services, shutdown, working, ended).await
}

/// Runs `longhu query`.
pub fn query(args: QueryArgs, global: &Global) -> BoxFuture<'_, Result<(), Failure>> {
    Box::pin(run_query(args, global))
}

async fn run_query(args: QueryArgs, global: &Global) -> Result<(), Failure> {
    let shutdown = begin()?;
    let gate = args.listen.gate(Door::Callers, &global.tls)?;
    let projector = global.server_at(&args.projector)?;
    let (url, own) = (projector.url.clone(), args.listen.grpc_addr);
    let query = Query::new(projector.connection().map_err(move |error| away(error, own, &url)));
    let services = Services::new()
        .with(StandingsServiceServer::new(query.clone()))
        .with(OrganisationServiceServer::new(query.clone()))
        .with(PlanServiceServer::new(query.clone()))
        .with(LogServiceServer::new(query.clone()))
        .with(ProjectorServiceServer::new(query));
    let working = CancellationToken::new();
    let until = working.clone();
    let ended = async move {
        until.cancelled().await;
        Ok(())
    };
    serve(&args.listen, gate, services, shutdown, working, ended).await
}

/// The refusal of a query for which the projector cannot be reached. A call that broke off later keeps its own.
fn away(error: tonic::transport::Error, own: SocketAddr, projector: &str) -> Status {
    let status = Status::from_error(Box::new(error));
    if !never_connected(&status) {
        return status;
    }
    let cause = root_cause(&status);
    let message = format!("query at {own} cannot reach its projector {projector}; is it running? ({cause})");
    retry_later(Code::Unavailable, PROJECTOR_UNREACHABLE, message, RETRY_AFTER)
}

fn begin() -> Result<CancellationToken, Failure> {
    longhu_runtime::telemetry::init(longhu_runtime::telemetry::FILTER_DEFAULT)
        .map_err(|error| chain(&error))?;
    longhu_runtime::shutdown::on_signal().map_err(|error| chain(&error))
}

/// Serves until the signal or until the work ends. Calls end first, then the work.
async fn serve(
    listen: &Listen,
    gate: Gate,
    services: Services,
    shutdown: CancellationToken,
    working: CancellationToken,
    ended: impl Future<Output = Result<(), Failure>>,
) -> Result<(), Failure> {
    let listener = listen.bind().await?;
    let address = listener.local_addr().map_err(|error| chain(&error))?;
    let url = gate.url(address);
    let ready = listen.ready_file.as_deref().map(|path| ReadyFile::write(path, &url)).transpose()?;
    eprintln!("longhu answers on {url}");
    let mut ended = Box::pin(ended);
    let mut served = Box::pin(longhu_runtime::serve(listener, services, gate, shutdown.clone(), DRAIN));
    let early = tokio::select! {
        served = &mut served => Err(served),
        ended = &mut ended => Ok(ended),
    };
    shutdown.cancel();
    working.cancel();
    drop(ready);
    match early {
        Ok(end) => {
            served.await.map_err(|error| chain(&error))?;
            end
        }
        Err(served) => {
            ended.await?;
            served.map_err(|error| chain(&error))
        }
    }
}
