//! The commit thread: makes what the fold's thread hands over durable, one commit after the other. It holds no lock of the
//! projection, so neither folding nor reading waits for the disk.

use tokio::sync::mpsc::Receiver;

use crate::commit::checkpoint::StoredCheckpoint;
use crate::fold::fold_thread::CommitRequest;
use crate::fold::page_store::PageStore;

/// Commits what is requested, until no more requests can come.
///
/// # Errors
/// What the store says; the projector halts on it.
pub fn run(
    bank: &str,
    pages: &PageStore,
    mut requests: Receiver<CommitRequest>,
) -> Result<(), longhu_store::Error> {
    while let Some(CommitRequest(checkpoint)) = requests.blocking_recv() {
        pages.commit(&StoredCheckpoint::new(bank, checkpoint).encode())?;
    }
    Ok(())
}
