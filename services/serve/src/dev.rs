//! `longhu dev`: everything in one process; nothing is kept unless requested.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use futures::future::BoxFuture;
use longhu_client::failure::{Exit, Failure, chain};
use longhu_client::server::Global;
use longhu_ingest::Keyring;
use longhu_runtime::Door;

use crate::bank::BankArgs;
use crate::detached::{self, Detached};
use crate::folder;
use crate::listen::Listen;
use crate::single::{checked, told_log};
use crate::stack::{Stack, StackConfig};

/// Run everything in one process: broker, ingest, projector and queries.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  longhu dev                                    everything on 127.0.0.1:7070; data is deleted at the end
  longhu dev --data-dir ./data                  the same, with data kept
  longhu dev --detach                           in the background; returns once it serves
  longhu dev --stop                             stops the one in the background
  longhu dev --grpc-addr 127.0.0.1:0 --ready-file ready.json    for scripts: a free port, written to a file
  longhu dev --nats nats://10.0.0.5:4222 --data-dir ./data      with your own NATS")]
pub struct Args {
    #[command(flatten)]
    listen: Listen,
    /// Keep all data in this folder. Without it, a temporary folder is used and deleted at the end.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Use this NATS server or cluster instead of starting one.
    #[arg(long, value_name = "URL", env = "LONGHU_NATS")]
    nats: Option<String>,
    #[command(flatten)]
    bank: BankArgs,
    /// Delete the read model and fold the whole log again.
    #[arg(long)]
    rebuild: bool,
    /// Start in the background, and return once it serves. One per user.
    #[arg(long)]
    detach: bool,
    /// Stop the one in the background, and return once it has ended.
    #[arg(long, conflicts_with_all = ["detach", "data_dir", "rebuild"])]
    stop: bool,
    /// Set by `--detach` for the process it starts.
    #[arg(long, hide = true, conflicts_with = "detach")]
    detached: bool,
}

/// Serves until SIGTERM or SIGINT, in the foreground or in the background.
pub fn run(args: Args, global: &Global) -> BoxFuture<'_, Result<(), Failure>> {
    Box::pin(run_as_asked(args, global))
}

async fn run_as_asked(args: Args, global: &Global) -> Result<(), Failure> {
    if args.stop {
        return detached::stop().await;
    }
    if args.detach && !args.listen.check {
        return detached::start().await;
    }
    let detached = if args.detached { Some(Detached::begin().await?) } else { None };
    serve(args, global, detached).await
}

async fn serve(args: Args, global: &Global, detached: Option<Detached>) -> Result<(), Failure> {
    longhu_runtime::telemetry::init(longhu_runtime::telemetry::FILTER_DEFAULT)
        .map_err(|error| chain(&error))?;
    let shutdown = longhu_runtime::shutdown::on_signal().map_err(|error| chain(&error))?;
    let gate = args.listen.gate(Door::Callers, &global.tls)?;
    let ready = args.listen.ready_file()?;
    let listener = args.listen.bind().await.map_err(|failure| match detached::serving_on(args.listen.grpc_addr) {
        Some(told) => failure.exit(Exit::Conflict).details(vec![format!("a `longhu dev` in the background has it: {told}")]).next(
            "use that one, stop it with `longhu dev --stop`, or choose another address with --grpc-addr",
        ),
        None => failure,
    })?;
    if args.listen.check {
        return check(&args).await;
    }
    let config = StackConfig {
        data_dir: args.data_dir.clone(),
        nats: args.nats.clone(),
        bank: args.bank.clone(),
        gate,
        rebuild: args.rebuild,
    };
    let stack = tokio::select! {
        started = Stack::start(config, listener) => started?,
        () = shutdown.cancelled() => return Ok(()),
    };
    if let Some(ready) = &ready {
        ready.write(stack.url())?;
    }
    tracing::info!(service = "dev", url = stack.url(), "ready");
    let kept = args
        .data_dir
        .as_ref()
        .map_or("nothing is kept; see --data-dir".into(), |dir| dir.display().to_string());
    eprintln!("longhu serves bank `{}` on {} (data: {kept})", args.bank.bank, stack.url());
    if stack.url() != longhu_client::server::DEFAULT_SERVER {
        eprintln!("for other commands: export LONGHU_SERVER={}", stack.url());
    }
    if let Some(detached) = &detached {
        detached.serves(stack.url(), &args.bank.bank, args.data_dir.as_deref())?;
    }
    let end = stack.run_until(shutdown.cancelled()).await;
    drop(ready);
    end
}

/// What a start needs, without the broker that it would start.
async fn check(args: &Args) -> Result<(), Failure> {
    let kept = match &args.data_dir {
        Some(folder) => {
            folder::look(folder, "--data-dir")?;
            let keys = folder.join("pseudonym-keys.toml");
            if keys.exists() {
                Keyring::from_file(&keys).map_err(|error| chain(&error))?;
            }
            folder.display().to_string()
        }
        None => "nothing is kept".to_owned(),
    };
    let log = match &args.nats {
        Some(nats) => {
            let (log, bank) = args.bank.open(nats).await?;
            told_log(&log, &bank).await?
        }
        None => "of the broker that a start starts".to_owned(),
    };
    checked(&args.listen, [("data", kept), ("log", log)])
}
