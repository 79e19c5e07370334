//! The first entry of a log, which names its bank. Only [`found`] writes it; every process reads it before it
//! does anything else, so that a mistyped bank begins no other log.

use std::time::Duration;

use futures::future::BoxFuture;
use longhu_core::Position;
use longhu_core::control::{Bank, Decision, Payload};
use longhu_log::{AppendError, ControlWriter, Kind, Log};
use longhu_proto::control::{decode, encode};

use crate::clock::{BankClock, Clock};
use crate::error::{DecisionError, StartError};

/// The principal of the log's first entry.
const FOUNDER: &str = "longhu";
/// How often to look for the first entry while another process begins the log.
const ATTEMPTS: usize = 20;
const PAUSE: Duration = Duration::from_millis(50);

/// What became of a bank that was to be founded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Founded {
    /// The log was empty and begins with the bank now.
    New(Position),
    /// The log had begun before, with this same bank.
    Before,
}

/// The bank that a log belongs to, from its first entry; `None` if the log is empty.
///
/// # Errors
/// [`StartError::Nameless`] if the log has entries but does not begin with a bank; errors of the log.
pub fn bank_of(log: &Log) -> BoxFuture<'_, Result<Option<Bank>, StartError>> {
    Box::pin(async {
        if log.status().await?.last_sequence == 0 {
            return Ok(None);
        }
        let first = log.next_on(log.names().control_subject(), 1).await?.ok_or(StartError::Nameless)?;
        let sequence = first.sequence;
        let record = first.batch.records.first().ok_or(StartError::Nameless)?;
        let decision = decode(record).map_err(|source| DecisionError { sequence, index: 0, source })?;
        match decision.payload {
            Payload::Bank(bank) => Ok(Some(bank)),
            _ => Err(StartError::Nameless),
        }
    })
}

/// Begins the log of a bank: appends the entry that names it, if the log is empty.
///
/// # Errors
/// [`StartError::OtherLog`], [`StartError::OtherBank`], [`StartError::Zone`] and [`StartError::Currency`] for
/// a bank that cannot be founded here; errors of the log.
pub fn found<'l>(log: &'l Log, bank: &'l Bank, clock: Clock) -> BoxFuture<'l, Result<Founded, StartError>> {
    Box::pin(found_in(log, bank, clock))
}

async fn found_in(log: &Log, bank: &Bank, clock: Clock) -> Result<Founded, StartError> {
    check_id(log, bank)?;
    let clock = BankClock::new(clock, &bank.zone)
        .map_err(|source| StartError::Zone { zone: bank.zone.clone(), source })?;
    let first = Decision {
        principal: FOUNDER.to_owned(),
        key: bank.id.clone(),
        revision: 1,
        change_set: String::new(),
        payload: Payload::Bank(bank.clone()),
    };
    let record = encode(&first).into();
    let mut writer = ControlWriter::new(log);
    for _ in 0..ATTEMPTS {
        if let Some(named) = bank_of(log).await? {
            return check_bank(&named, bank).map(|()| Founded::Before);
        }
        // A log keeps the currency that it was begun with, so only a new one is asked.
        bank.currency.check("currency").map_err(StartError::Currency)?;
        match writer.append_first(Kind::Control, clock.recorded(), std::slice::from_ref(&record)).await {
            Ok(appended) => return Ok(Founded::New(appended.position(0))),
            // Not empty: another process is beginning it right now, or the log does not begin with a bank.
            Err(AppendError::Conflict { .. }) => tokio::time::sleep(PAUSE).await,
            Err(error) => return Err(StartError::FirstEntry(error)),
        }
    }
    Err(StartError::Nameless)
}

/// Refuses a log that was opened for another bank.
pub(crate) fn check_id(log: &Log, bank: &Bank) -> Result<(), StartError> {
    let opened_for = log.names().bank();
    if opened_for == bank.id {
        return Ok(());
    }
    Err(StartError::OtherLog { log: opened_for.to_owned(), configured: bank.id.clone() })
}

/// Refuses a bank that the log does not name.
pub(crate) fn check_bank(named: &Bank, configured: &Bank) -> Result<(), StartError> {
    if named == configured {
        return Ok(());
    }
    let (named, configured) = (Box::new(named.clone()), Box::new(configured.clone()));
    Err(StartError::OtherBank { named, configured })
}
