//! Finding a nats-server: the configured one, one on the PATH, or the installed one. One that is too old is
//! never accepted.

use super::binary::checked;
use super::error::ServerError;
use super::install;
use std::env;
use std::path::{Path, PathBuf};

/// The path of a binary; if it is set, no other is considered.
const VARIABLE: &str = "LONGHU_NATS_SERVER";
const NAME: &str = "nats-server";

/// The nats-server to use, without installing: the one in `LONGHU_NATS_SERVER`, the first on the PATH that is
/// new enough, or one that was installed before. Runs each candidate with `--version`.
///
/// # Errors
/// [`ServerError::WrongBinary`] if the one in `LONGHU_NATS_SERVER` does not run or is too old.
pub fn find() -> Result<Option<PathBuf>, ServerError> {
    if let Some(named) = env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
        return checked(Path::new(&named)).map(Some);
    }
    let on_path = env::var_os("PATH").unwrap_or_default();
    let candidates = env::split_paths(&on_path).map(|directory| directory.join(NAME));
    let mut usable = candidates.filter(|path| path.is_file()).filter_map(|path| checked(&path).ok());
    if let Some(path) = usable.next() {
        return Ok(Some(path));
    }
    let installed = install::installed_path()?;
    if installed.is_file() { checked(&installed).map(Some) } else { Ok(None) }
}

/// The same as [`find`], but installs a server if there is none. Blocks for as long as that takes.
///
/// # Errors
/// Those of [`find`], and [`ServerError::Install`].
pub fn find_or_install() -> Result<PathBuf, ServerError> {
    match find()? {
        Some(path) => Ok(path),
        None => install::install(),
    }
}
