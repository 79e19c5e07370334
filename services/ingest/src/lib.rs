//! Ingest: events of adapters and decisions of people are checked, pseudonymised and appended, and only
//! acknowledged when they are on the broker's disk.
//!
//! It keeps no state except what it reads back from the log, computes no standings, and never lets a raw
//! customer or subject pass. [`Ingest::start`] returns two tonic services, which can be served alone or
//! together with others.

mod check;
mod clock;
mod config;
mod control_api;
mod decider;
mod decisions;
mod error;
mod ingest_api;
mod intake;
mod key_file;
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
use longhu_log::Log;
use longhu_proto::wire::control::v1::control_service_server::ControlServiceServer;
use longhu_proto::wire::ingest::v1::ingest_service_server::IngestServiceServer;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use clock::{Clock, system_clock};
pub use config::{IngestConfig, QueueLimits};
pub use control_api::ControlApi;
pub use error::{DecisionError, IngestError, StartError};
pub use ingest_api::IngestApi;
pub use intake::EVENTS_MAX;
pub use key_file::KeyFileError;
pub use projector_link::ProjectorLink;
pub use pseudonym::{Key, Keyring};

use clock::BankClock;
use decider::Decider;
use intake::Intake;
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

impl Ingest {
    /// Reads the decisions of the log, begins the log if it is empty, takes over the slot, and starts
    /// working.
    ///
    /// If ingest cannot continue (its slot was taken over, the log was replaced, a decision is not
    /// understood), it cancels `shutdown`, so that whatever is served with it ends too. [`Ingest::wait`]
    /// returns the reason.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start(
        config: IngestConfig,
        log: Log,
        shutdown: CancellationToken,
    ) -> BoxFuture<'static, Result<Ingest, StartError>> {
        Box::pin(Ingest::begin(config, log, shutdown))
    }

    async fn begin(
        config: IngestConfig,
        log: Log,
        shutdown: CancellationToken,
    ) -> Result<Ingest, StartError> {
        let clock = BankClock::new(config.clock.clone(), &config.bank.zone)
            .map_err(|source| StartError::Zone { zone: config.bank.zone.clone(), source })?;
        let clock = Arc::new(clock);
        let (decisions, reader) = start::decisions(&config, &log, &clock).await?;
        if let Some(audit) = &config.audit {
            let last = decisions.read().sequence;
            unfinished::complete(audit, &log, last).await?;
        }
        let slot = start::slot(&config, &log, &clock).await?;
        tracing::info!(bank = config.bank.id, slot = config.slot, epochs = ?config.keys.epochs(), "ingest is ready");

        let queue = Arc::new(Queue::new(config.queue, config.batch));
        let tick_interval = config.tick_interval;
        let writer = Writer { slot, queue: queue.clone(), clock: clock.clone(), tick_interval };
        let decider = Decider::new(&log, decisions.clone(), clock.clone(), config.audit.clone());
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
