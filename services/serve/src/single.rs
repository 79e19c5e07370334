//! `longhu ingest`, `longhu projector`, `longhu query`: one service in its own process.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args as ClapArgs;
use futures::FutureExt;
use futures::future::BoxFuture;
use longhu_client::failure::{Failure, PROJECTOR_UNREACHABLE, chain, never_connected, root_cause};
use longhu_client::output;
use longhu_client::proto_json;
use longhu_client::server::Global;
use longhu_core::Position;
use longhu_core::control::Bank;
use longhu_ingest::{Ingest, IngestConfig, Keyring};
use longhu_log::Log;
use longhu_projector::{Projector, ProjectorConfig};
use longhu_proto::status::retry_later;
use longhu_proto::wire::ops::v1::GetCheckpointRequest;
use longhu_proto::wire::ops::v1::log_service_server::LogServiceServer;
use longhu_proto::wire::ops::v1::projector_service_client::ProjectorServiceClient;
use longhu_proto::wire::ops::v1::projector_service_server::ProjectorServiceServer;
use longhu_proto::wire::organisation::v1::organisation_service_server::OrganisationServiceServer;
use longhu_proto::wire::plan::v1::plan_service_server::PlanServiceServer;
use longhu_proto::wire::standings::v1::standings_service_server::StandingsServiceServer;
use longhu_query::Query;
use longhu_runtime::{Door, Gate, Services};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status};
use tower::ServiceExt;

use crate::bank::{BankArgs, last_known_of};
use crate::folder;
use crate::listen::{DRAIN, Listen};
use crate::ready::ReadyFile;

/// After what time a caller may ask again if the projector cannot be reached.
const RETRY_AFTER: Duration = Duration::from_millis(500);

/// Accept events and decisions, and append them to the log.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:
  longhu ingest --nats nats://10.0.0.5:4222 --bank mybank --slot ingest-1 --pseudonym-keys keys.toml \\
      --state-dir ./state --projector https://projector.example:7071 --principals principals.toml \\
      --grpc-addr 0.0.0.0:7070 --tls-cert cert.pem --tls-key key.pem --tls-ca bank-ca.pem --client-ca bank-ca.pem
  longhu ingest --nats nats://10.0.0.5:4222 --bank mybank --pseudonym-keys keys.toml --state-dir ./state --check")]
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
    /// Where it remembers what it acknowledged last, so that a log which lost its end is noticed.
    #[arg(long, value_name = "DIR")]
    state_dir: PathBuf,
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
    let working = CancellationToken::new();
    let starting = async {
        let gate = args.listen.gate(Door::Callers, &global.tls)?;
        let has_keys = args.pseudonym_keys.exists();
        let keys = match args.listen.check && !has_keys {
            true => Keyring::temporary(),
            false => Keyring::open_or_create(&args.pseudonym_keys),
        };
        let keys = keys.map_err(|error| chain(&error))?;
        match args.listen.check {
            true => folder::look(&args.state_dir, "--state-dir")?,
            false => folder::prepare(&args.state_dir, "--state-dir")?,
        }
        let epochs = format!("{:?}", keys.epochs());
        let place = Place::take(&args.listen, gate).await?;
        let known = last_known_of(&args.state_dir, &args.bank.bank)?;
        let (log, bank) = args.bank.open_known(&args.nats, known).await?;
        let told = told_log(&log, &bank).await?;
        let mut config = IngestConfig::new(bank, &args.slot, keys);
        config.state_dir = Some(args.state_dir.clone());
        config.audit = place.gate.audit.clone();
        if let Some(url) = &args.projector {
            let client = ProjectorServiceClient::new(global.server_at(url)?.connection());
            config.projector = Some(Arc::new(client));
        }
        let prepared = Ingest::prepare(config, log).await.map_err(|error| chain(&error))?;
        if args.listen.check {
            let keys = match has_keys {
                true => format!("{}, epochs {epochs}", args.pseudonym_keys.display()),
                false => format!("a start makes {}", args.pseudonym_keys.display()),
            };
            let state = format!("{}; the log has what was acknowledged", args.state_dir.display());
            return checked(&args.listen, [("keys", keys), ("state", state), ("log", told)]).map(|()| None);
        }
        let ingest = prepared.start(working.clone()).await.map_err(|error| chain(&error))?;
        Ok(Some((place, ingest)))
    };
    let Some((place, ingest)) = until(&shutdown, starting).await? else { return Ok(()) };
    let services = Services::new().with(ingest.ingest_service()).with(ingest.control_service());
    let ended = async move { ingest.wait().await.map_err(|error| chain(&error)) };
    place.serve("ingest", services, shutdown, working, ended).await
}

/// Runs `longhu projector`.
pub fn projector(args: ProjectorArgs, global: &Global) -> BoxFuture<'_, Result<(), Failure>> {
    Box::pin(run_projector(args, global))
}

async fn run_projector(args: ProjectorArgs, global: &Global) -> Result<(), Failure> {
    let shutdown = begin()?;
    let working = CancellationToken::new();
    let starting = async {
        let gate = args.listen.gate(Door::Services, &global.tls)?;
        match args.listen.check {
            true => folder::look(&args.store_dir, "--store-dir")?,
            false => folder::prepare(&args.store_dir, "--store-dir")?,
        }
        let place = Place::take(&args.listen, gate).await?;
        let (log, bank) = args.bank.open(&args.nats).await?;
        if args.listen.check {
            let store = args.store_dir.display().to_string();
            let told = told_log(&log, &bank).await?;
            return checked(&args.listen, [("store", store), ("log", told)]).map(|()| None);
        }
        let config = ProjectorConfig { store_dir: args.store_dir.clone(), rebuild: args.rebuild };
        let projector = Projector::start(config, log, working.clone()).await;
        Ok(Some((place, projector.map_err(|error| chain(&error))?)))
    };
    let Some((place, projector)) = until(&shutdown, starting).await? else { return Ok(()) };
    let services = Services::new()
        .with(StandingsServiceServer::new(projector.standings(shutdown.clone())))
        .with(OrganisationServiceServer::new(projector.organisation(shutdown.clone())))
        .with(PlanServiceServer::new(projector.plans()))
        .with(LogServiceServer::new(projector.log_inspector(shutdown.clone())))
        .with(ProjectorServiceServer::new(projector.operations(shutdown.clone())));
    let ended = async move { projector.ended().await.map_err(|error| chain(&error)) };
    place.serve("projector", services, shutdown, working, ended).await
}

/// Runs `longhu query`.
pub fn query(args: QueryArgs, global: &Global) -> BoxFuture<'_, Result<(), Failure>> {
    Box::pin(run_query(args, global))
}

async fn run_query(args: QueryArgs, global: &Global) -> Result<(), Failure> {
    let shutdown = begin()?;
    let gate = args.listen.gate(Door::Callers, &global.tls)?;
    let projector = global.server_at(&args.projector)?;
    let place = Place::take(&args.listen, gate).await?;
    if args.listen.check {
        let asked = projector.ask(projector.projector().get_checkpoint(GetCheckpointRequest {})).await;
        let answer = asked.map_err(|status| projector.failure(&status))?;
        let at = answer.position.map(|position| proto_json::position(&position)).unwrap_or_default();
        let told = format!("{}, bank `{}`, has read the log to {at}", projector.url, answer.bank);
        return checked(&args.listen, [("projector", told)]);
    }
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
    place.serve("query", services, shutdown, working, ended).await
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

/// What a start does, unless the signal comes first.
async fn until<T>(
    shutdown: &CancellationToken,
    starting: impl Future<Output = Result<Option<T>, Failure>>,
) -> Result<Option<T>, Failure> {
    tokio::select! {
        started = starting => started,
        () = shutdown.cancelled() => Ok(None),
    }
}

/// Whose log it is and where it ends, for people.
pub(crate) async fn told_log(log: &Log, bank: &Bank) -> Result<String, Failure> {
    let end = log.last().await.map_err(|error| chain(&error))?;
    let end = end.map_or(Position::START, |end| end.last_position());
    Ok(format!("bank `{}`, zone {}, currency {}, ends at {end}", bank.id, bank.zone, bank.currency))
}

/// Says what a check found.
pub(crate) fn checked<const N: usize>(listen: &Listen, found: [(&str, String); N]) -> Result<(), Failure> {
    let own = [("callers", listen.callers()), ("port", format!("{} is free", listen.grpc_addr))];
    output::print(&output::pairs(own.into_iter().chain(found)))
}

/// The port of a service, its callers and its ready file: all that a start needs of this machine. Taken before
/// anything that another process may have, such as a slot.
struct Place {
    listener: TcpListener,
    address: SocketAddr,
    gate: Gate,
    ready: Option<ReadyFile>,
}

impl Place {
    async fn take(listen: &Listen, gate: Gate) -> Result<Place, Failure> {
        let ready = listen.ready_file()?;
        let listener = listen.bind().await?;
        let address = listener.local_addr().map_err(|error| chain(&error))?;
        Ok(Place { listener, address, gate, ready })
    }

    /// Serves until the signal or until the work ends. Calls end first, then the work.
    async fn serve(
        self,
        name: &str,
        services: Services,
        shutdown: CancellationToken,
        working: CancellationToken,
        ended: impl Future<Output = Result<(), Failure>>,
    ) -> Result<(), Failure> {
        let Place { listener, address, gate, ready } = self;
        let url = gate.url(address);
        let served = longhu_runtime::serve(listener, services, gate, shutdown.clone(), DRAIN);
        let mut served = tokio::spawn(served).map(|served| match served {
            Ok(served) => served.map_err(|error| chain(&error)),
            Err(error) => Err(chain(&error)),
        });
        let said = ready.as_ref().map_or(Ok(()), |ready| ready.write(&url));
        if said.is_ok() {
            tracing::info!(service = name, %address, "ready");
            eprintln!("longhu answers on {url}");
        } else {
            shutdown.cancel();
        }
        let mut ended = Box::pin(ended);
        let early = tokio::select! {
            served = &mut served => Err(served),
            ended = &mut ended => Ok(ended),
        };
        shutdown.cancel();
        working.cancel();
        drop(ready);
        let (served, ended) = match early {
            Ok(ended) => (served.await, ended),
            Err(served) => (served, ended.await),
        };
        // Why the work ended says more than what became of open calls.
        said.and(ended).and(served)
    }
}
