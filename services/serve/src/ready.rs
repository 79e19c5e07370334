//! The ready file: how a script learns the address once a service is ready. It is created by rename, so it is
//! always complete, and removed at the end.

use std::path::{Path, PathBuf};

use longhu_client::failure::Failure;

/// A ready file. It is removed when this is dropped.
pub struct ReadyFile(PathBuf);

impl ReadyFile {
    /// Writes the address, a URL.
    pub fn write(path: &Path, url: &str) -> Result<ReadyFile, Failure> {
        let content = serde_json::json!({ "grpc": url });
        let partial = path.with_extension("partial");
        let written =
            std::fs::write(&partial, format!("{content}\n")).and_then(|()| std::fs::rename(&partial, path));
        written.map_err(|error| {
            Failure::new(format!("cannot write the ready file {}: {error}", path.display()))
                .next("give a path in a folder that exists and can be written")
        })?;
        Ok(ReadyFile(path.to_owned()))
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        // If somebody else has removed the file, nothing needs to be done.
        let _ = std::fs::remove_file(&self.0);
    }
}
