//! The adoptions that a log has, read from its decisions. A read model that knows more than the log is not of
//! this log, unless it was adopted since.

use longhu_core::control::Decision;
use longhu_core::register::Register;
use longhu_log::{Kind, Log, ReadError, ReadFrom, ReadOptions, Reader};
use longhu_proto::control;

use crate::input::decoded::BatchError;

/// Why adoptions cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum AdoptionsError {
    /// The log cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A decision cannot be read.
    #[error(transparent)]
    Batch(#[from] BatchError),
}

/// The decisions of a log as it is now.
///
/// # Errors
/// [`AdoptionsError`].
pub async fn decided(log: &Log) -> Result<Register, AdoptionsError> {
    let subject = log.names().control_subject().clone();
    let last = log.last_on(&subject).await.map_err(ReadError::Log)?;
    let options = ReadOptions { subject: Some(subject.to_string()), until: last.map(|last| last.sequence) };
    let mut register = Register::default();
    if options.until.is_none() {
        return Ok(register);
    }
    let mut reader = Reader::open(log, ReadFrom::Start, options).await?;
    while let Some(entry) = reader.next().await? {
        if entry.batch.header.kind != Kind::Control {
            continue;
        }
        for (index, record) in (0..).zip(&entry.batch.records) {
            let position = entry.position(index);
            let decision: Decision =
                control::decode(record).map_err(|source| BatchError::Entry { position, source })?;
            register.apply(position, decision);
        }
    }
    Ok(register)
}
