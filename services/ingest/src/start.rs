//! The start of an ingest process: it reads every decision, begins an empty log with the bank's entry, and
//! takes over its slot. It never begins a log that already has entries, and never writes to another bank's
//! log.

use std::sync::Arc;
use std::time::Duration;

use longhu_core::Time;
use longhu_core::control::{Bank, Decision, Payload};
use longhu_log::{AppendError, ControlWriter, Kind, Log, ReadFrom, ReadOptions, Reader, SlotWriter};
use longhu_proto::control::encode;

use crate::clock::BankClock;
use crate::config::IngestConfig;
use crate::decisions::Decisions;
use crate::error::StartError;

/// The principal of the log's first entry.
const FOUNDER: &str = "longhu";
/// How often to look for the first entry while another process begins the log.
const BEGIN_ATTEMPTS: usize = 20;
/// By how many seconds the machine's clock may be behind the log without a warning.
const CLOCK_BEHIND_S: i64 = 60;
const BEGIN_PAUSE: Duration = Duration::from_millis(50);

/// The decisions in force, and a reader that continues from there.
pub(crate) async fn decisions(
    config: &IngestConfig,
    log: &Log,
    clock: &BankClock,
) -> Result<(Arc<Decisions>, Reader), StartError> {
    let opened_for = log.names().bank();
    if opened_for != config.bank.id {
        return Err(StartError::OtherLog { log: opened_for.to_owned(), configured: config.bank.id.clone() });
    }
    let last = begin(config, log, clock).await?;
    let subject = Some(log.names().control_subject().to_string());
    let mut reader = Reader::open(log, ReadFrom::Start, ReadOptions { subject, until: None }).await?;
    let decisions = Decisions::new();
    while decisions.read().sequence < last {
        if let Some(entry) = reader.next().await? {
            clock.raise(entry.batch.header.recorded_time);
            decisions.apply_batch(entry.sequence, &entry.batch)?;
        }
    }
    check_bank(decisions.read().register.bank(), &config.bank)?;
    Ok((Arc::new(decisions), reader))
}

/// Makes sure that the log has begun. Returns the sequence of its last decision.
async fn begin(config: &IngestConfig, log: &Log, clock: &BankClock) -> Result<u64, StartError> {
    let first = Decision {
        principal: FOUNDER.to_owned(),
        key: config.bank.id.clone(),
        revision: 1,
        change_set: String::new(),
        payload: Payload::Bank(config.bank.clone()),
    };
    let record = encode(&first).into();
    let mut writer = ControlWriter::new(log);
    for _ in 0..BEGIN_ATTEMPTS {
        if let Some(last) = log.last_on(log.names().control_subject()).await? {
            return Ok(last.sequence);
        }
        // A log keeps the currency that it was begun with, so only a new one is asked.
        config.bank.currency.check("currency").map_err(StartError::Currency)?;
        match writer.append_first(Kind::Control, clock.recorded(), std::slice::from_ref(&record)).await {
            Ok(appended) => return Ok(appended.sequence),
            // Not empty: another process is beginning it right now, or the log does not begin with a bank.
            Err(AppendError::Conflict { .. }) => tokio::time::sleep(BEGIN_PAUSE).await,
            Err(error) => return Err(StartError::FirstEntry(error)),
        }
    }
    Err(StartError::Nameless)
}

fn check_bank(named: Option<&Bank>, configured: &Bank) -> Result<(), StartError> {
    match named {
        Some(named) if named == configured => Ok(()),
        Some(named) => Err(StartError::OtherBank {
            named: Box::new(named.clone()),
            configured: Box::new(configured.clone()),
        }),
        None => Err(StartError::Nameless),
    }
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
