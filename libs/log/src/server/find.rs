//! Where a nats-server is: the named one, one on the PATH, the installed one. It never accepts one that is too old,
//! and never looks anywhere else.

use super::{ServerError, install};
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The oldest version that does what the log needs.
pub const VERSION_MIN: Version = Version(2, 12);
/// Names a binary; it is then the only one that is considered.
const VARIABLE: &str = "LONGHU_NATS_SERVER";
const NAME: &str = "nats-server";

/// A version: major, minor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32);

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

/// The nats-server to use, without installing: the one that `LONGHU_NATS_SERVER` names, the first on the PATH that is
/// new enough, or the one that was installed before. Runs each candidate with `--version`.
///
/// # Errors
/// [`ServerError::WrongBinary`] when the named one does not run or is too old.
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

/// As [`find`], and installs one when there is none. Blocks for as long as that takes.
///
/// # Errors
/// Those of [`find`], and [`ServerError::Install`].
pub fn find_or_install() -> Result<PathBuf, ServerError> {
    match find()? {
        Some(path) => Ok(path),
        None => install::install(),
    }
}

/// The path, when it runs and is new enough.
pub(super) fn checked(path: &Path) -> Result<PathBuf, ServerError> {
    let wrong = |said: String| ServerError::WrongBinary { path: path.to_owned(), said };
    let output = Command::new(path).arg("--version").stdin(Stdio::null()).output();
    let output = output.map_err(|error| wrong(error.to_string()))?;
    let said = String::from_utf8_lossy(&output.stdout).trim().chars().take(80).collect::<String>();
    match version_in(&said) {
        Some(version) if version >= VERSION_MIN => Ok(path.to_owned()),
        _ => Err(wrong(format!("it says `{said}`"))),
    }
}

/// The version in a text such as `nats-server: v2.15.1`.
fn version_in(said: &str) -> Option<Version> {
    let number = said.strip_prefix("nats-server: v")?;
    let mut parts = number.split(['.', '-']);
    let mut part = || parts.next()?.parse().ok();
    Some(Version(part()?, part()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_read_and_compared_numerically() {
        assert_eq!(version_in("nats-server: v2.15.1"), Some(Version(2, 15)));
        assert_eq!(version_in("nats-server: v2.12.0-RC.1"), Some(Version(2, 12)));
        assert_eq!(version_in("something else"), None);
        assert!(Version(2, 9) < VERSION_MIN && Version(3, 0) > VERSION_MIN);
    }

    #[test]
    fn binary_that_is_no_nats_server_is_refused() {
        assert!(matches!(checked(Path::new("/bin/true")), Err(ServerError::WrongBinary { .. })));
        assert!(matches!(checked(Path::new("/nowhere/nats-server")), Err(ServerError::WrongBinary { .. })));
    }
}
