//! Opens the read model at the start: the store, its checkpoint, and the shard in its pages. A read model of
//! another version of the fold is emptied, so that the log is folded from the start (a rebuild).

use std::path::PathBuf;
use std::time::Instant;

use longhu_core::fold::FOLD_VERSION;
use longhu_core::fold::shard::Shard;
use longhu_core::types::pages::PageError;
use longhu_log::Checkpoint;
use longhu_store::Store;

use crate::commit::checkpoint::StoredCheckpoint;
use crate::fold::page_store::PageStore;

/// Why the read model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store cannot be used.
    #[error("the read model cannot be used")]
    Store(#[from] longhu_store::Error),
    /// A page is damaged.
    #[error("the read model cannot be read; rebuild it from the log with `--rebuild`")]
    Page(#[from] PageError),
    /// The read model belongs to another bank.
    #[error("the read model in {} belongs to bank `{found}`, the log to bank `{wanted}`; choose another directory, or fold this log into it with `--rebuild`", path.display())]
    OtherBank {
        /// The store's directory.
        path: PathBuf,
        /// The bank of the read model.
        found: String,
        /// The bank of the log.
        wanted: String,
    },
}

/// An opened read model.
pub struct Opened {
    pub pages: PageStore,
    pub shard: Shard,
    /// How far the shard has read the log.
    pub checkpoint: Checkpoint,
}

/// Opens the read model of a bank in a directory. Empties it first for a rebuild.
///
/// # Errors
/// [`OpenError`].
pub fn open(store_dir: &PathBuf, rebuild: bool, bank: &str) -> Result<Opened, OpenError> {
    let started = Instant::now();
    let mut store = match rebuild {
        true => Store::recreate(store_dir)?,
        false => Store::open_or_recreate(store_dir)?,
    };
    let record = store.checkpoint()?;
    let mut stored = record.as_ref().and_then(|bytes| StoredCheckpoint::decode(bytes));
    if let Some(found) = stored.as_ref().filter(|stored| stored.bank != bank) {
        let (found, wanted) = (found.bank.clone(), bank.to_owned());
        return Err(OpenError::OtherBank { path: store_dir.clone(), found, wanted });
    }
    // A record that cannot be decoded was also written by another version of the fold. Its pages must be
    // removed before folding from the start.
    let is_other = stored.as_ref().map_or(record.is_some(), |stored| stored.fold_version != FOLD_VERSION);
    if is_other {
        tracing::warn!(now = FOLD_VERSION, "another version of the fold wrote the read model: rebuilding it");
        drop(store);
        store = Store::recreate(store_dir)?;
        stored = None;
    }
    let had_failed_write = store.had_failed_write();
    let pages = PageStore::new(store);
    let shard = match stored.as_ref().map(|_| Shard::restore(&pages)).transpose() {
        Ok(restored) => restored.unwrap_or_default(),
        Err(error) if had_failed_write => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the read model was left behind by a write that failed: rebuilding it"
            );
            drop(pages);
            return open(store_dir, true, bank);
        }
        Err(error) => return Err(error.into()),
    };
    let checkpoint = stored.map_or(Checkpoint::START, |stored| stored.checkpoint());
    tracing::info!(
        sequence = checkpoint.sequence,
        elapsed_ms = started.elapsed().as_millis() as u64,
        "opened the read model"
    );
    Ok(Opened { pages, shard, checkpoint })
}
