//! Adopts a log that has lost its end: appends the entry that names the last position and hash that were
//! found. Until then ingest and projectors that know better refuse the log. It is done without a running
//! ingest, because none starts on such a log.

use futures::future::BoxFuture;
use longhu_core::Position;
use longhu_core::control::{Adoption, Decision, Payload, Source};
use longhu_core::types::violation::{Violation, check_text};
use longhu_log::{AppendError, ControlWriter, Hash, Kind, Log, LogError};
use longhu_proto::control::encode;

use crate::clock::{BankClock, Clock};
use crate::error::StartError;
use crate::founding::bank_of;
use crate::start::read_decisions;

/// The longest reason, in bytes.
const REASON_MAX: usize = 500;

/// What is to be adopted, and by whom.
#[derive(Clone, Debug)]
pub struct Adopt {
    /// The last position of the log, as whoever decides has seen it.
    pub lost_after: Position,
    /// Why, 1 to 500 bytes.
    pub reason: String,
    /// Who decides.
    pub principal: String,
}

/// An adopted log.
#[derive(Clone, Debug)]
pub struct Adopted {
    /// The position of the entry.
    pub position: Position,
    /// What the entry says.
    pub adoption: Adoption,
    /// False if the log had been adopted with this end before, and nothing was appended.
    pub is_new: bool,
    /// The registered sources, by name. Each has to send again what was acknowledged behind the end.
    pub sources: Vec<Source>,
}

/// Why a log was not adopted.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// The reason is missing or too long.
    #[error("{0}")]
    Reason(Violation),
    /// The log ends elsewhere.
    #[error(
        "the log ends at {end} (batch hash {hash}), and not at {given}; stop every ingest process, look at what the log has left, and give its end (NOT_THE_END)"
    )]
    NotTheEnd {
        /// The given position.
        given: Position,
        /// The last position of the log.
        end: Position,
        /// The hash of the batch there.
        hash: Hash,
    },
    /// The log cannot be read.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The entry was not appended.
    #[error("the log was not adopted")]
    Append(#[from] AppendError),
}

impl From<LogError> for AdoptError {
    fn from(error: LogError) -> AdoptError {
        StartError::Log(error).into()
    }
}

/// Adopts the log, if it ends where the caller says.
///
/// # Errors
/// [`AdoptError`].
pub fn adopt(log: &Log, wanted: Adopt, clock: Clock) -> BoxFuture<'_, Result<Adopted, AdoptError>> {
    Box::pin(adopt_log(log, wanted, clock))
}

async fn adopt_log(log: &Log, wanted: Adopt, clock: Clock) -> Result<Adopted, AdoptError> {
    let Adopt { lost_after, reason, principal } = wanted;
    check_text("reason", &reason, REASON_MAX).map_err(AdoptError::Reason)?;
    if reason.trim().is_empty() {
        let why =
            Violation::new("reason", "MISSING_FIELD", "say why the log is adopted; it is kept in the log");
        return Err(AdoptError::Reason(why));
    }
    let bank = bank_of(log).await?;
    let bank = bank.ok_or_else(|| StartError::NotBegun { bank: log.names().bank().to_owned() })?;
    let clock = BankClock::new(clock, &bank.zone)
        .map_err(|source| StartError::Zone { zone: bank.zone.clone(), source })?;
    let (decisions, _) = read_decisions(log, &clock).await?;
    let (sources, before) = {
        let in_force = decisions.read();
        let register = &in_force.register;
        let sources: Vec<Source> = register.sources().map(|source| source.value.clone()).collect();
        let mut adoptions = register.adoptions().into_iter();
        (sources, adoptions.find(|own| own.value.lost_after == lost_after).cloned())
    };
    if let Some(before) = before {
        let (position, adoption) = (before.position, before.value);
        return Ok(Adopted { position, adoption, is_new: false, sources });
    }
    let Some(end) = log.last().await? else {
        return Err(StartError::NotBegun { bank: bank.id }.into());
    };
    let elsewhere = |end: Position, hash| AdoptError::NotTheEnd { given: lost_after, end, hash };
    if end.last_position() != lost_after {
        return Err(elsewhere(end.last_position(), end.batch.hash));
    }
    clock.raise(end.batch.header.recorded_time);
    let adopted = clock.recorded();
    let adoption = Adoption {
        lost_after,
        batch_hash: end.batch.hash.0,
        recorded: end.batch.header.recorded_time,
        adopted,
        reason,
    };
    let entry = Decision {
        principal,
        key: lost_after.to_string(),
        revision: 1,
        change_set: String::new(),
        payload: Payload::Adoption(adoption.clone()),
    };
    let record = encode(&entry).into();
    let mut writer = ControlWriter::new(log);
    match writer.append_at_end(end.sequence, Kind::Control, adopted, std::slice::from_ref(&record)).await {
        Ok(appended) => Ok(Adopted { position: appended.position(0), adoption, is_new: true, sources }),
        Err(AppendError::Conflict { .. }) => {
            let now = log.last().await?.unwrap_or(end);
            Err(elsewhere(now.last_position(), now.batch.hash))
        }
        Err(error) => Err(error.into()),
    }
}
