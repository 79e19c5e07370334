//! Which prefix of the log a question about the past is about: where the log ends, what was recorded by a
//! time, where a contest was first defined. Only the log can answer this, because the read model only knows
//! its own position.

use longhu_core::control::Decision;
use longhu_core::register::{Effect, Register};
use longhu_core::{Position, Time};
use longhu_log::{Kind, Log, ReadFrom, ReadOptions, Reader};
use longhu_proto::control;

use crate::input::decoded::BatchError;
use crate::replay::log_replay::{ReplayError, last_of};

/// An entry's position, and when it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordedEntry {
    pub position: Position,
    pub recorded: Time,
}

/// The last entry of the log; `None` if it is empty.
///
/// # Errors
/// Errors of the log.
pub async fn end_of(log: &Log) -> Result<Option<RecordedEntry>, longhu_log::LogError> {
    let last_sequence = log.status().await?.last_sequence;
    Ok(log.get(last_sequence).await?.map(|stored| RecordedEntry {
        position: stored.position((stored.batch.records.len() as u32).saturating_sub(1)),
        recorded: stored.batch.header.recorded_time,
    }))
}

/// The prefix that was recorded by a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordedPrefix {
    /// Its last entry; 0.0 if it is empty.
    pub position: Position,
    /// The greatest recorded time that was read. It is after the requested time, unless the log ends earlier.
    pub greatest: Time,
}

/// Finds the longest prefix, up to `end`, in which no recorded time is after `time`. Batches of several slots
/// are not in strict order of time, so this reads from the start. `watch` is called with the progress, and
/// returning false ends the search.
///
/// # Errors
/// [`ReplayError`].
pub async fn recorded_by(
    log: &Log,
    time: Time,
    end: Position,
    mut watch: impl FnMut(Position) -> bool,
) -> Result<RecordedPrefix, ReplayError> {
    let options = ReadOptions { until: Some(end.sequence), ..ReadOptions::default() };
    let mut reader = Reader::open(log, ReadFrom::Start, options).await?;
    let mut found =
        RecordedPrefix { position: Position::START, greatest: longhu_core::types::time::EARLIEST };
    while let Some(entry) = reader.next().await? {
        found.greatest = found.greatest.max(entry.batch.header.recorded_time);
        if found.greatest > time {
            break;
        }
        found.position = last_of(&entry);
        if !watch(found.position) {
            return Err(ReplayError::Unwanted);
        }
    }
    Ok(found)
}

/// Where a contest was first defined, up to the batch of `end`; `None` if it was not.
///
/// # Errors
/// [`ReplayError`].
pub async fn first_defined(
    log: &Log,
    contest: &str,
    end: Position,
) -> Result<Option<RecordedEntry>, ReplayError> {
    let subject = Some(log.names().control_subject().to_string());
    let options = ReadOptions { subject, until: Some(end.sequence) };
    let mut reader = Reader::open(log, ReadFrom::Start, options).await?;
    // A definition in a change set is in force from the close of the set.
    let mut register = Register::default();
    while let Some(entry) = reader.next().await? {
        if entry.batch.header.kind != Kind::Control {
            continue;
        }
        for (index, record) in (0..).zip(&entry.batch.records) {
            let position = entry.position(index);
            let decision: Decision =
                control::decode(record).map_err(|source| BatchError::Entry { position, source })?;
            let defines = |effect: &Effect| matches!(effect, Effect::Contest(id) if id == contest);
            if register.apply(position, decision).iter().any(defines) {
                return Ok(Some(RecordedEntry { position, recorded: entry.batch.header.recorded_time }));
            }
        }
    }
    Ok(None)
}
