//! A projector from start to end: opens the store, restores the shard, and runs the tasks that feed, fold and
//! commit. If one of them cannot continue, all end and the reason is returned.

use std::path::PathBuf;
use std::sync::Arc;

use futures::future::BoxFuture;
use longhu_core::Position;
use longhu_log::{Checkpoint, Log, ReadError, ReadFrom, ReadOptions, Reader as LogReader};
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::api::log::LogInspector;
use crate::api::operations::Operations;
use crate::api::organisation::OrganisationQueries;
use crate::api::plans::PlanQueries;
use crate::api::standings::Standings;
use crate::commit::committer;
use crate::commit::open::{OpenError, Opened, open};
use crate::fold::apply::FoldError;
use crate::fold::backfill;
use crate::fold::fold_thread::FoldThread;
use crate::fold::projection::{Projection, Published};
use crate::fold::swap::{SWAPS_KEPT, Swap};
use crate::input::adoptions::{self, AdoptionsError};
use crate::input::inbox::Inbox;
use crate::input::log_feed::{self, QUEUE_BATCHES};
use crate::input::shard_tasks::{ShardTask, ShardTasks};
use crate::query::contest_backfill::ContestBackfill;
use crate::query::organisation::preview::Previewer;
use crate::query::reader::Reader;
use crate::replay::as_known::AsKnown;
use crate::replay::permit::ReplayPermit;
use crate::replay::read_model::ReadModel;
use crate::replay::verify::Verifier;

/// How to run a projector.
#[derive(Clone, Debug)]
pub struct ProjectorConfig {
    /// The directory of its read model. Each projector needs its own.
    pub store_dir: PathBuf,
    /// Start with an empty read model and fold the whole log again.
    pub rebuild: bool,
}

/// Why a projector ended.
#[derive(Debug, thiserror::Error)]
pub enum ProjectorError {
    /// The read model cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A commit failed.
    #[error("the read model cannot be used")]
    Commit(#[source] longhu_store::Error),
    /// The log cannot be read.
    #[error("the log cannot be read any further; the read model is intact. {}", choices(.0))]
    Read(#[from] ReadError),
    /// The log contradicts the read model, and it cannot be read whether it was adopted.
    #[error("it cannot be read whether the log was adopted")]
    Adoptions(#[from] AdoptionsError),
    /// An entry cannot be folded.
    #[error("the projector halted")]
    Fold(#[from] FoldError),
    /// A task panicked or was cancelled.
    #[error("a task of the projector ended unexpectedly")]
    Task(#[from] tokio::task::JoinError),
    /// A thread panicked.
    #[error("a thread of the projector ended unexpectedly; see the log above")]
    Thread,
}

/// What an operator can do. If the stream is complete but a different one, the log can be folded from the
/// start. If the stream has a gap or cannot be read, folding from the start would stop there too.
fn choices(error: &ReadError) -> &'static str {
    match error {
        ReadError::Contradiction { .. } => {
            "Restore the log. If its end is lost for good, `longhu log adopt` accepts what is left, and the next start \
             rebuilds; or fold its present content with `--rebuild`"
        }
        ReadError::Unavailable { .. } => "Start again when NATS answers",
        ReadError::Trimmed { .. }
        | ReadError::Lost { .. }
        | ReadError::BrokenChain { .. }
        | ReadError::Unreadable { .. }
        | ReadError::PastEnd { .. }
        | ReadError::Log(_) => "Restore the log; until then, a rebuild would halt there too",
    }
}

/// A running projector.
pub struct Projector {
    reader: Reader,
    log: Log,
    tasks: ShardTasks,
    swaps: broadcast::Sender<Swap>,
    replay_permit: ReplayPermit,
    previewer: Previewer,
    run: JoinHandle<Result<(), ProjectorError>>,
}

impl Projector {
    /// Opens the read model and starts folding. Returns at once; queries may wait for positions.
    ///
    /// # Errors
    /// [`ProjectorError`] if the read model cannot be used.
    pub fn start(
        config: ProjectorConfig,
        log: Log,
        shutdown: CancellationToken,
    ) -> BoxFuture<'static, Result<Projector, ProjectorError>> {
        Box::pin(Projector::begin(config, log, shutdown))
    }

    async fn begin(
        config: ProjectorConfig,
        log: Log,
        shutdown: CancellationToken,
    ) -> Result<Projector, ProjectorError> {
        let bank = log.names().bank().to_owned();
        let store_dir = config.store_dir.clone();
        let opened = {
            let bank = bank.clone();
            let open = move || open(&config.store_dir, config.rebuild, &bank);
            tokio::task::spawn_blocking(open).await??
        };
        let (Opened { pages, shard, checkpoint }, feed) = continued(&log, opened, store_dir).await?;
        let published = Published {
            position: shard.head().position,
            checkpoint,
            adoptions: shard.register().adoption_count(),
            lag_batches: 0,
        };
        let projection = Arc::new(Projection::new(&bank, shard, published, Arc::new(pages)));
        let (tasks, tasks_queue) = ShardTasks::new();
        let swaps = broadcast::Sender::new(SWAPS_KEPT);
        let reader = Reader::new(projection.clone());
        let parts = Parts { log: log.clone(), projection, tasks: tasks_queue, swaps: swaps.clone() };
        let run = tokio::spawn(run(parts, checkpoint, feed, shutdown));
        let (replay_permit, previewer) = (ReplayPermit::default(), Previewer::new(tasks.clone()));
        Ok(Projector { reader, log, tasks, swaps, replay_permit, previewer, run })
    }

    /// Reads the shard, for code in this process.
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }

    /// The service for standings; streams end at the shutdown.
    pub fn standings(&self, shutdown: CancellationToken) -> Standings {
        let as_known = AsKnown { log: self.log.clone(), permit: self.replay_permit.clone(), shutdown };
        Standings::new(self.reader.clone(), as_known)
    }

    /// The service for operating the projector; streams end at the shutdown.
    pub fn operations(&self, shutdown: CancellationToken) -> Operations {
        let (reader, tasks) = (self.reader.clone(), self.tasks.clone());
        let swaps = self.swaps.clone();
        let read_model = ReadModel { reader: reader.clone(), tasks: tasks.clone() };
        let (log, permit) = (self.log.clone(), self.replay_permit.clone());
        Operations {
            reader: reader.clone(),
            backfill: ContestBackfill { reader, tasks, swaps },
            verifier: Verifier { read_model, log, permit },
            previewer: self.previewer.clone(),
            shutdown,
        }
    }

    /// The service for the organisation; streams end at the shutdown.
    pub fn organisation(&self, shutdown: CancellationToken) -> OrganisationQueries {
        OrganisationQueries::new(self.reader.clone(), self.log.clone(), self.tasks.clone(), shutdown)
    }

    /// The service for plans.
    pub fn plans(&self) -> PlanQueries {
        PlanQueries::new(self.reader.clone())
    }

    /// The service that shows the log; streams end at the shutdown.
    pub fn log_inspector(&self, shutdown: CancellationToken) -> LogInspector {
        LogInspector::new(self.log.clone(), self.reader.clone(), shutdown)
    }

    /// Waits until it has ended, committed and closed its store.
    ///
    /// # Errors
    /// Why it stopped.
    pub async fn ended(self) -> Result<(), ProjectorError> {
        self.run.await?
    }
}

/// What the tasks share.
struct Parts {
    log: Log,
    projection: Arc<Projection>,
    tasks: mpsc::Receiver<ShardTask>,
    swaps: broadcast::Sender<Swap>,
}

async fn run(
    parts: Parts,
    checkpoint: Checkpoint,
    feed: LogReader,
    shutdown: CancellationToken,
) -> Result<(), ProjectorError> {
    let Parts { log, projection, tasks, swaps } = parts;
    let ending = shutdown.child_token();
    let (live_in, live) = mpsc::channel(QUEUE_BATCHES);
    let (backfill_in, backfill) = mpsc::channel(QUEUE_BATCHES);
    let (commits, requests) = mpsc::channel(1);
    let inbox = Inbox::new(live, backfill, tasks);
    let thread = FoldThread::new(projection.clone(), inbox, commits, swaps, checkpoint);
    let mut fold = spawn_thread("longhu-fold", move || thread.run());
    let (bank, pages) = (projection.bank().to_owned(), projection.pages().clone());
    let mut commit = spawn_thread("longhu-commit", move || committer::run(&bank, &pages, requests));
    // It reads the shard and may have to wait for the fold's thread, so it has its own thread.
    let runtime = tokio::runtime::Handle::current();
    let reading = backfill::run(log.clone(), projection, backfill_in, ending.clone());
    let mut backfill = spawn_thread("longhu-backfill", move || runtime.block_on(reading));
    let live = log_feed::run(feed, live_in, ending.clone());
    let (mut folded, mut committed, mut backfilled) = (None, None, None);
    let fed = tokio::select! {
        fed = live => fed,
        end = &mut backfill => { backfilled = Some(end); Ok(()) }
        end = &mut fold => { folded = Some(end); Ok(()) }
        end = &mut commit => { committed = Some(end); Ok(()) }
    };
    ending.cancel();
    let backfilled = ended(backfilled, backfill).await;
    let folded = ended(folded, fold).await;
    let committed = ended(committed, commit).await;
    committed?.map_err(ProjectorError::Commit)?;
    folded?.map_err(ProjectorError::Fold)?;
    fed.and(backfilled?).map_err(ProjectorError::Read)
}

/// The read model and a reader that continues from its checkpoint, after comparing the two. If the log was
/// adopted without what the read model has folded, the read model is made again from nothing.
async fn continued(
    log: &Log,
    opened: Opened,
    store_dir: PathBuf,
) -> Result<(Opened, LogReader), ProjectorError> {
    let refused = match LogReader::open(log, from(opened.checkpoint), ReadOptions::default()).await {
        Ok(feed) => return Ok((opened, feed)),
        Err(error) => error,
    };
    if !matches!(refused, ReadError::Contradiction { .. }) {
        return Err(refused.into());
    }
    let decided = adoptions::decided(log).await?;
    let (read, head) = (Position::new(opened.checkpoint.sequence, 0), opened.shard.head());
    let known = opened.shard.register().adoption_count();
    let Some(adoption) = decided.explains_loss(read, head.as_of, known) else { return Err(refused.into()) };
    tracing::warn!(
        position = %head.position, lost_after = %adoption.value.lost_after, adopted_at = %adoption.position,
        "the log was adopted without what this read model has folded: rebuilding it"
    );
    // The store is closed before it is made again.
    drop(opened);
    let bank = log.names().bank().to_owned();
    let opened = tokio::task::spawn_blocking(move || open(&store_dir, true, &bank)).await??;
    let feed = LogReader::open(log, from(opened.checkpoint), ReadOptions::default()).await?;
    Ok((opened, feed))
}

fn from(checkpoint: Checkpoint) -> ReadFrom {
    match checkpoint.sequence {
        0 => ReadFrom::Start,
        _ => ReadFrom::Checkpoint(checkpoint),
    }
}

type ThreadEnd<T> = Result<T, oneshot::error::RecvError>;

/// The result of a thread. Waits until it has ended.
async fn ended<T>(end: Option<ThreadEnd<T>>, thread: oneshot::Receiver<T>) -> Result<T, ProjectorError> {
    let end = match end {
        Some(end) => end,
        None => thread.await,
    };
    end.map_err(|_| ProjectorError::Thread)
}

fn spawn_thread<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> oneshot::Receiver<T> {
    let (done, end) = oneshot::channel();
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || drop(done.send(work())));
    if let Err(error) = thread {
        tracing::error!(%error, name, "no thread could be started");
    }
    end
}
