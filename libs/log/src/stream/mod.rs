//! The log of one bank: its connection, its stream, and queries about it. Appending is in `writer`, following
//! in `reader`; nothing is ever deleted.

mod connection;
mod settings;

pub(crate) use connection::Link;

use crate::batch::{Batch, decode};
use crate::config::LogConfig;
use crate::error::{LogError, NatsError};
use crate::names::Names;
use async_nats::connection::State;
use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::context::{CreateStreamErrorKind, GetStreamErrorKind};
use async_nats::jetstream::message::StreamMessage;
use async_nats::jetstream::stream::{Info, LastRawMessageErrorKind, RawMessageErrorKind};
use async_nats::jetstream::{self, ContextBuilder};
use futures::future::BoxFuture;
use longhu_core::{Position, Time};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// The pause between two attempts while NATS is starting.
const RETRY_PAUSE: Duration = Duration::from_millis(100);
/// How long the requests of a connect may take at first. A cluster that is electing a leader drops some of
/// them, so they are soon repeated, each time with twice the time limit.
const PATIENCE_MIN: Duration = Duration::from_secs(1);

/// The open log of one bank. Cheap to clone; clones share one connection, which reconnects by itself without
/// limit.
#[derive(Clone, Debug)]
pub struct Log {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    config: LogConfig,
    names: Names,
    client: async_nats::Client,
    context: jetstream::Context,
    link: watch::Receiver<Link>,
}

/// What to do if the bank has no stream.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    Refuse,
    Create,
}

/// The state of the stream, according to NATS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogStatus {
    /// The first stored sequence; 0 or 1 while nothing was ever stored.
    pub first_sequence: u64,
    /// The last stored sequence; 0 while nothing was ever stored.
    pub last_sequence: u64,
    /// The number of stored messages.
    pub messages: u64,
    /// The stored bytes, including those of NATS itself.
    pub bytes: u64,
    /// The maximum of `bytes`; `None` if there is none.
    pub bytes_max: Option<u64>,
    /// Replicas in the cluster.
    pub replicas: usize,
    /// When the stream was created, by the server's clock.
    pub created_time: Time,
}

/// A stored batch and its place in the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBatch {
    /// The stream sequence, from 1.
    pub sequence: u64,
    /// The subject that it was appended to.
    pub subject: Arc<str>,
    /// The batch.
    pub batch: Batch,
}

impl StoredBatch {
    /// The position of one of its records, by its index in the batch.
    pub fn position(&self, index: u32) -> Position {
        Position::new(self.sequence, index)
    }

    /// The position of its last record; index 0 for a tick.
    pub fn last_position(&self) -> Position {
        self.position(self.batch.header.count.saturating_sub(1))
    }
}

impl Log {
    /// Connects to NATS and opens the bank's stream, which must exist: a mistyped bank must not begin another
    /// log.
    ///
    /// # Errors
    /// [`LogError::Connect`] if there is no connection within `connect_timeout`; [`LogError::NotBegun`] if
    /// there is no stream; [`LogError::Unsuitable`] if the existing stream could lose batches or has other
    /// subjects; [`LogError::Name`], [`LogError::Url`] and [`LogError::File`] for a wrong configuration.
    pub fn connect(config: LogConfig) -> BoxFuture<'static, Result<Log, LogError>> {
        Box::pin(Log::open(config, Missing::Refuse))
    }

    /// The same as [`Log::connect`], but creates the stream if there is none. For beginning a bank.
    ///
    /// # Errors
    /// Those of [`Log::connect`] except [`LogError::NotBegun`].
    pub fn create(config: LogConfig) -> BoxFuture<'static, Result<Log, LogError>> {
        Box::pin(Log::open(config, Missing::Create))
    }

    async fn open(config: LogConfig, missing: Missing) -> Result<Log, LogError> {
        let names = Names::of_bank(&config.bank)?;
        let deadline = Instant::now() + config.connect_timeout;
        let (client, link) = connection::connect(&config).await?;
        let context = ContextBuilder::new().timeout(config.ack_timeout).build(client.clone());
        let log = Log { inner: Arc::new(Inner { config, names, client, context, link }) };
        let mut patience = PATIENCE_MIN;
        loop {
            let asked = tokio::time::timeout(patience, log.ensure_stream(missing)).await;
            let error = match asked {
                Ok(Ok(())) => return Ok(log),
                Ok(Err(error)) if !error.is_retriable() => return Err(error),
                Ok(Err(error)) => error,
                Err(_) => LogError::Unavailable(NatsError::new("no answer in time")),
            };
            if Instant::now() + RETRY_PAUSE >= deadline {
                return Err(error);
            }
            tracing::debug!(%error, "NATS is not ready yet");
            tokio::time::sleep(RETRY_PAUSE).await;
            patience = (patience * 2).min(log.config().ack_timeout * 4);
        }
    }

    /// The configuration with which this log was opened.
    pub fn config(&self) -> &LogConfig {
        &self.inner.config
    }

    /// The names of the stream and its subjects.
    pub fn names(&self) -> &Names {
        &self.inner.names
    }

    /// True while connected.
    pub fn is_connected(&self) -> bool {
        self.inner.client.connection_state() == State::Connected
    }

    /// Waits for the connection; false if there is none within `timeout`.
    pub async fn wait_connected(&self, timeout: Duration) -> bool {
        let mut link = self.inner.link.clone();
        tokio::time::timeout(timeout, link.wait_for(|link| link.connected))
            .await
            .is_ok_and(|waited| waited.is_ok())
    }

    /// The present state of the stream, according to NATS.
    ///
    /// # Errors
    /// [`LogError::Unavailable`] without an answer, [`LogError::NoStream`] if the stream is gone.
    pub fn status(&self) -> BoxFuture<'_, Result<LogStatus, LogError>> {
        Box::pin(async { Ok(status_of(&self.info().await?)) })
    }

    /// The last batch of the stream, of whichever subject; `None` if the stream is empty.
    ///
    /// # Errors
    /// The same as [`Log::last_on`].
    pub fn last(&self) -> BoxFuture<'_, Result<Option<StoredBatch>, LogError>> {
        Box::pin(async { self.ask_for(self.status().await?.last_sequence).await })
    }

    /// The last batch of a subject, read from the stream's leader; `None` if there is none.
    ///
    /// # Errors
    /// [`LogError::Unavailable`], [`LogError::NoStream`], or [`LogError::Unreadable`] if a message is not a
    /// batch.
    pub fn last_on<'l>(&'l self, subject: &'l str) -> BoxFuture<'l, Result<Option<StoredBatch>, LogError>> {
        Box::pin(self.ask_last_on(subject))
    }

    async fn ask_last_on(&self, subject: &str) -> Result<Option<StoredBatch>, LogError> {
        let stream = self.stream_handle().await?;
        match stream.get_last_raw_message_by_subject(subject).await {
            Ok(message) => stored(message).map(Some),
            Err(error) => match error.kind() {
                LastRawMessageErrorKind::NoMessageFound => Ok(None),
                LastRawMessageErrorKind::JetStream(answer) => Err(self.answered(&answer, "read a message")),
                _ => Err(LogError::Unavailable(NatsError::new(error))),
            },
        }
    }

    /// The batch at a stream sequence, read from the stream's leader; `None` if nothing is stored there.
    ///
    /// # Errors
    /// The same as [`Log::last_on`].
    pub fn get(&self, sequence: u64) -> BoxFuture<'_, Result<Option<StoredBatch>, LogError>> {
        Box::pin(self.ask_for(sequence))
    }

    async fn ask_for(&self, sequence: u64) -> Result<Option<StoredBatch>, LogError> {
        if sequence == 0 {
            return Ok(None);
        }
        let stream = self.stream_handle().await?;
        self.raw(stream.get_raw_message(sequence).await)
    }

    /// The first batch of a subject at or after a stream sequence; `None` if there is none.
    ///
    /// # Errors
    /// The same as [`Log::last_on`].
    pub fn next_on<'l>(
        &'l self,
        subject: &'l str,
        sequence: u64,
    ) -> BoxFuture<'l, Result<Option<StoredBatch>, LogError>> {
        Box::pin(self.ask_next_on(subject, sequence))
    }

    async fn ask_next_on(&self, subject: &str, sequence: u64) -> Result<Option<StoredBatch>, LogError> {
        let stream = self.stream_handle().await?;
        self.raw(stream.get_first_raw_message_by_subject(subject, sequence.max(1)).await)
    }

    pub(crate) fn context(&self) -> &jetstream::Context {
        &self.inner.context
    }

    /// The largest message, in bytes, that the server accepts now.
    pub(crate) fn payload_bytes_max(&self) -> usize {
        self.inner.client.server_info().max_payload
    }

    pub(crate) fn link(&self) -> watch::Receiver<Link> {
        self.inner.link.clone()
    }

    /// A handle for requests. Creating it sends none.
    pub(crate) async fn stream_handle(&self) -> Result<jetstream::stream::Stream<()>, LogError> {
        let handle = self.inner.context.get_stream_no_info(self.names().stream()).await;
        handle.map_err(|error| LogError::Refused { what: "name the stream", source: NatsError::new(error) })
    }

    async fn info(&self) -> Result<Info, LogError> {
        match self.inner.context.get_stream(self.names().stream()).await {
            Ok(stream) => Ok(stream.cached_info().clone()),
            Err(error) => match error.kind() {
                GetStreamErrorKind::JetStream(answer) => Err(self.answered(&answer, "describe the stream")),
                _ => Err(LogError::Unavailable(NatsError::new(error))),
            },
        }
    }

    async fn ensure_stream(&self, missing: Missing) -> Result<(), LogError> {
        let info = match self.info().await {
            Err(LogError::NoStream { .. }) if missing == Missing::Create => self.create_stream().await?,
            Err(LogError::NoStream { stream }) => {
                return Err(LogError::NotBegun { bank: self.names().bank().to_owned(), stream });
            }
            found => found?,
        };
        let problems = settings::problems(&info.config, self.names());
        if !problems.is_empty() {
            return Err(LogError::Unsuitable { stream: self.names().stream().to_owned(), problems });
        }
        if info.config.num_replicas != self.config().replicas {
            let (found, wanted) = (info.config.num_replicas, self.config().replicas);
            tracing::warn!(
                found,
                wanted,
                "the stream keeps its number of replicas; change it with the nats tool"
            );
        }
        if let Some(raised) = settings::raised(&info.config, self.config()) {
            tracing::info!(
                from = info.config.max_bytes,
                to = raised.max_bytes,
                "raising the maximum size of the stream"
            );
            let updated = self.inner.context.update_stream(raised).await;
            updated.map_err(|error| {
                refused_or_unavailable(error.kind(), &error, "raise the maximum size of the stream")
            })?;
        }
        Ok(())
    }

    /// Creates the stream. If another process created it in the meantime, that one is used.
    async fn create_stream(&self) -> Result<Info, LogError> {
        let wanted = settings::wanted(self.config(), self.names());
        match self.inner.context.create_stream(wanted).await {
            Ok(stream) => Ok(stream.cached_info().clone()),
            Err(error) => match error.kind() {
                CreateStreamErrorKind::JetStream(answer)
                    if answer.error_code() == ErrorCode::STREAM_NAME_EXIST =>
                {
                    self.info().await
                }
                kind => Err(refused_or_unavailable(kind, &error, "create the stream")),
            },
        }
    }

    fn raw(
        &self,
        got: Result<StreamMessage, jetstream::stream::RawMessageError>,
    ) -> Result<Option<StoredBatch>, LogError> {
        match got {
            Ok(message) => stored(message).map(Some),
            Err(error) => match error.kind() {
                RawMessageErrorKind::NoMessageFound => Ok(None),
                RawMessageErrorKind::JetStream(answer) => Err(self.answered(&answer, "read a message")),
                _ => Err(LogError::Unavailable(NatsError::new(error))),
            },
        }
    }

    /// The meaning of an error in an answer: gone, not ready, or refused for good.
    pub(crate) fn answered(&self, answer: &jetstream::Error, what: &'static str) -> LogError {
        match answer.error_code() {
            ErrorCode::STREAM_NOT_FOUND => LogError::NoStream { stream: self.names().stream().to_owned() },
            _ if answer.code() >= 500 => LogError::Unavailable(NatsError::new(answer)),
            _ => LogError::Refused { what, source: NatsError::new(answer) },
        }
    }
}

fn refused_or_unavailable(
    kind: CreateStreamErrorKind,
    error: &dyn std::fmt::Display,
    what: &'static str,
) -> LogError {
    let source = NatsError::new(error);
    match kind {
        CreateStreamErrorKind::TimedOut | CreateStreamErrorKind::JetStreamUnavailable => {
            LogError::Unavailable(source)
        }
        CreateStreamErrorKind::JetStream(answer) if answer.code() == 503 => LogError::Unavailable(source),
        _ => LogError::Refused { what, source },
    }
}

fn stored(message: StreamMessage) -> Result<StoredBatch, LogError> {
    let (sequence, subject) = (message.sequence, message.subject.as_str());
    match decode(&message.payload) {
        Ok(batch) => Ok(StoredBatch { sequence, subject: subject.into(), batch }),
        Err(source) => Err(LogError::Unreadable { sequence, subject: subject.to_owned(), source }),
    }
}

fn status_of(info: &Info) -> LogStatus {
    LogStatus {
        first_sequence: info.state.first_sequence,
        last_sequence: info.state.last_sequence,
        messages: info.state.messages,
        bytes: info.state.bytes,
        bytes_max: u64::try_from(info.config.max_bytes).ok().filter(|bytes| *bytes > 0),
        replicas: info.config.num_replicas,
        created_time: Time(i64::try_from(info.created.unix_timestamp_nanos()).unwrap_or_default()),
    }
}
