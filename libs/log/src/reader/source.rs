//! The messages of one consumer on one connection. It knows no batch and decides nothing: whatever disturbs it ends it,
//! and the reader asks again from its own cursor, never from the consumer's.

use crate::error::{LogError, NatsError};
use crate::stream::{Link, Log};
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use async_nats::jetstream::stream::ConsumerErrorKind;
use bytes::Bytes;
use futures::StreamExt;
use std::time::Duration;
use tokio::sync::watch;

/// Messages that one request asks for.
const MESSAGES_PER_PULL: usize = 1_000;
/// Bytes that one request asks for: bounds what waits in memory, and is above the largest message.
const BYTES_PER_PULL: usize = 16 * 1024 * 1024;
/// How long a request waits at the server.
const PULL_EXPIRES: Duration = Duration::from_secs(30);
/// How often the server says that it still waits; a consumer counts as lost after two of these.
const HEARTBEAT: Duration = Duration::from_secs(2);
/// When the server forgets a consumer that nobody asks.
const INACTIVE: Duration = Duration::from_secs(60);

/// A message as it arrived.
#[derive(Debug)]
pub(super) struct Message {
    pub sequence: u64,
    pub subject: async_nats::Subject,
    pub payload: Bytes,
    /// Messages that the server had left.
    pub pending: u64,
    /// False when deliveries before this one got lost on the way.
    pub is_contiguous: bool,
}

/// What came next.
#[derive(Debug)]
pub(super) enum Arrival {
    Message(Message),
    /// The consumer or the connection is gone; why, for the record.
    Lost(String),
}

pub(super) struct Source {
    messages: pull::Stream,
    link: watch::Receiver<Link>,
    generation: u64,
    delivered: u64,
    consumer: String,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source")
            .field("generation", &self.generation)
            .field("delivered", &self.delivered)
            .finish()
    }
}

impl Source {
    /// Creates a consumer for everything after `sequence`. It lives in the server's memory and is never acknowledged
    /// to. `generation` is the connection that the caller's checks were made on.
    pub(super) async fn after(
        log: &Log,
        subject: Option<&str>,
        sequence: u64,
        generation: u64,
    ) -> Result<Self, LogError> {
        let config = pull::Config {
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: sequence + 1 },
            ack_policy: AckPolicy::None,
            filter_subject: subject.unwrap_or_default().to_owned(),
            inactive_threshold: INACTIVE,
            memory_storage: true,
            num_replicas: 1,
            ..pull::Config::default()
        };
        let unavailable = |error: &dyn std::fmt::Display| LogError::Unavailable(NatsError::new(error));
        let stream = log.stream_handle().await?;
        let consumer = stream.create_consumer(config).await.map_err(|error| match error.kind() {
            ConsumerErrorKind::JetStream(answer) => log.answered(&answer, "create a consumer"),
            _ => unavailable(&error),
        })?;
        let messages = consumer
            .stream()
            .max_messages_per_batch(MESSAGES_PER_PULL)
            .max_bytes_per_batch(BYTES_PER_PULL)
            .expires(PULL_EXPIRES)
            .heartbeat(HEARTBEAT)
            .messages()
            .await
            .map_err(|error| unavailable(&error))?;
        Ok(Source {
            messages,
            link: log.link(),
            generation,
            delivered: 0,
            consumer: consumer.cached_info().name.clone(),
        })
    }

    /// Tells the server that the consumer is done with; otherwise the server forgets it later by itself.
    pub(super) async fn close(self, log: &Log) {
        if let Ok(stream) = log.stream_handle().await
            && let Err(error) = stream.delete_consumer(&self.consumer).await
        {
            tracing::debug!(%error, "the consumer is left to be forgotten");
        }
    }

    /// The next message. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> Arrival {
        let generation = self.generation;
        let other_connection = self.link.wait_for(|link| link.generation != generation);
        let arrived = tokio::select! {
            biased;
            _ = other_connection => return Arrival::Lost("the connection was made anew".to_owned()),
            arrived = self.messages.next() => arrived,
        };
        let message = match arrived {
            Some(Ok(message)) => message,
            Some(Err(error)) => return Arrival::Lost(error.to_string()),
            None => return Arrival::Lost("the consumer ended".to_owned()),
        };
        let (sequence, delivery, pending) = match message.info() {
            Ok(info) => (info.stream_sequence, info.consumer_sequence, info.pending),
            Err(error) => return Arrival::Lost(error.to_string()),
        };
        let is_contiguous = delivery == self.delivered + 1;
        self.delivered = delivery;
        let async_nats::Message { subject, payload, .. } = message.message;
        Arrival::Message(Message { sequence, subject, payload, pending, is_contiguous })
    }
}
