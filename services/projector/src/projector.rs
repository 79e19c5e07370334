//! A projector from its start to its end: opens the store, restores the shard, and runs the tasks that feed, fold and
//! commit. When one of them cannot go on, all end and the reason is the answer.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use longhu_core::fold::FOLD_VERSION;
use longhu_core::fold::shard::Shard;
use longhu_core::types::pages::PageError;
use longhu_log::{Checkpoint, Log, ReadError, ReadFrom};
use longhu_store::Store;
use tokio::sync::{Semaphore, broadcast, mpsc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::as_known::AsKnown;
use crate::checkpoint::Stored;
use crate::cold::Cold;
use crate::desk::{Desk, Order, QUEUE_ORDERS};
use crate::feed::{self, QUEUE_BATCHES};
use crate::fold_thread::{CommitOrder, FoldThread};
use crate::inbox::Inbox;
use crate::operations::Operations;
use crate::organisation_service::OrganisationQueries;
use crate::plan_service::PlanQueries;
use crate::prepared::FoldError;
use crate::preview::Previewer;
use crate::projection::{Projection, Published};
use crate::rebuild::Rebuilder;
use crate::swap::{SWAPS_KEPT, Swap};
use crate::turn::Turn;
use crate::verify::Verifier;
use crate::{backfill, log_service::LogInspector, standings_service::Standings};

/// How to run a projector.
#[derive(Clone, Debug)]
pub struct ProjectorConfig {
    /// The directory of its read model. One projector a directory.
    pub store_dir: PathBuf,
    /// Begin with an empty read model and fold the whole log again.
    pub rebuild: bool,
}

/// Why a projector ended.
#[derive(Debug, thiserror::Error)]
pub enum ProjectorError {
    /// The store cannot be used.
    #[error("the read model cannot be used")]
    Store(#[from] longhu_store::Error),
    /// A page is damaged.
    #[error("the read model cannot be read; rebuild it from the log with `--rebuild`")]
    Page(#[from] PageError),
    /// The read model is of another bank.
    #[error("the read model in {} is of bank `{found}`, the log is of bank `{wanted}`; choose another directory, or fold this log into it with `--rebuild`", path.display())]
    OtherBank {
        /// The store's directory.
        path: PathBuf,
        /// Whose it is.
        found: String,
        /// Whose log it is.
        wanted: String,
    },
    /// The log cannot be read on.
    #[error("the log cannot be read on; the read model is unharmed. {}", choices(.0))]
    Read(#[from] ReadError),
    /// An entry cannot be folded.
    #[error("the projector halted")]
    Fold(#[from] FoldError),
    /// A task ended in a way that it must not.
    #[error("a task of the projector ended unexpectedly: {0}")]
    Task(String),
}

/// What there is to choose from. A stream that is whole but another one can be folded; in one that has a hole or cannot be
/// read, a fold from the start would halt there too.
fn choices(error: &ReadError) -> &'static str {
    match error {
        ReadError::Contradiction { .. } => "Restore the log, or fold what it has now with `--rebuild`",
        ReadError::Unavailable { .. } => "Start again when NATS answers",
        _ => "Restore the log; until then, a rebuild would halt there too",
    }
}

/// A running projector.
pub struct Projector {
    projection: Arc<Projection>,
    log: Log,
    desk: Desk,
    swaps: broadcast::Sender<Swap>,
    /// One second fold of the log at a time.
    turn: Turn,
    preview_turn: Arc<Semaphore>,
    run: JoinHandle<Result<(), ProjectorError>>,
}

impl Projector {
    /// Opens the read model and begins to fold. Returns at once; queries may wait for positions.
    ///
    /// # Errors
    /// [`ProjectorError`] when the read model cannot be used.
    pub async fn start(
        config: ProjectorConfig,
        log: Log,
        shutdown: CancellationToken,
    ) -> Result<Projector, ProjectorError> {
        let bank = log.names().bank().to_owned();
        let (cold, shard, checkpoint) = {
            let bank = bank.clone();
            let open = tokio::task::spawn_blocking(move || open(&config, &bank));
            open.await.map_err(|error| ProjectorError::Task(error.to_string()))??
        };
        let published = Published {
            position: shard.head().position,
            running_hash: checkpoint.running_hash,
            lag_batches: 0,
        };
        let projection = Arc::new(Projection::new(&bank, shard, published, Arc::new(cold)));
        let (orders_in, orders) = mpsc::channel(QUEUE_ORDERS);
        let swaps = broadcast::Sender::new(SWAPS_KEPT);
        let parts = Parts { log: log.clone(), projection: projection.clone(), orders, swaps: swaps.clone() };
        let run = tokio::spawn(run(parts, checkpoint, shutdown));
        let (turn, preview_turn) = (Turn::default(), Arc::new(Semaphore::new(1)));
        Ok(Projector { projection, log, desk: Desk::new(orders_in), swaps, turn, preview_turn, run })
    }

    /// What queries see.
    pub fn projection(&self) -> Arc<Projection> {
        self.projection.clone()
    }

    /// The service that answers for standings; streams end at the shutdown.
    pub fn standings(&self, shutdown: CancellationToken) -> Standings {
        let as_known = AsKnown { log: self.log.clone(), turn: self.turn.clone(), shutdown };
        Standings::new(self.projection.clone(), as_known)
    }

    /// The service for what only a projector can tell or do; streams end at the shutdown.
    pub fn operations(&self, shutdown: CancellationToken) -> Operations {
        let (projection, desk) = (self.projection.clone(), self.desk.clone());
        let swaps = self.swaps.clone();
        let rebuilder = Rebuilder { projection: projection.clone(), desk: desk.clone(), swaps };
        let (log, turn) = (self.log.clone(), self.turn.clone());
        let previewer = Previewer { desk: desk.clone(), turn: self.preview_turn.clone() };
        let verifier = Verifier { projection: projection.clone(), log, desk, turn };
        Operations { projection, rebuilder, verifier, previewer, shutdown }
    }

    /// The service that answers for the organisation; streams end at the shutdown.
    pub fn organisation(&self, shutdown: CancellationToken) -> OrganisationQueries {
        let (projection, log, desk) = (self.projection.clone(), self.log.clone(), self.desk.clone());
        OrganisationQueries::new(projection, log, desk, shutdown)
    }

    /// The service that answers for plans.
    pub fn plans(&self) -> PlanQueries {
        PlanQueries::new(self.projection.clone())
    }

    /// The service that shows the log.
    pub fn log_inspector(&self, shutdown: CancellationToken) -> LogInspector {
        LogInspector::new(self.log.clone(), self.projection.clone(), shutdown)
    }

    /// Waits until it has ended, committed and closed its store.
    ///
    /// # Errors
    /// Why it halted.
    pub async fn ended(self) -> Result<(), ProjectorError> {
        self.run.await.map_err(|error| ProjectorError::Task(error.to_string()))?
    }
}

fn open(config: &ProjectorConfig, bank: &str) -> Result<(Cold, Shard, Checkpoint), ProjectorError> {
    let started = Instant::now();
    let mut store = match config.rebuild {
        true => Store::recreate(&config.store_dir)?,
        false => Store::open(&config.store_dir)?,
    };
    let record = store.checkpoint()?;
    let mut stored = record.as_ref().and_then(|bytes| Stored::decode(bytes));
    if let Some(found) = stored.as_ref().filter(|stored| stored.bank != bank) {
        let (found, wanted) = (found.bank.clone(), bank.to_owned());
        return Err(ProjectorError::OtherBank { path: config.store_dir.clone(), found, wanted });
    }
    // A record of another form is of another version too: its pages must not be found by a fold from the start.
    let is_other = stored.as_ref().map_or(record.is_some(), |stored| stored.fold_version != FOLD_VERSION);
    if is_other {
        tracing::warn!(now = FOLD_VERSION, "another version of the fold wrote the read model: rebuilding it");
        drop(store);
        store = Store::recreate(&config.store_dir)?;
        stored = None;
    }
    let cold = Cold::new(store);
    let shard = match &stored {
        Some(_) => Shard::restore(&cold)?,
        None => Shard::default(),
    };
    let checkpoint = stored.map_or(Checkpoint::START, |stored| stored.checkpoint());
    tracing::info!(
        sequence = checkpoint.sequence,
        elapsed_ms = started.elapsed().as_millis() as u64,
        "opened the read model"
    );
    Ok((cold, shard, checkpoint))
}

/// What the tasks share.
struct Parts {
    log: Log,
    projection: Arc<Projection>,
    orders: mpsc::Receiver<Order>,
    swaps: broadcast::Sender<Swap>,
}

async fn run(
    parts: Parts,
    checkpoint: Checkpoint,
    shutdown: CancellationToken,
) -> Result<(), ProjectorError> {
    let Parts { log, projection, orders, swaps } = parts;
    let ending = shutdown.child_token();
    let cold = projection.cold().clone();
    let (live_in, live) = mpsc::channel(QUEUE_BATCHES);
    let (old_in, old) = mpsc::channel(QUEUE_BATCHES);
    let (commits, commit_orders) = mpsc::channel(1);
    let thread = FoldThread {
        projection: projection.clone(),
        cold: cold.clone(),
        inbox: Inbox::new(live, old, orders),
        held: None,
        commits,
        swaps,
        checkpoint,
        committed_at: Instant::now(),
        has_committed: false,
        uncommitted_events: 0,
        unsettled_events: 0,
        is_changed: false,
    };
    let mut fold = spawn_thread("longhu-fold", move || thread.run());
    let bank = projection.bank().to_owned();
    let mut commit = spawn_thread("longhu-commit", move || commit_all(&bank, &cold, commit_orders));
    let from = match checkpoint.sequence {
        0 => ReadFrom::Start,
        _ => ReadFrom::Checkpoint(checkpoint),
    };
    let live = feed::live(log.clone(), from, live_in, ending.clone());
    let old = backfill::run(log, projection, old_in, ending.clone());
    let feeds = async { tokio::try_join!(live, old).map(drop) };
    let (mut folded, mut committed) = (None, None);
    let fed = tokio::select! {
        fed = feeds => fed.map_err(ProjectorError::from),
        end = &mut fold => { folded = Some(end); Ok(()) }
        end = &mut commit => { committed = Some(end); Ok(()) }
    };
    ending.cancel();
    let gone = || ProjectorError::Task("it panicked; see the log above".to_owned());
    let folded = match folded {
        Some(end) => end,
        None => fold.await,
    };
    let committed = match committed {
        Some(end) => end,
        None => commit.await,
    };
    committed.map_err(|_| gone())?.map_err(ProjectorError::Store)?;
    folded.map_err(|_| gone())?.map_err(ProjectorError::Fold)?;
    fed
}

/// Commits what is ordered, one after the other, until no more orders can come.
fn commit_all(
    bank: &str,
    cold: &Cold,
    mut orders: mpsc::Receiver<CommitOrder>,
) -> Result<(), longhu_store::Error> {
    while let Some(CommitOrder(checkpoint)) = orders.blocking_recv() {
        cold.commit(&Stored::new(bank, checkpoint).encode())?;
    }
    Ok(())
}

fn spawn_thread<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> tokio::sync::oneshot::Receiver<T> {
    let (done, end) = tokio::sync::oneshot::channel();
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || drop(done.send(work())));
    if let Err(error) = thread {
        tracing::error!(%error, name, "no thread could be started");
    }
    end
}
