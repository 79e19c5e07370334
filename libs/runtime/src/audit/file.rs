//! The file that is written, and those that were put aside.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::chain::{self, Head};
use super::entry::{Content, IntentId, Outcome};
use super::error::AuditError;

/// The file that is written.
pub(super) struct AuditFile {
    path: PathBuf,
    file: File,
    bytes: u64,
    bytes_max: u64,
    head: Head,
    /// Whether a line may have been written in part, after an error.
    is_torn: bool,
    /// Intents without a known outcome, with the hashes of their records.
    pub(super) open: BTreeMap<IntentId, String>,
}

/// What is read of a line at the start.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Known {
    Intent {
        n: u64,
        record: String,
    },
    Outcome {
        intent: IntentId,
        #[serde(flatten)]
        outcome: Outcome,
    },
    #[serde(other)]
    Other,
}

impl AuditFile {
    pub(super) fn open(path: &Path, bytes_max: u64) -> Result<AuditFile, AuditError> {
        let failed = |source| AuditError::Io { path: path.to_owned(), source };
        let file = options().open(path).map_err(failed)?;
        lock(&file, path)?;
        let text = std::fs::read(path).map_err(failed)?;
        // What follows the last line end was never answered for: a crash came between.
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let cut_bytes = (text.len() - whole) as u64;
        file.set_len(whole as u64).map_err(failed)?;
        let mut head = match last_put_aside(path)? {
            Some(aside) => Some(last_head(&aside)?),
            None => None,
        };
        if head.is_none() && whole == 0 {
            head = Some(Head::start());
        }
        let mut open = BTreeMap::new();
        for (index, line) in
            text[..whole].split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).enumerate()
        {
            let broken = |reason| AuditError::Broken { path: path.to_owned(), line: index + 1, reason };
            let line = std::str::from_utf8(line).map_err(|_| broken("the line is not text"))?;
            head = Some(chain::check(head.as_ref(), line).map_err(|fault| broken(fault.says()))?.0);
            match serde_json::from_str(line).unwrap_or(Known::Other) {
                Known::Intent { n, record } => drop(open.insert(IntentId(n), record)),
                Known::Outcome { intent, outcome } if outcome != Outcome::Unknown => {
                    drop(open.remove(&intent))
                }
                Known::Outcome { .. } | Known::Other => {}
            }
        }
        let head = head.unwrap_or_else(Head::start);
        let mut file = AuditFile {
            path: path.to_owned(),
            file,
            bytes: whole as u64,
            bytes_max,
            head,
            is_torn: false,
            open,
        };
        file.append(&Content::Begun { cut_bytes })?;
        file.sync()?;
        Ok(file)
    }

    /// Appends a line, and returns its number.
    pub(super) fn append(&mut self, content: &Content<'_>) -> Result<u64, AuditError> {
        // An intent and its outcome stay in one file, so that a start needs to read only one.
        if self.bytes >= self.bytes_max && self.open.is_empty() {
            self.put_aside()?;
        }
        self.write(content)
    }

    fn write(&mut self, content: &Content<'_>) -> Result<u64, AuditError> {
        let (line, head) = chain::line(&self.head, content)?;
        if self.is_torn {
            self.file.set_len(self.bytes).map_err(|source| self.failed(source))?;
        }
        self.is_torn = true;
        self.file.write_all(line.as_bytes()).map_err(|source| self.failed(source))?;
        self.is_torn = false;
        self.bytes += line.len() as u64;
        self.head = head;
        Ok(self.head.number)
    }

    pub(super) fn sync(&mut self) -> Result<(), AuditError> {
        self.file.sync_data().map_err(|source| self.failed(source))
    }

    /// Puts the file aside under the next number, and begins another.
    fn put_aside(&mut self) -> Result<(), AuditError> {
        self.sync()?;
        // If an attempt failed half-way, the file has been renamed already.
        if self.path.exists() {
            let number = last_put_aside(&self.path)?.map_or(1, |aside| aside.number + 1);
            let aside = aside_path(&self.path, number);
            std::fs::rename(&self.path, &aside).map_err(|source| self.failed(source))?;
        }
        let file = options().create_new(true).open(&self.path).map_err(|source| self.failed(source))?;
        lock(&file, &self.path)?;
        tracing::info!(file = %self.path.display(), hash = self.head.hash, "a file of the audit log was put aside; this is the hash of its last line");
        (self.file, self.bytes) = (file, 0);
        self.write(&Content::Continued).map(|_| ())
    }

    fn failed(&self, source: std::io::Error) -> AuditError {
        AuditError::Io { path: self.path.clone(), source }
    }
}

fn options() -> std::fs::OpenOptions {
    let mut options = File::options();
    options.create(true).append(true).mode(0o600);
    options
}

fn lock(file: &File, path: &Path) -> Result<(), AuditError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(AuditError::Locked { path: path.to_owned() }),
        Err(TryLockError::Error(source)) => Err(AuditError::Io { path: path.to_owned(), source }),
    }
}

/// A file that was put aside.
pub(super) struct Aside {
    pub(super) number: u64,
    pub(super) path: PathBuf,
}

fn aside_path(path: &Path, number: u64) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{number:06}"));
    PathBuf::from(name)
}

/// The files that were put aside and are still there, in order.
pub(super) fn put_aside(path: &Path) -> Result<Vec<Aside>, AuditError> {
    let failed = |source| AuditError::Io { path: path.to_owned(), source };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let beginning = path.file_name().map(|name| format!("{}.", name.to_string_lossy())).unwrap_or_default();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(&beginning)?.parse().ok());
        found.extend(number.map(|number| Aside { number, path: entry.path() }));
    }
    found.sort_by_key(|aside| aside.number);
    Ok(found)
}

fn last_put_aside(path: &Path) -> Result<Option<Aside>, AuditError> {
    Ok(put_aside(path)?.pop())
}

/// Where the chain is at the end of a file that was put aside.
fn last_head(aside: &Aside) -> Result<Head, AuditError> {
    let text = std::fs::read_to_string(&aside.path)
        .map_err(|source| AuditError::Io { path: aside.path.clone(), source })?;
    let (index, line) = text.lines().enumerate().last().unwrap_or_default();
    let checked = chain::check(None, line);
    let broken = |reason| AuditError::Broken { path: aside.path.clone(), line: index + 1, reason };
    checked.map(|(head, _)| head).map_err(|fault| broken(fault.says()))
}
