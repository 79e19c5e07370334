//! Folders for data, which only their owner may look into. Whether one can be used is found out before
//! anything is taken that another process may have.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use longhu_client::failure::Failure;

/// Makes a folder if it is missing, and makes sure that files can be written in it. `option` names the
/// option that gave it.
pub fn prepare(folder: &Path, option: &str) -> Result<(), Failure> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| unusable(folder, option, &error))?;
    look(folder, option)
}

/// Makes sure that files can be written in a folder, or in the one in which it would be made.
pub fn look(folder: &Path, option: &str) -> Result<(), Failure> {
    let there = folder.ancestors().find(|part| part.exists()).unwrap_or(Path::new("."));
    let tried = tempfile::tempfile_in(if there.as_os_str().is_empty() { Path::new(".") } else { there });
    tried.map(|_| ()).map_err(|error| unusable(folder, option, &error))
}

fn unusable(folder: &Path, option: &str, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot use the folder {}: {error} (FILE_UNWRITABLE)", folder.display()))
        .next(format!("give a folder that can be written with {option}"))
}
