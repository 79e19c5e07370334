//! Intents of the audit log that a crash left open: the log says what became of them.

use std::collections::HashMap;

use longhu_core::Position;
use longhu_log::{Kind, Log, ReadFrom, ReadOptions, Reader};
use longhu_runtime::audit::{Audit, IntentId, Outcome, record_hash};

use crate::error::StartError;

/// Completes every open intent from the decisions up to the stream sequence `last`.
pub(crate) async fn complete(audit: &Audit, log: &Log, last: u64) -> Result<(), StartError> {
    let mut open: HashMap<String, IntentId> =
        audit.open_intents().into_iter().map(|(id, record)| (record, id)).collect();
    if open.is_empty() {
        return Ok(());
    }
    let subject = Some(log.names().control_subject().to_string());
    let mut reader = Reader::open(log, ReadFrom::Start, ReadOptions { subject, until: Some(last) }).await?;
    while let Some(entry) = reader.next().await? {
        if entry.batch.header.kind != Kind::Control {
            continue;
        }
        for (index, record) in (0u32..).zip(&entry.batch.records) {
            if let Some(intent) = open.remove(&record_hash(record)) {
                let position = Position::new(entry.sequence, index).to_string();
                write(audit, intent, &Outcome::InForce { position })?;
            }
        }
    }
    for intent in open.into_values() {
        let reason = "the process ended before it was in the log".to_owned();
        write(audit, intent, &Outcome::NotInLog { reason })?;
    }
    Ok(())
}

fn write(audit: &Audit, intent: IntentId, outcome: &Outcome) -> Result<(), StartError> {
    tracing::warn!(?intent, ?outcome, "an intent of the audit log that was open is completed from the log");
    audit.outcome(intent, outcome).map_err(|status| StartError::Audit(Box::new(status)))
}
