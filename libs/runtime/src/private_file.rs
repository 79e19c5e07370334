//! Files with secrets: who else may read them.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A file with a secret that others may read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} can be read by others (mode {mode:04o}); set it with `chmod {} {}` (FILE_NOT_PRIVATE)",
    path.display(),
    if *for_group { "0640" } else { "0600" },
    path.display()
)]
pub struct NotPrivate {
    path: PathBuf,
    mode: u32,
    for_group: bool,
}

/// Refuses a file that anybody but its owner may read or write.
///
/// # Errors
/// [`NotPrivate`]. A file that does not exist is no error here: reading it will say so.
pub fn check_owners(path: &Path) -> Result<(), NotPrivate> {
    check(path, 0o077, false)
}

/// Refuses a file that anybody but its owner and its group may read or write: the usual mode of a key that several
/// services of one machine share.
pub(crate) fn check_not_public(path: &Path) -> Result<(), NotPrivate> {
    check(path, 0o007, true)
}

fn check(path: &Path, others: u32, for_group: bool) -> Result<(), NotPrivate> {
    let Ok(metadata) = std::fs::metadata(path) else { return Ok(()) };
    let mode = metadata.permissions().mode() & 0o7777;
    match mode & others {
        0 => Ok(()),
        _ => Err(NotPrivate { path: path.to_owned(), mode, for_group }),
    }
}
