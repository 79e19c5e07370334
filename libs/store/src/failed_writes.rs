//! Whether a write to a store had failed. What is on the disk then may be half of something, and a read model
//! that cannot be opened because of that is made again without asking. Damage of any other origin is not.
//!
//! An empty file says so. It is renamed and not made, since a full disk has no room for a new one.

use std::fs::{self, File};
use std::path::Path;

const SOUND: &str = "writes-sound";
const FAILED: &str = "write-failed";

/// Whether a write had failed since the last one that succeeded.
pub(crate) fn any(folder: &Path) -> bool {
    folder.join(FAILED).exists()
}

/// Prepares for noting a failure.
pub(crate) fn prepare(folder: &Path) {
    if !any(folder) {
        // Without it a failure is still noted if there is room.
        let _ = File::options().create(true).append(true).open(folder.join(SOUND));
    }
}

/// Notes that a write failed.
pub(crate) fn note(folder: &Path) {
    let noted = fs::rename(folder.join(SOUND), folder.join(FAILED));
    if noted.is_err() && !any(folder) {
        let _ = File::create(folder.join(FAILED));
    }
}

/// Notes that a write succeeded.
pub(crate) fn forget(folder: &Path) {
    let _ = fs::rename(folder.join(FAILED), folder.join(SOUND));
}
