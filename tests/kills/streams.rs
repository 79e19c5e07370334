//! Helpers for stored files: copies of a broker's folder as a backup would make them, and short lists of
//! contradictions. Files of running servers are not changed.

use std::fmt::Debug;
use std::path::Path;

/// The first items of a list, one per line.
pub fn show<T: Debug>(all: &[T]) -> String {
    let first: Vec<String> = all.iter().take(10).map(|one| format!("  {one:?}")).collect();
    format!("{} objections:\n{}", all.len(), first.join("\n"))
}

/// Copies a folder with everything in it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Replaces one folder by another.
pub fn replace(place: &Path, with: &Path) {
    std::fs::remove_dir_all(place).unwrap();
    copy(with, place);
}

/// The files below a folder whose names end in `ending`, in order.
pub fn files(folder: &Path, ending: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}
