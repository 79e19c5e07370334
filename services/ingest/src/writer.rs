//! The task that writes to the slot: it takes what is waiting, appends it as one batch, answers, and writes
//! ticks if there are no events. One batch is in flight at a time. The task ends as soon as another process
//! has the slot.

use std::sync::Arc;
use std::time::Duration;

use longhu_log::{AppendError, Appended, Kind, SlotWriter};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::clock::BankClock;
use crate::error::IngestError;
use crate::last_acknowledged::LastAcknowledged;
use crate::queue::{Queue, Taken};
use crate::refusal::Refusal;

/// When to try a failed tick again.
const TICK_RETRY: Duration = Duration::from_secs(10);

/// The writer of the slot, and what it uses.
pub(crate) struct Writer {
    pub(crate) slot: SlotWriter,
    pub(crate) queue: Arc<Queue>,
    pub(crate) clock: Arc<BankClock>,
    pub(crate) tick_interval: Duration,
    pub(crate) acknowledged: Arc<LastAcknowledged>,
}

enum Work {
    Batch(Taken),
    Tick,
    End,
}

impl Writer {
    /// Runs until the token is cancelled and everything waiting has been written, or until the slot is lost.
    pub(crate) async fn run(mut self, shutdown: CancellationToken) -> Result<(), IngestError> {
        let mut tick_at = Instant::now() + self.tick_interval;
        let queue = self.queue.clone();
        let ending = shutdown.cancelled();
        tokio::pin!(ending);
        let mut is_ending = false;
        loop {
            let work = tokio::select! {
                biased;
                () = &mut ending, if !is_ending => {
                    is_ending = true;
                    queue.close(Refusal::ShuttingDown);
                    continue;
                }
                taken = queue.take() => taken.map_or(Work::End, Work::Batch),
                () = tokio::time::sleep_until(tick_at) => Work::Tick,
            };
            let outcome = match work {
                Work::End => return Ok(()),
                Work::Tick => self.tick().await.map(|_| self.tick_interval),
                Work::Batch(taken) => self.write(taken).await.map(|()| self.tick_interval),
            };
            tick_at = Instant::now() + self.after(outcome)?;
        }
    }

    async fn write(&mut self, taken: Taken) -> Result<(), AppendError> {
        let recorded = self.clock.recorded();
        match self.slot.append(Kind::Events, recorded, &taken.records).await {
            Ok(appended) => {
                self.acknowledged.note(appended.sequence, appended.hash, taken.records.len(), recorded);
                self.queue.stored(taken, appended.sequence);
                Ok(())
            }
            Err(error) => {
                self.queue.refused(taken, &Refusal::from(&error));
                Err(error)
            }
        }
    }

    async fn tick(&mut self) -> Result<Appended, AppendError> {
        let recorded = self.clock.recorded();
        let appended = self.slot.append(Kind::Tick, recorded, &[]).await?;
        self.acknowledged.note(appended.sequence, appended.hash, 0, recorded);
        Ok(appended)
    }

    /// When the next tick is due; an error if the slot is lost.
    fn after(&self, outcome: Result<Duration, AppendError>) -> Result<Duration, IngestError> {
        match outcome {
            Ok(interval) => Ok(interval),
            Err(error) if error.is_permanent() => {
                self.queue.abort(Refusal::from(&error));
                Err(IngestError::Slot(error))
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a batch was not acknowledged");
                Ok(TICK_RETRY.min(self.tick_interval))
            }
        }
    }
}
