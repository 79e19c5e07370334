//! The writer of a slot: one process, one subject, one batch in flight. It never appends after another writer
//! took over the slot, and never appends anything before the outcome of its last batch is known.

use super::append::{AppendError, Appended, Tail};
use super::publish::{Expect, Outcome, publish};
use crate::batch::{Draft, EncodedBatch, Kind, WriterId, encode};
use crate::error::NatsError;
use crate::hash::Hash;
use crate::stream::Log;
use bytes::Bytes;
use futures::future::BoxFuture;
use longhu_core::Time;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How often to try to take over a slot while its previous writer still appends.
const TAKE_OVER_ATTEMPTS: usize = 10;

/// Appends batches to one slot. Opening it takes over the slot: a previous writer that still runs is fenced
/// at once.
///
/// If the future of [`SlotWriter::append`] is dropped, the writer is unresolved, as if NATS had not answered.
#[derive(Debug)]
pub struct SlotWriter {
    log: Log,
    subject: Arc<str>,
    writer: WriterId,
    tail: Tail,
    state: State,
}

#[derive(Debug)]
enum State {
    Ready,
    /// The batch after the tail may be stored, may be stored later, or never.
    Unresolved {
        hash: Hash,
        number: u64,
        /// The tick that settles it; the same bytes each time.
        tick: Option<EncodedBatch>,
    },
    Fenced {
        by: WriterId,
        sequence: u64,
    },
    Rewound {
        expected: u64,
    },
}

/// The outcome of a batch that was unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// There was no such batch.
    Nothing,
    /// It is stored.
    Stored(Appended),
    /// It is not stored, and never will be: a tick took its place.
    NotStored,
}

impl SlotWriter {
    /// Takes over the slot with a new incarnation: reads the slot's last batch and appends an empty tick
    /// after it.
    ///
    /// # Errors
    /// [`AppendError::Contended`] if the previous writer keeps appending, [`AppendError::Unreadable`] if its
    /// last message is not a batch, [`AppendError::Log`] if the name is not valid for a slot or NATS does not
    /// answer within `append_timeout`; and all errors of [`SlotWriter::append`].
    pub fn open<'l>(
        log: &'l Log,
        slot: &'l str,
        recorded_time: Time,
    ) -> BoxFuture<'l, Result<Self, AppendError>> {
        Box::pin(SlotWriter::take_over(log, slot, recorded_time))
    }

    async fn take_over(log: &Log, slot: &str, recorded_time: Time) -> Result<Self, AppendError> {
        let subject = log.names().slot_subject(slot).map_err(|error| AppendError::Log(error.into()))?;
        let writer = WriterId::new_incarnation();
        let deadline = Instant::now() + log.config().append_timeout;
        for _ in 0..TAKE_OVER_ATTEMPTS {
            let tail = tail_of(log, &subject, deadline).await?;
            let tick = encode(&draft(Kind::Tick, writer, tail, recorded_time), &[])?;
            let expect = Expect::Subject(tail.sequence);
            match publish(log, &subject, &tick, tail.next_number(), expect, deadline).await {
                Outcome::Stored(appended) => {
                    let tail = appended.into();
                    return Ok(SlotWriter { log: log.clone(), subject, writer, tail, state: State::Ready });
                }
                Outcome::Overtaken { by, .. } => {
                    tracing::debug!(%by, %subject, "the previous writer appended in the meantime")
                }
                Outcome::NotStored(error) => return Err(error),
                Outcome::Unknown(error) => return Err(AppendError::Unknown(error)),
            }
        }
        Err(AppendError::Contended { subject: subject.to_string() })
    }

    /// Appends one batch and waits until it is on disk. While the outcome is unknown the same bytes are sent
    /// again, until `append_timeout`. If the outcome of an earlier batch is unknown, that is settled first;
    /// see [`SlotWriter::settle`].
    ///
    /// # Errors
    /// [`AppendError::Unknown`] if the outcome stayed unknown. Any other error means that the batch is
    /// certainly not stored: see [`AppendError`]. After [`AppendError::Fenced`] and [`AppendError::Rewound`]
    /// every call fails.
    pub fn append<'w>(
        &'w mut self,
        kind: Kind,
        recorded_time: Time,
        records: &'w [Bytes],
    ) -> BoxFuture<'w, Result<Appended, AppendError>> {
        Box::pin(self.append_next(kind, recorded_time, records))
    }

    async fn append_next(
        &mut self,
        kind: Kind,
        recorded_time: Time,
        records: &[Bytes],
    ) -> Result<Appended, AppendError> {
        match self.settle_last(recorded_time).await {
            Err(AppendError::Unknown(error)) => return Err(AppendError::NotSent(error)),
            settled => settled?,
        };
        let batch = encode(&draft(kind, self.writer, self.tail, recorded_time), records)?;
        let number = self.tail.next_number();
        self.state = State::Unresolved { hash: batch.hash, number, tick: None };
        match self.publish(&batch, number).await {
            Outcome::Stored(appended) => Ok(self.follow(appended)),
            Outcome::Overtaken { by, tail } => Err(self.fence(by, tail.sequence)),
            Outcome::NotStored(error) => {
                self.state = match error {
                    AppendError::Rewound { expected, .. } => State::Rewound { expected },
                    _ => State::Ready,
                };
                Err(error)
            }
            Outcome::Unknown(error) => Err(AppendError::Unknown(error)),
        }
    }

    /// Makes the outcome of the last batch certain, if it is not, by appending a tick in its place. Either
    /// the tick is stored, and the batch never can be, or NATS refuses the tick because the batch is stored.
    ///
    /// # Errors
    /// Those of [`SlotWriter::append`], for the tick. The writer stays unresolved unless it is fenced.
    pub fn settle(&mut self, recorded_time: Time) -> BoxFuture<'_, Result<Settled, AppendError>> {
        Box::pin(self.settle_last(recorded_time))
    }

    async fn settle_last(&mut self, recorded_time: Time) -> Result<Settled, AppendError> {
        let (hash, number) = match &self.state {
            State::Ready => return Ok(Settled::Nothing),
            State::Fenced { by, sequence } => return Err(self.fenced(*by, *sequence)),
            State::Rewound { expected } => return Err(self.rewound(*expected)),
            State::Unresolved { hash, number, .. } => (*hash, *number),
        };
        let tick = self.settling_tick(recorded_time)?;
        match self.publish(&tick, number).await {
            Outcome::Stored(appended) => {
                self.follow(appended);
                Ok(Settled::NotStored)
            }
            Outcome::Overtaken { tail, .. } if tail.hash == hash => {
                let stored = Appended { sequence: tail.sequence, hash, number };
                Ok(Settled::Stored(self.follow(stored)))
            }
            Outcome::Overtaken { by, tail } => Err(self.fence(by, tail.sequence)),
            Outcome::NotStored(error) => {
                if let AppendError::Rewound { expected, .. } = error {
                    self.state = State::Rewound { expected };
                }
                Err(error)
            }
            Outcome::Unknown(error) => Err(AppendError::Unknown(error)),
        }
    }

    /// The subject of the slot.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// This incarnation.
    pub fn writer(&self) -> WriterId {
        self.writer
    }

    /// The last batch of the slot that this writer knows to be stored.
    pub fn tail(&self) -> Tail {
        self.tail
    }

    /// The hash of the batch whose outcome is unknown, if there is one.
    pub fn unresolved(&self) -> Option<Hash> {
        match &self.state {
            State::Unresolved { hash, .. } => Some(*hash),
            _ => None,
        }
    }

    /// True if another writer took over the slot.
    pub fn is_fenced(&self) -> bool {
        matches!(self.state, State::Fenced { .. })
    }

    async fn publish(&self, batch: &EncodedBatch, number: u64) -> Outcome {
        let deadline = Instant::now() + self.log.config().append_timeout;
        publish(&self.log, &self.subject, batch, number, Expect::Subject(self.tail.sequence), deadline).await
    }

    /// The tick that settles, made only once. If it were made again, an earlier one that arrives late would
    /// look like another writer's.
    fn settling_tick(&mut self, recorded_time: Time) -> Result<EncodedBatch, AppendError> {
        let fresh = encode(&draft(Kind::Tick, self.writer, self.tail, recorded_time), &[])?;
        match &mut self.state {
            State::Unresolved { tick, .. } => Ok(tick.get_or_insert(fresh).clone()),
            _ => Ok(fresh),
        }
    }

    fn follow(&mut self, appended: Appended) -> Appended {
        self.tail = appended.into();
        self.state = State::Ready;
        appended
    }

    fn fence(&mut self, by: WriterId, sequence: u64) -> AppendError {
        self.state = State::Fenced { by, sequence };
        self.fenced(by, sequence)
    }

    fn fenced(&self, by: WriterId, sequence: u64) -> AppendError {
        AppendError::Fenced { subject: self.subject.to_string(), by, sequence }
    }

    fn rewound(&self, expected: u64) -> AppendError {
        AppendError::Rewound { subject: self.subject.to_string(), expected }
    }
}

pub(super) fn draft(kind: Kind, writer: WriterId, tail: Tail, recorded_time: Time) -> Draft {
    Draft { kind, writer, number: tail.next_number(), previous: tail.hash, recorded_time }
}

/// The last batch of a subject. Requested until the deadline while NATS does not answer.
pub(super) async fn tail_of(log: &Log, subject: &str, deadline: Instant) -> Result<Tail, AppendError> {
    const PAUSE: Duration = Duration::from_millis(100);
    loop {
        let asked = tokio::time::timeout_at(deadline, log.last_on(subject)).await;
        match asked {
            Err(_) => return Err(AppendError::NotSent(NatsError::new("no answer in time"))),
            Ok(Err(error)) if error.is_retriable() && Instant::now() + PAUSE < deadline => {
                tokio::time::sleep(PAUSE).await;
            }
            Ok(last) => {
                return Ok(last?.map_or(Tail::START, |last| Tail {
                    sequence: last.sequence,
                    number: last.batch.header.number,
                    hash: last.batch.hash,
                }));
            }
        }
    }
}
