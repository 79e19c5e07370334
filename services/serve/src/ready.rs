//! The ready file: how a script learns the address once a service is ready. It is created by rename, so it is
//! always complete, and removed at the end.

use std::path::{Path, PathBuf};

use longhu_client::failure::Failure;

/// A ready file. It is removed when this is dropped.
pub struct ReadyFile {
    path: PathBuf,
    partial: PathBuf,
}

impl ReadyFile {
    /// Makes sure that the file can be written, before anything is taken that another process may have.
    pub fn prepare(path: &Path) -> Result<ReadyFile, Failure> {
        let file = ReadyFile { path: path.to_owned(), partial: path.with_extension("partial") };
        std::fs::write(&file.partial, "").map_err(|error| file.unwritable(&error))?;
        Ok(file)
    }

    /// Writes the address.
    pub fn write(&self, url: &str) -> Result<(), Failure> {
        let content = serde_json::json!({ "grpc": url });
        let written = std::fs::write(&self.partial, format!("{content}\n"))
            .and_then(|()| std::fs::rename(&self.partial, &self.path));
        written.map_err(|error| self.unwritable(&error))
    }

    fn unwritable(&self, error: &std::io::Error) -> Failure {
        Failure::new(format!("cannot write the ready file {}: {error}", self.path.display()))
            .next("give a path in a folder that exists and can be written")
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        // If somebody else has removed a file, nothing needs to be done.
        let _ = std::fs::remove_file(&self.partial);
        let _ = std::fs::remove_file(&self.path);
    }
}
