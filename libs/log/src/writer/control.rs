//! The writer of decisions: many processes append to one subject, and each append names the last batch that
//! its author has seen. Nothing is ever appended after a batch that the caller has not read.

use super::append::{AppendError, Appended, Tail};
use super::publish::{Expect, Outcome, publish};
use super::slot::{draft, tail_of};
use crate::batch::{Kind, WriterId, encode};
use crate::stream::Log;
use bytes::Bytes;
use futures::future::BoxFuture;
use longhu_core::Time;
use std::sync::Arc;
use tokio::time::Instant;

/// Appends batches to the control subject. There can be several writers at once: the second one gets
/// [`AppendError::Conflict`], reads on and decides again.
#[derive(Debug)]
pub struct ControlWriter {
    log: Log,
    subject: Arc<str>,
    writer: WriterId,
    /// The batch that this writer stored last, to save a request.
    own: Tail,
}

impl ControlWriter {
    /// A new incarnation. Sends nothing and stores nothing.
    pub fn new(log: &Log) -> Self {
        let subject = log.names().control_subject().clone();
        ControlWriter { log: log.clone(), subject, writer: WriterId::new_incarnation(), own: Tail::START }
    }

    /// Appends one batch, if the last batch of the control subject is at `expected_last_sequence` (0: there
    /// is none), and waits until it is on disk.
    ///
    /// # Errors
    /// [`AppendError::Conflict`] if the last batch is another one. [`AppendError::Unknown`] if the outcome
    /// stayed unknown: read on to find out. Appending the same decision again with the same expectation is
    /// safe, because at most one of the two is stored. Also all other errors of [`AppendError`] except those
    /// about losing a slot.
    pub fn append_expecting<'w>(
        &'w mut self,
        expected_last_sequence: u64,
        kind: Kind,
        recorded_time: Time,
        records: &'w [Bytes],
    ) -> BoxFuture<'w, Result<Appended, AppendError>> {
        Box::pin(self.append_after(expected_last_sequence, kind, recorded_time, records))
    }

    async fn append_after(
        &mut self,
        expected_last_sequence: u64,
        kind: Kind,
        recorded_time: Time,
        records: &[Bytes],
    ) -> Result<Appended, AppendError> {
        let deadline = Instant::now() + self.log.config().append_timeout;
        let tail = if self.own.sequence == expected_last_sequence {
            self.own
        } else {
            tail_of(&self.log, &self.subject, deadline).await?
        };
        if tail.sequence != expected_last_sequence {
            return Err(self.conflict(expected_last_sequence));
        }
        self.append(tail, Expect::Subject(tail.sequence), kind, recorded_time, records, deadline).await
    }

    /// Appends the very first batch of the log, if the stream is empty.
    ///
    /// # Errors
    /// [`AppendError::Conflict`] if it is not; otherwise the same as [`ControlWriter::append_expecting`].
    pub fn append_first<'w>(
        &'w mut self,
        kind: Kind,
        recorded_time: Time,
        records: &'w [Bytes],
    ) -> BoxFuture<'w, Result<Appended, AppendError>> {
        let deadline = Instant::now() + self.log.config().append_timeout;
        Box::pin(self.append(Tail::START, Expect::Stream(0), kind, recorded_time, records, deadline))
    }

    /// Appends one batch, if the last batch of the whole stream, of whichever subject, is at
    /// `last_sequence`. What the batch says of the end of the log is then true.
    ///
    /// # Errors
    /// [`AppendError::Conflict`] if the stream goes on; otherwise the same as
    /// [`ControlWriter::append_expecting`].
    pub fn append_at_end<'w>(
        &'w mut self,
        last_sequence: u64,
        kind: Kind,
        recorded_time: Time,
        records: &'w [Bytes],
    ) -> BoxFuture<'w, Result<Appended, AppendError>> {
        Box::pin(async move {
            let deadline = Instant::now() + self.log.config().append_timeout;
            let tail = tail_of(&self.log, &self.subject, deadline).await?;
            self.append(tail, Expect::Stream(last_sequence), kind, recorded_time, records, deadline).await
        })
    }

    /// The subject of decisions.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// This incarnation.
    pub fn writer(&self) -> WriterId {
        self.writer
    }

    async fn append(
        &mut self,
        tail: Tail,
        expect: Expect,
        kind: Kind,
        recorded_time: Time,
        records: &[Bytes],
        deadline: Instant,
    ) -> Result<Appended, AppendError> {
        let batch = encode(&draft(kind, self.writer, tail, recorded_time), records)?;
        match publish(&self.log, &self.subject, &batch, tail.next_number(), expect, deadline).await {
            Outcome::Stored(appended) => {
                self.own = appended.into();
                Ok(appended)
            }
            Outcome::Overtaken { .. } => Err(self.conflict(tail.sequence)),
            Outcome::NotStored(error) => Err(error),
            Outcome::Unknown(error) => Err(AppendError::Unknown(error)),
        }
    }

    fn conflict(&self, expected: u64) -> AppendError {
        AppendError::Conflict { subject: self.subject.to_string(), expected }
    }
}
