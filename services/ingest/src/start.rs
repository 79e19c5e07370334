//! The start of an ingest process, in two steps. First everything is read and compared, which disturbs nobody.
//! Only then is the slot taken over, which ends whoever had it.

use std::sync::Arc;

use longhu_core::{Position, Time};
use longhu_log::{AppendError, Hash, Log, ReadFrom, ReadOptions, Reader, SlotWriter};

use crate::clock::BankClock;
use crate::config::IngestConfig;
use crate::decisions::Decisions;
use crate::error::{Contradicts, StartError, Witness};
use crate::founding::{bank_of, check_bank, check_id};
use crate::memory::{Acknowledged, remembered};

/// By how many seconds the machine's clock may be behind the log without a warning.
const CLOCK_BEHIND_S: i64 = 60;

/// The decisions in force, and a reader that continues from there.
pub(crate) async fn decisions(
    config: &IngestConfig,
    log: &Log,
    clock: &BankClock,
) -> Result<(Arc<Decisions>, Reader), StartError> {
    check_id(log, &config.bank)?;
    let named = bank_of(log).await?;
    let named = named.ok_or_else(|| StartError::NotBegun { bank: config.bank.id.clone() })?;
    check_bank(&named, &config.bank)?;
    read_decisions(log, clock).await
}

/// Every decision of a log, and a reader that continues from there.
pub(crate) async fn read_decisions(
    log: &Log,
    clock: &BankClock,
) -> Result<(Arc<Decisions>, Reader), StartError> {
    let subject = log.names().control_subject().clone();
    let last = log.last_on(&subject).await?.map_or(0, |last| last.sequence);
    let subject = Some(subject.to_string());
    let mut reader = Reader::open(log, ReadFrom::Start, ReadOptions { subject, until: None }).await?;
    let decisions = Decisions::new();
    while decisions.read().sequence < last {
        if let Some(entry) = reader.next().await? {
            clock.raise(entry.batch.header.recorded_time);
            decisions.apply_batch(entry.sequence, &entry.batch)?;
        }
    }
    Ok((Arc::new(decisions), reader))
}

/// Refuses a log that lacks what was acknowledged, according to this process's own memory and to the
/// projector, unless it was adopted since.
pub(crate) async fn compare(
    config: &IngestConfig,
    log: &Log,
    decisions: &Decisions,
) -> Result<(), StartError> {
    let mut known = Vec::new();
    if let Some(folder) = &config.state_dir {
        let own = remembered(folder, &config.bank.id)?;
        known.extend(own.into_iter().map(|own| (Witness::Memory, own)));
    }
    if let Some(projector) = &config.projector {
        match projector.checkpoint().await {
            Ok(Some(checkpoint)) => known.push((Witness::Projector, checkpoint)),
            Ok(None) => {}
            Err(status) => tracing::warn!(
                reason = status.message(),
                "the projector cannot say how far it has read, so only the own memory is compared with the log"
            ),
        }
    }
    for (witness, known) in known {
        compare_one(log, decisions, witness, known).await?;
    }
    Ok(())
}

async fn compare_one(
    log: &Log,
    decisions: &Decisions,
    witness: Witness,
    known: Acknowledged,
) -> Result<(), StartError> {
    let Acknowledged { position, hash, recorded, adoptions } = known;
    let found = log.get(position.sequence).await?;
    if position.sequence == 0 || found.as_ref().is_some_and(|found| found.batch.hash == hash) {
        return Ok(());
    }
    let adopted = {
        let in_force = decisions.read();
        let adoption = in_force.register.explains_loss(position, recorded, adoptions);
        adoption.map(|adoption| (adoption.value.lost_after, adoption.position))
    };
    if let Some((lost_after, at)) = adopted {
        tracing::warn!(%position, %lost_after, adopted_at = %at, "the log lost what was acknowledged, and was adopted without it");
        return Ok(());
    }
    let end = log.last().await?;
    Err(StartError::Contradicts(Box::new(Contradicts {
        bank: log.names().bank().to_owned(),
        witness,
        position,
        hash,
        end: end.as_ref().map_or(Position::START, |end| end.last_position()),
        end_hash: end.map_or(Hash::ZERO, |end| end.batch.hash),
        found: found.map(|found| found.batch.hash),
    })))
}

/// Takes over the slot. From now on, recorded times are not earlier than those in it.
pub(crate) async fn slot(
    config: &IngestConfig,
    log: &Log,
    clock: &BankClock,
) -> Result<SlotWriter, StartError> {
    let failed = |source| StartError::Slot { slot: config.slot.clone(), source };
    let subject =
        log.names().slot_subject(&config.slot).map_err(|error| failed(AppendError::Log(error.into())))?;
    if let Some(last) = log.last_on(&subject).await? {
        clock.raise(last.batch.header.recorded_time);
    }
    let recorded = clock.recorded();
    warn_when_behind(recorded, (config.clock)());
    SlotWriter::open(log, &config.slot, recorded).await.map_err(failed)
}

/// Warns that recorded times do not advance until the machine's clock has caught up with the log.
fn warn_when_behind(recorded: Time, now: Time) {
    let behind_s = recorded.0.saturating_sub(now.0) / 1_000_000_000;
    if behind_s >= CLOCK_BEHIND_S {
        tracing::warn!(
            behind_s,
            "the clock of this machine is behind the log's last entry; check its time service"
        );
    }
}
