//! Publishing one batch with one expectation, in as many attempts as time allows. It ends with a certain
//! outcome, or says that there is none. The batch is the same in every attempt, and nothing is concluded from
//! silence.

use super::append::{AppendError, Appended, Tail};
use crate::batch::{EncodedBatch, WriterId};
use crate::error::{LogError, NatsError};
use crate::stream::Log;
use async_nats::jetstream;
use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use std::error::Error as _;
use std::time::Duration;
use tokio::time::Instant;

/// The pause before another attempt, while a server starts or a cluster elects a leader.
const RETRY_PAUSE: Duration = Duration::from_millis(50);

/// The condition for the batch to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expect {
    /// The subject's last message has this stream sequence; 0 for none.
    Subject(u64),
    /// The last message of the whole stream has this sequence; 0 if the stream is empty.
    Stream(u64),
}

impl Expect {
    fn sequence(self) -> u64 {
        match self {
            Expect::Subject(sequence) | Expect::Stream(sequence) => sequence,
        }
    }
}

/// How the attempts ended.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Stored, now or by an earlier attempt.
    Stored(Appended),
    /// Another batch follows the expected one, so ours can never be stored.
    Overtaken { by: WriterId, tail: Tail },
    /// Certainly not stored.
    NotStored(AppendError),
    /// Unknown. An attempt may still arrive.
    Unknown(NatsError),
}

/// The outcome of one attempt.
enum Attempt {
    Stored(u64),
    WrongSequence,
    /// This attempt was refused.
    Refused(AppendError),
    /// No stream received this attempt.
    Unheard(NatsError),
    /// No answer: it may have been stored, may be stored later, or never.
    Silence(NatsError),
}

/// Sends `batch` until its outcome is known or `deadline` has passed.
pub(super) async fn publish(
    log: &Log,
    subject: &str,
    batch: &EncodedBatch,
    number: u64,
    expect: Expect,
    deadline: Instant,
) -> Outcome {
    let appended = |sequence| Appended { sequence, hash: batch.hash, number };
    let mut silence: Option<NatsError> = None;
    loop {
        let attempt = match within(deadline, connected(log)).await {
            Some(true) => attempt(log, subject, batch, expect, deadline).await,
            _ => Attempt::Unheard(NatsError::new("not connected to NATS")),
        };
        let reason = match attempt {
            Attempt::Stored(sequence) => return Outcome::Stored(appended(sequence)),
            Attempt::WrongSequence => match follower(log, subject, batch, expect, deadline).await {
                Follower::Ours(sequence) => return Outcome::Stored(appended(sequence)),
                Follower::Other { by, tail } => return Outcome::Overtaken { by, tail },
                Follower::Elsewhere if silence.is_none() => {
                    return Outcome::NotStored(conflict(subject, expect));
                }
                Follower::Elsewhere => None,
                Follower::NoneYet => {
                    if Instant::now() + RETRY_PAUSE >= deadline {
                        return ended_without_follower(log, subject, expect, silence).await;
                    }
                    None
                }
                // Whatever follows is not ours, since ours is readable.
                Follower::Unasked(error @ LogError::Unreadable { .. }) => {
                    return Outcome::NotStored(error.into());
                }
                Follower::Unasked(error) => Some(NatsError::new(error)),
            },
            // A refusal says nothing about an earlier attempt that got no answer.
            Attempt::Refused(error) => match silence {
                None => return Outcome::NotStored(error),
                Some(_) => match follower(log, subject, batch, expect, deadline).await {
                    Follower::Ours(sequence) => return Outcome::Stored(appended(sequence)),
                    Follower::Other { by, tail } => return Outcome::Overtaken { by, tail },
                    _ => return Outcome::Unknown(NatsError::new(error)),
                },
            },
            Attempt::Unheard(error) => Some(error),
            Attempt::Silence(error) => {
                silence = Some(error.clone());
                Some(error)
            }
        };
        if Instant::now() + RETRY_PAUSE >= deadline {
            return match (silence, reason) {
                (Some(error), _) => Outcome::Unknown(error),
                (None, Some(error)) => Outcome::NotStored(AppendError::NotSent(error)),
                (None, None) => Outcome::NotStored(conflict(subject, expect)),
            };
        }
        tokio::time::sleep(RETRY_PAUSE).await;
    }
}

fn conflict(subject: &str, expect: Expect) -> AppendError {
    AppendError::Conflict { subject: subject.to_owned(), expected: expect.sequence() }
}

/// Waits for the connection; true once there is one.
async fn connected(log: &Log) -> bool {
    log.link().wait_for(|link| link.connected).await.is_ok()
}

async fn within<T>(deadline: Instant, work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout_at(deadline, work).await.ok()
}

/// Sends once and waits for the answer. If the connection is lost, the waiting ends at once.
async fn attempt(
    log: &Log,
    subject: &str,
    batch: &EncodedBatch,
    expect: Expect,
    deadline: Instant,
) -> Attempt {
    let mut message = PublishMessage::build().payload(batch.bytes.clone());
    message = match expect {
        Expect::Subject(sequence) => message.expected_last_subject_sequence(sequence),
        Expect::Stream(sequence) => message.expected_last_sequence(sequence),
    };
    let message = message.expected_stream(log.names().stream());
    let mut link = log.link();
    let generation = link.borrow_and_update().generation;
    let sent = log.context().send_publish(subject.to_owned(), message).await;
    let acknowledged = match sent {
        Ok(acknowledged) => acknowledged.into_future(),
        Err(error) => return classify(log, batch, &error),
    };
    let lost = link.wait_for(|link| !link.connected || link.generation != generation);
    tokio::select! {
        biased;
        answer = acknowledged => match answer {
            Ok(answer) => Attempt::Stored(answer.sequence),
            Err(error) => classify(log, batch, &error),
        },
        _ = lost => Attempt::Silence(NatsError::new("the connection was lost before the acknowledgement")),
        () = tokio::time::sleep_until(deadline) => Attempt::Silence(NatsError::new("no acknowledgement in time")),
    }
}

fn classify(log: &Log, batch: &EncodedBatch, error: &PublishError) -> Attempt {
    let said = NatsError::new(error);
    match error.kind() {
        PublishErrorKind::WrongLastSequence => Attempt::WrongSequence,
        PublishErrorKind::StreamNotFound => Attempt::Unheard(said),
        PublishErrorKind::MaxPayloadExceeded => Attempt::Refused(AppendError::TooLarge {
            bytes: batch.bytes.len(),
            bytes_max: log.payload_bytes_max(),
        }),
        PublishErrorKind::Other => {
            let answer = error.source().and_then(|source| source.downcast_ref::<jetstream::Error>());
            answer.map_or(Attempt::Silence(said), |answer| answered(log, batch, answer))
        }
        _ => Attempt::Silence(said),
    }
}

fn answered(log: &Log, batch: &EncodedBatch, answer: &jetstream::Error) -> Attempt {
    let said = NatsError::new(answer);
    match answer.error_code() {
        ErrorCode::STREAM_WRONG_LAST_SEQUENCE | ErrorCode::STREAM_WRONG_LAST_SEQUENCE_CONSTANT => {
            Attempt::WrongSequence
        }
        // A failing disk is also reported as "store failed", which says nothing about the message.
        ErrorCode::STREAM_STORE_FAILED if !answer.to_string().contains("maximum") => Attempt::Silence(said),
        ErrorCode::STREAM_STORE_FAILED
        | ErrorCode::INSUFFICIENT_RESOURCES
        | ErrorCode::STORAGE_RESOURCES_EXCEEDED
        | ErrorCode::ACCOUNT_RESOURCES_EXCEEDED => Attempt::Refused(AppendError::Full(said)),
        ErrorCode::STREAM_MESSAGE_EXCEEDS_MAXIMUM => Attempt::Refused(AppendError::TooLarge {
            bytes: batch.bytes.len(),
            bytes_max: log.payload_bytes_max(),
        }),
        // Any other code from 500 on means that the server has a problem. It does not say what happened to
        // the message.
        _ if answer.code() >= 500 => Attempt::Silence(said),
        _ => Attempt::Refused(AppendError::Refused(said)),
    }
}

/// What is stored right after the expected message.
enum Follower {
    Ours(u64),
    Other {
        by: WriterId,
        tail: Tail,
    },
    /// The stream goes on, but with another subject.
    Elsewhere,
    NoneYet,
    Unasked(LogError),
}

async fn follower(
    log: &Log,
    subject: &str,
    batch: &EncodedBatch,
    expect: Expect,
    deadline: Instant,
) -> Follower {
    let asked = within(deadline, log.next_on(subject, expect.sequence() + 1)).await;
    match asked {
        None => Follower::Unasked(LogError::Unavailable(NatsError::new("no answer in time"))),
        Some(Err(error)) => Follower::Unasked(error),
        Some(Ok(Some(next))) if next.batch.hash == batch.hash => Follower::Ours(next.sequence),
        Some(Ok(Some(next))) => Follower::Other {
            by: next.batch.header.writer,
            tail: Tail { sequence: next.sequence, number: next.batch.header.number, hash: next.batch.hash },
        },
        Some(Ok(None)) if matches!(expect, Expect::Stream(_)) => Follower::Elsewhere,
        Some(Ok(None)) => Follower::NoneYet,
    }
}

/// NATS kept saying that the subject does not end with the expected message, although no message follows it.
async fn ended_without_follower(
    log: &Log,
    subject: &str,
    expect: Expect,
    silence: Option<NatsError>,
) -> Outcome {
    let expected = expect.sequence();
    match log.last_on(subject).await {
        Ok(last) if last.as_ref().map_or(0, |last| last.sequence) < expected => {
            Outcome::NotStored(AppendError::Rewound { subject: subject.to_owned(), expected })
        }
        Ok(_) => {
            Outcome::Unknown(silence.unwrap_or_else(|| {
                NatsError::new("the answers of the stream's leader contradict each other")
            }))
        }
        Err(error) => Outcome::Unknown(NatsError::new(error)),
    }
}
