//! Reading the log in order, from any position, at full speed, across reconnects and lost consumers. A reader
//! never skips what it cannot read, never skips a gap, and never trusts a position without its hash.
//!
//! There are four kinds of gaps. Two are harmless: *duplicates* (sequences read before) and *filtered* ones
//! (other subjects than the requested one). The other two stop the reader: *trimmed* (the stream starts
//! later) and *lost* (sequences are missing, or the stream ends before what was read).

mod chain;
mod check;
mod entry;
mod error;
mod range;
mod source;

pub use entry::{Checkpoint, Entry, ReadFrom, ReadOptions};
pub use error::{Contradiction, ReadError};

use crate::batch::decode;
use crate::stream::Log;
use chain::Chain;
use futures::future::BoxFuture;
use source::{Arrival, Source};
use std::time::Duration;

/// After this time without a message, the reader asks whether there is a stored message that is not
/// delivered.
const SILENCE: Duration = Duration::from_secs(5);

/// Reads batches in order; see [`Reader::next`]. Decoding and verifying happen in the calling task. Run a
/// reader in its own task, so that folding and reading use two cores.
#[derive(Debug)]
pub struct Reader {
    log: Log,
    options: ReadOptions,
    cursor: Checkpoint,
    /// False if the cursor was given without a hash.
    proven: bool,
    /// The last sequence that a bounded reader must read.
    end: Option<u64>,
    /// True once a batch after the end was seen.
    is_done: bool,
    chain: Chain,
    source: Option<Source>,
}

impl Reader {
    /// Opens a reader: checks that the stream is the one to which `from` belongs, and requests what follows.
    ///
    /// # Errors
    /// [`ReadError::Unavailable`] if NATS does not answer within `connect_timeout`, [`ReadError::PastEnd`] if
    /// `until` is not stored yet, and every other error of [`Reader::next`].
    pub fn open(log: &Log, from: ReadFrom, options: ReadOptions) -> BoxFuture<'_, Result<Self, ReadError>> {
        Box::pin(Reader::open_at(log, from, options))
    }

    async fn open_at(log: &Log, from: ReadFrom, options: ReadOptions) -> Result<Self, ReadError> {
        let (cursor, proven) = match from {
            ReadFrom::Start => (Checkpoint::START, true),
            ReadFrom::Checkpoint(checkpoint) => (checkpoint, true),
            ReadFrom::After(sequence) => (Checkpoint { sequence, ..Checkpoint::START }, sequence == 0),
        };
        let mut reader = Reader {
            log: log.clone(),
            chain: Chain::new(cursor.sequence == 0),
            end: options.until,
            is_done: false,
            source: None,
            options,
            cursor,
            proven,
        };
        let opening = async {
            reader.end = check::end_of(&reader.log, &reader.options).await?;
            reader.establish().await
        };
        match tokio::time::timeout(log.config().connect_timeout, opening).await {
            Ok(opened) => opened.map(|()| reader),
            Err(_) => Err(ReadError::Unavailable { waited: log.config().connect_timeout }),
        }
    }

    /// The next batch. Waits for one, and for reconnecting, however long that takes. `None` only if `until`
    /// was given and has been reached. Dropping the future loses nothing.
    ///
    /// # Errors
    /// Each [`ReadError`] means that going on would skip something or read another history. The reader does
    /// not move, and the next call gives the same error until the stream is repaired.
    #[expect(clippy::should_implement_trait, reason = "an iterator waits for nothing")]
    pub fn next(&mut self) -> BoxFuture<'_, Result<Option<Entry>, ReadError>> {
        Box::pin(self.read_on())
    }

    async fn read_on(&mut self) -> Result<Option<Entry>, ReadError> {
        loop {
            if self.is_done || self.end.is_some_and(|end| self.cursor.sequence >= end) {
                if let Some(source) = self.source.take() {
                    source.close(&self.log).await;
                }
                return Ok(None);
            }
            let arrival = match &mut self.source {
                Some(source) => match tokio::time::timeout(SILENCE, source.next()).await {
                    Ok(arrival) => arrival,
                    Err(_) => {
                        self.listen().await?;
                        continue;
                    }
                },
                None => {
                    self.establish().await?;
                    continue;
                }
            };
            let taken = match arrival {
                Arrival::Message(message) => self.take(message).await,
                Arrival::Lost(reason) => {
                    tracing::debug!(reason, after = self.cursor.sequence, "asking NATS again");
                    self.source = None;
                    continue;
                }
            };
            match taken {
                Ok(Some(entry)) => return Ok(Some(entry)),
                Ok(None) => {}
                Err(error) => {
                    self.source = None;
                    return Err(error);
                }
            }
        }
    }

    /// The checkpoint after the batch returned last.
    pub fn checkpoint(&self) -> Checkpoint {
        self.cursor
    }

    /// Checks the stream against the cursor and requests what follows. Waits while NATS does not answer.
    async fn establish(&mut self) -> Result<(), ReadError> {
        let source = check::verified_source(&self.log, &self.options, &self.cursor, self.proven).await?;
        self.source = Some(source);
        Ok(())
    }

    /// Called after a time without messages: either nothing more is stored, or NATS has a message that it
    /// does not deliver, without saying so. This happens if the message is damaged.
    async fn listen(&mut self) -> Result<(), ReadError> {
        if self.options.subject.is_some() {
            // The next stored message may belong to another subject.
            return Ok(());
        }
        match check::withheld(&self.log, self.cursor.sequence).await? {
            Some(error) => {
                self.source = None;
                Err(error)
            }
            None => Ok(()),
        }
    }

    /// Handles one message. Returns an entry, or `None` if the message is skipped or must be requested again.
    async fn take(&mut self, message: source::Message) -> Result<Option<Entry>, ReadError> {
        if message.sequence <= self.cursor.sequence {
            return Ok(None);
        }
        if self.options.subject.is_none() && message.sequence != self.cursor.sequence + 1 {
            return self.gap(&message).await.map(|()| None);
        }
        if self.end.is_some_and(|end| message.sequence > end) {
            self.is_done = true;
            return Ok(None);
        }
        let subject = self.chain.name_of(&message.subject);
        let batch = decode(&message.payload).map_err(|source| ReadError::Unreadable {
            sequence: message.sequence,
            subject: subject.to_string(),
            source,
        })?;
        self.chain.follow(&subject, message.sequence, &batch)?;
        let running_hash = self.cursor.running_hash.followed_by(batch.hash);
        self.cursor = Checkpoint { sequence: message.sequence, running_hash, batch_hash: batch.hash };
        self.proven = true;
        Ok(Some(Entry { sequence: message.sequence, subject, batch, running_hash, pending: message.pending }))
    }

    /// Handles a sequence that does not follow the last one. If the consumer lost messages on the way, they
    /// are requested again; if the stream does not have them any more, it is an error.
    async fn gap(&mut self, message: &source::Message) -> Result<(), ReadError> {
        if !message.is_contiguous {
            self.source = None;
            return Ok(());
        }
        match check::classify_gap(&self.log, self.cursor.sequence + 1, message.sequence).await? {
            Some(error) => Err(error),
            None => {
                self.source = None;
                Ok(())
            }
        }
    }
}
