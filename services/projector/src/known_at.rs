//! Which prefix of the log is meant: the one up to a position, or the one that was recorded by a time. It reads the log
//! alone, since the read model knows only its own position, and it folds nothing.

use longhu_core::control::Decision;
use longhu_core::register::{Effect, Register};
use longhu_core::{Position, Time};
use longhu_log::{Kind, Log, ReadFrom, ReadOptions, Reader};
use longhu_proto::control;

use crate::prepared::FoldError;
use crate::refold::{RefoldError, last_of};

/// A place in the log and when what stands there was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where.
    pub position: Position,
    /// When.
    pub recorded: Time,
}

/// The last entry of the log; nothing while it is empty.
///
/// # Errors
/// What the log says.
pub async fn end_of(log: &Log) -> Result<Option<Place>, longhu_log::LogError> {
    let last_sequence = log.status().await?.last_sequence;
    Ok(log.get(last_sequence).await?.map(|stored| Place {
        position: stored.position((stored.batch.records.len() as u32).saturating_sub(1)),
        recorded: stored.batch.header.recorded_time,
    }))
}

/// What was recorded by a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The last entry of the longest prefix with no recorded time after the time; 0.0 when it is empty.
    pub position: Position,
    /// The greatest recorded time that was read: after the time, unless the log ends before it.
    pub greatest: Time,
}

/// Looks for the longest prefix, up to `end`, whose greatest recorded time is not after `time`. Batches of several slots
/// are not in strict order of time, so it reads from the start; `watch` is told how far, and an answer of false ends it.
///
/// # Errors
/// [`RefoldError`].
pub async fn recorded_by(
    log: &Log,
    time: Time,
    end: Position,
    mut watch: impl FnMut(Position) -> bool,
) -> Result<Recorded, RefoldError> {
    let options = ReadOptions { until: Some(end.sequence), ..ReadOptions::default() };
    let mut reader = Reader::open(log, ReadFrom::Start, options).await?;
    let mut found = Recorded { position: Position::START, greatest: longhu_core::types::time::EARLIEST };
    while let Some(entry) = reader.next().await? {
        found.greatest = found.greatest.max(entry.batch.header.recorded_time);
        if found.greatest > time {
            break;
        }
        found.position = last_of(&entry);
        if !watch(found.position) {
            return Err(RefoldError::Unwanted);
        }
    }
    Ok(found)
}

/// Where a contest was first defined, up to the batch of `end`; nothing when it was not.
///
/// # Errors
/// [`RefoldError`].
pub async fn first_defined(log: &Log, contest: &str, end: Position) -> Result<Option<Place>, RefoldError> {
    let subject = Some(log.names().control_subject().to_string());
    let options = ReadOptions { subject, until: Some(end.sequence) };
    let mut reader = Reader::open(log, ReadFrom::Start, options).await?;
    // A definition in a change set is in force from the set's close on.
    let mut register = Register::default();
    while let Some(entry) = reader.next().await? {
        if entry.batch.header.kind != Kind::Control {
            continue;
        }
        for (index, record) in (0..).zip(&entry.batch.records) {
            let position = entry.position(index);
            let decision: Decision =
                control::decode(record).map_err(|source| FoldError::Entry { position, source })?;
            let defines = |effect: &Effect| matches!(effect, Effect::Contest(id) if id == contest);
            if register.apply(position, decision).iter().any(defines) {
                return Ok(Some(Place { position, recorded: entry.batch.header.recorded_time }));
            }
        }
    }
    Ok(None)
}
