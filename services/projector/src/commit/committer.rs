//! The commit thread: makes durable what the fold's thread hands over, one commit after the other. It does
//! not lock the projection, so neither folding nor reading waits for the disk.

use tokio::sync::mpsc::Receiver;

use crate::commit::checkpoint::StoredCheckpoint;
use crate::fold::fold_thread::CommitRequest;
use crate::fold::page_store::PageStore;

/// Commits what is requested, until there can be no more requests.
///
/// # Errors
/// An error of the store; the projector stops.
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
