//! Ingest: events of adapters and decisions of people are checked, pseudonymised and appended, and only
//! acknowledged when they are on the broker's disk.
//!
//! It computes no standings, and never lets a raw customer or subject pass. [`Ingest::prepare`] reads and
//! compares, [`Prepared::start`] takes over the slot and returns two tonic services, which can be served alone
//! or together with others.

mod adoption;
mod check;
mod clock;
mod config;
mod control_api;
mod decider;
mod decisions;
mod error;
mod founding;
mod ingest_api;
mod intake;
mod key_file;
mod last_acknowledged;
mod memory;
mod normalise;
mod projector_link;
mod pseudonym;
mod queue;
mod refusal;
mod start;
mod unfinished;
mod writer;

use std::sync::Arc;

use futures::future::BoxFuture;
use longhu_log::{Log, Reader};
use longhu_proto::wire::control::v1::control_service_server::ControlServiceServer;
use longhu_proto::wire::ingest::v1::ingest_service_server::IngestServiceServer;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use adoption::{Adopt, AdoptError, Adopted, adopt};
pub use clock::{Clock, system_clock};
pub use config::{IngestConfig, QueueLimits};
pub use control_api::ControlApi;
pub use error::{Contradicts, DecisionError, IngestError, StartError, Witness};
pub use founding::{Founded, bank_of, found};
pub use ingest_api::IngestApi;
pub use intake::EVENTS_MAX;
pub use key_file::KeyFileError;
pub use memory::{Acknowledged, MemoryError, last_known};
pub use projector_link::ProjectorLink;
pub use pseudonym::{Key, Keyring};

use clock::BankClock;
use decider::Decider;
use decisions::Decisions;
use intake::Intake;
use last_acknowledged::LastAcknowledged;
use memory::Memory;
use queue::Queue;
use writer::Writer;

/// The most bytes of one received gRPC message.
pub const MESSAGE_BYTES_MAX: usize = 4 << 20;

/// A running ingest: its services, and the tasks behind them.
pub struct Ingest {
    events: Arc<IngestApi>,
    control: Arc<ControlApi>,
    writer: JoinHandle<Result<(), IngestError>>,
    follower: JoinHandle<Result<(), IngestError>>,
}

/// Everything that ingest needs, read and compared. Nothing was taken yet: whoever has the slot still writes.
pub struct Prepared {
    config: IngestConfig,
    log: Log,
    clock: Arc<BankClock>,
    decisions: Arc<Decisions>,
    reader: Reader,
}

impl Prepared {
    /// Asks this projector what only it knows. For a projector that starts after ingest was prepared.
    pub fn ask(&mut self, projector: Arc<dyn ProjectorLink>) {
        self.config.projector = Some(projector);
    }

    /// Takes over the slot and starts working.
    ///
    /// If ingest cannot continue (its slot was taken over, the log was replaced, a decision is not
    /// understood), it cancels `shutdown`, so that whatever is served with it ends too. [`Ingest::wait`]
    /// returns the reason.
    ///
    /// # Errors
    /// [`StartError::Slot`].
    pub fn start(self, shutdown: CancellationToken) -> BoxFuture<'static, Result<Ingest, StartError>> {
        Box::pin(Ingest::begin(self, shutdown))
    }
}

impl Ingest {
    /// Reads the decisions of the log and checks that it is the bank's. Disturbs nobody.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn prepare(config: IngestConfig, log: Log) -> BoxFuture<'static, Result<Prepared, StartError>> {
        Box::pin(async {
            let clock = BankClock::new(config.clock.clone(), &config.bank.zone)
                .map_err(|source| StartError::Zone { zone: config.bank.zone.clone(), source })?;
            let (decisions, reader) = start::decisions(&config, &log, &clock).await?;
            start::compare(&config, &log, &decisions).await?;
            Ok(Prepared { config, log, clock: Arc::new(clock), decisions, reader })
        })
    }

    async fn begin(prepared: Prepared, shutdown: CancellationToken) -> Result<Ingest, StartError> {
        let Prepared { config, log, clock, decisions, reader } = prepared;
        let memory = config.state_dir.as_deref().map(|dir| Memory::open(dir, &config.bank.id, &config.slot));
        let memory = memory.transpose()?;
        let acknowledged = Arc::new(LastAcknowledged { memory, decisions: decisions.clone() });
        if let Some(audit) = &config.audit {
            let last = decisions.read().sequence;
            unfinished::complete(audit, &log, last).await?;
        }
        let slot = start::slot(&config, &log, &clock).await?;
        acknowledged.note(slot.tail().sequence, slot.tail().hash, 0, clock.recorded());
        tracing::info!(bank = config.bank.id, slot = config.slot, epochs = ?config.keys.epochs(), "took over the slot");

        let queue = Arc::new(Queue::new(config.queue, config.batch));
        let tick_interval = config.tick_interval;
        let writer = Writer {
            slot,
            queue: queue.clone(),
            clock: clock.clone(),
            tick_interval,
            acknowledged: acknowledged.clone(),
        };
        let audit = config.audit.clone();
        let decider = Decider::new(&log, decisions.clone(), clock.clone(), acknowledged, audit);
        let following = {
            let (decisions, shutdown) = (decisions.clone(), shutdown.clone());
            async move { decisions.follow(reader, shutdown).await }
        };
        let keys = Arc::new(config.keys);
        let control = ControlApi {
            bank: config.bank,
            clock: clock.clone(),
            decider: decider.clone(),
            organisations: Semaphore::new(control_api::ORGANISATIONS_MAX),
            plans: Semaphore::new(control_api::PLANS_MAX),
            keys: keys.clone(),
            projector: config.projector.clone(),
        };
        let answer_timeout = config.answer_timeout;
        let intake = Arc::new(Intake { log, decisions, decider, clock, queue, keys, answer_timeout });
        let events = IngestApi {
            intake,
            stream_in_flight_max: config.stream_in_flight_max,
            projector: config.projector,
            shutdown: shutdown.clone(),
        };
        Ok(Ingest {
            events: Arc::new(events),
            control: Arc::new(control),
            writer: tokio::spawn(or_shut_down(writer.run(shutdown.clone()), shutdown.clone())),
            follower: tokio::spawn(or_shut_down(following, shutdown)),
        })
    }

    /// The service for events.
    pub fn ingest_service(&self) -> IngestServiceServer<IngestApi> {
        IngestServiceServer::from_arc(self.events.clone()).max_decoding_message_size(MESSAGE_BYTES_MAX)
    }

    /// The service for decisions.
    pub fn control_service(&self) -> ControlServiceServer<ControlApi> {
        ControlServiceServer::from_arc(self.control.clone()).max_decoding_message_size(MESSAGE_BYTES_MAX)
    }

    /// Waits for the end: what was accepted before the shutdown is written and answered.
    ///
    /// # Errors
    /// [`IngestError`] if it ended by itself.
    pub async fn wait(self) -> Result<(), IngestError> {
        let (writer, follower) = tokio::join!(self.writer, self.follower);
        writer?.and(follower?)
    }
}

/// Runs a task that the rest of ingest depends on.
async fn or_shut_down(
    work: impl Future<Output = Result<(), IngestError>>,
    shutdown: CancellationToken,
) -> Result<(), IngestError> {
    // If the task panics, the others must stop too.
    let _guard = shutdown.drop_guard();
    let done = work.await;
    if let Err(error) = &done {
        tracing::error!(error = error as &dyn std::error::Error, "ingest cannot continue");
    }
    done
}
