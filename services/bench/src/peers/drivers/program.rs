//! The program of a peer, and its folder.

use std::path::{Path, PathBuf};

use longhu_client::failure::Failure;

use crate::refusal::coded;

/// Why a peer cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum Missing {
    /// There is no redis-server.
    #[error("redis-server is not on PATH (apt install redis-server)")]
    Redis,
    /// There is no postgres.
    #[error("postgres is neither on PATH nor below /usr/lib/postgresql (apt install postgresql)")]
    Postgres,
    /// There is no program to create a cluster beside it.
    #[error("there is no initdb beside {}", .0.display())]
    Initdb(PathBuf),
}

/// The first program of that name on PATH or in one of the folders.
pub fn find(name: &str, more: impl IntoIterator<Item = PathBuf>) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).chain(more).collect();
    folders.into_iter().map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Creates a peer's folder.
pub fn make(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| {
        coded("BAD_DATA_DIR", format!("cannot make {}: {error}", folder.display()))
            .next("give a folder that can be written with --data-dir")
    })
}
