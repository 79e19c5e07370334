//! The decisions in force, kept up to date from the control subject. Every decision is applied once, in log
//! order. If one is not understood, the process ends.

use std::time::Duration;

use longhu_core::Position;
use longhu_core::control::Decision;
use longhu_core::register::Register;
use longhu_log::{Batch, Kind, Reader};
use longhu_proto::control::decode;
use parking_lot::{RwLock, RwLockReadGuard};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::error::{DecisionError, IngestError};

/// The register, and how far the control subject was read.
#[derive(Default)]
pub(crate) struct InForce {
    pub(crate) register: Register,
    /// The stream sequence of the last control batch applied; 0 before the first.
    pub(crate) sequence: u64,
}

/// The decisions in force, shared within this process.
pub(crate) struct Decisions {
    in_force: RwLock<InForce>,
    sequence: watch::Sender<u64>,
}

impl Decisions {
    pub(crate) fn new() -> Decisions {
        Decisions { in_force: RwLock::default(), sequence: watch::Sender::new(0) }
    }

    /// What is in force now. Do not hold this while waiting for anything.
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, InForce> {
        self.in_force.read()
    }

    /// Applies the batch at a stream sequence, unless that was done before: its writer and the follower both
    /// deliver it.
    pub(crate) fn apply(&self, sequence: u64, decisions: Vec<Decision>) {
        let mut in_force = self.in_force.write();
        if sequence <= in_force.sequence {
            return;
        }
        for (index, decision) in (0u32..).zip(decisions) {
            in_force.register.apply(Position::new(sequence, index), decision);
        }
        in_force.sequence = sequence;
        drop(in_force);
        self.sequence.send_replace(sequence);
    }

    /// Waits until the batch at a stream sequence is applied. Returns false if that is not within `timeout`.
    pub(crate) async fn wait_for(&self, sequence: u64, timeout: Duration) -> bool {
        let mut applied = self.sequence.subscribe();
        let reached = applied.wait_for(|applied| *applied >= sequence);
        tokio::time::timeout(timeout, reached).await.is_ok_and(|reached| reached.is_ok())
    }

    /// Applies a batch that was read.
    pub(crate) fn apply_batch(&self, sequence: u64, batch: &Batch) -> Result<(), DecisionError> {
        let mut decisions = Vec::with_capacity(batch.records.len());
        if batch.header.kind == Kind::Control {
            for (index, record) in batch.records.iter().enumerate() {
                let decision = decode(record).map_err(|source| DecisionError { sequence, index, source })?;
                decisions.push(decision);
            }
        }
        self.apply(sequence, decisions);
        Ok(())
    }

    /// Applies what the reader delivers, until the process ends.
    pub(crate) async fn follow(
        &self,
        mut reader: Reader,
        shutdown: CancellationToken,
    ) -> Result<(), IngestError> {
        loop {
            let entry = tokio::select! {
                () = shutdown.cancelled() => return Ok(()),
                entry = reader.next() => entry?,
            };
            let Some(entry) = entry else { return Ok(()) };
            self.apply_batch(entry.sequence, &entry.batch)?;
        }
    }
}
