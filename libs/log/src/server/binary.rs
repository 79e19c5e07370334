//! Checks that a binary is a nats-server and new enough, by the version it reports.

use super::error::ServerError;
use super::version::{VERSION_MIN, Version};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The path, if the binary runs and is new enough.
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
    fn binary_that_is_not_a_nats_server_is_refused() {
        assert!(matches!(checked(Path::new("/bin/true")), Err(ServerError::WrongBinary { .. })));
        assert!(matches!(checked(Path::new("/nowhere/nats-server")), Err(ServerError::WrongBinary { .. })));
    }
}
