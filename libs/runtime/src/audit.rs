//! The audit log: who read, exported, replayed and decided what. JSON lines, each with the hash of the one before, so that
//! a line that is changed, left out or moved is found. What cannot be written here is not done.

mod chain;
mod entry;
mod error;
mod file;
mod heard;
mod verify;

use std::path::Path;
use std::sync::Arc;

use longhu_proto::status::refusal;
use parking_lot::Mutex;
use tonic::{Code, Status};

pub(crate) use entry::Call;
pub use entry::{Decided, Intent, IntentId, Outcome};
pub use error::AuditError;
pub(crate) use heard::Heard;
pub use verify::{Verified, verify};

use entry::Content;
use file::AuditFile;

/// An audit log. Cheap to clone; one process at a time writes to it.
#[derive(Clone)]
pub struct Audit(Arc<Mutex<AuditFile>>);

impl Audit {
    /// Opens or begins a log. A file that has `bytes_max` bytes is put aside as `PATH.000001` and so on, and never
    /// deleted.
    ///
    /// # Errors
    /// [`AuditError`]: the file cannot be used, another process has it, or its chain is broken.
    pub fn open(path: &Path, bytes_max: u64) -> Result<Audit, AuditError> {
        AuditFile::open(path, bytes_max).map(|file| Audit(Arc::new(Mutex::new(file))))
    }

    /// Records a call. It is in the file when this returns, and on the disk soon after.
    pub(crate) fn call(&self, call: &Call<'_>) -> Result<(), Status> {
        self.0.lock().append(&Content::Call(call)).map(|_| ()).map_err(|error| not_recorded(&error))
    }

    /// Records what is about to be decided. It is on the disk when this returns.
    ///
    /// # Errors
    /// UNAVAILABLE with reason AUDIT_FAILED: then it must not be decided.
    pub fn intent(&self, intent: &Intent) -> Result<IntentId, Status> {
        let mut file = self.0.lock();
        let id = file.append(&Content::Intent(intent)).map(IntentId).map_err(|error| not_recorded(&error))?;
        file.open.insert(id, intent.record.clone());
        file.sync().map_err(|error| not_recorded(&error))?;
        Ok(id)
    }

    /// Records what became of it. It is on the disk when this returns.
    ///
    /// # Errors
    /// UNAVAILABLE with reason AUDIT_FAILED. The intent stays open, and the next start completes it from the log.
    pub fn outcome(&self, intent: IntentId, outcome: &Outcome) -> Result<(), Status> {
        let mut file = self.0.lock();
        let written = file.append(&Content::Outcome { intent, outcome }).and_then(|_| file.sync());
        written.map_err(|error| not_recorded(&error))?;
        if *outcome != Outcome::Unknown {
            file.open.remove(&intent);
        }
        Ok(())
    }

    /// Intents of which the outcome is not known, with the hashes of their records: what a crash left open.
    pub fn open_intents(&self) -> Vec<(IntentId, String)> {
        self.0.lock().open.iter().map(|(id, record)| (*id, record.clone())).collect()
    }
}

/// The hash of a record, as intents name it.
pub fn record_hash(record: &[u8]) -> String {
    blake3::hash(record).to_hex().to_string()
}

fn not_recorded(error: &AuditError) -> Status {
    tracing::error!(error = error as &dyn std::error::Error, "the audit log cannot be written");
    let message = "the audit log cannot be written, and what cannot be recorded is not done; tell operations";
    refusal(Code::Unavailable, "AUDIT_FAILED", message)
}
