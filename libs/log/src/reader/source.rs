//! The messages of one consumer on one connection. It does not decode batches and decides nothing. Any
//! disturbance ends it, and the reader then requests again from its own cursor, never from the consumer's.

use crate::error::{LogError, NatsError};
use crate::stream::{Link, Log};
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use async_nats::jetstream::stream::ConsumerErrorKind;
use bytes::Bytes;
use futures::StreamExt;
use std::time::Duration;
use tokio::sync::watch;

/// How many messages one request asks for.
const MESSAGES_PER_PULL: usize = 1_000;
/// How many bytes one request asks for. It limits what waits in memory, and is larger than the largest
/// message.
const BYTES_PER_PULL: usize = 16 * 1024 * 1024;
/// How long a request waits at the server.
const PULL_EXPIRES: Duration = Duration::from_secs(30);
/// How often the server reports that it still waits. After two missed reports the consumer counts as lost.
const HEARTBEAT: Duration = Duration::from_secs(2);
/// When the server deletes a consumer from which nobody requests anything.
const INACTIVE: Duration = Duration::from_secs(60);

/// A message as received.
#[derive(Debug)]
pub(super) struct Message {
    pub sequence: u64,
    pub subject: async_nats::Subject,
    pub payload: Bytes,
    /// How many more messages the server had.
    pub pending: u64,
    /// False if earlier deliveries were lost on the way.
    pub is_contiguous: bool,
}

/// What was received next.
#[derive(Debug)]
pub(super) enum Arrival {
    Message(Message),
    /// The consumer or the connection was lost; with the reason, for the log.
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
    /// Creates a consumer for everything after `sequence`. It is kept in the server's memory and needs no
    /// acknowledgements. `generation` is the connection on which the caller made its checks.
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

    /// Tells the server that the consumer is no longer needed; otherwise the server deletes it later.
    pub(super) async fn close(self, log: &Log) {
        if let Ok(stream) = log.stream_handle().await
            && let Err(error) = stream.delete_consumer(&self.consumer).await
        {
            tracing::debug!(%error, "the consumer was not deleted; the server will delete it later");
        }
    }

    /// The next message. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> Arrival {
        let generation = self.generation;
        let other_connection = self.link.wait_for(|link| link.generation != generation);
        let arrived = tokio::select! {
            biased;
            _ = other_connection => return Arrival::Lost("there is a new connection".to_owned()),
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
