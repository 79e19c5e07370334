//! The files under the store: opening past a lock that is being let go, syncing for real, and removing a read model.
//! It never removes a file that sled did not make, and never syncs through sled.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::error::Error;

/// How long an open waits for a lock: sled lets go of it some milliseconds after its handle is dropped.
const LOCK_WAIT: Duration = Duration::from_secs(3);
const LOCK_POLL: Duration = Duration::from_millis(20);
/// A quarter of it is the longest leaf that stays in the log; see `value`.
const SEGMENT_BYTES: usize = 2 * 1024 * 1024;
/// The fold keeps its own pages in memory; sled's cache only has to hold what a commit touches.
const CACHE_BYTES: u64 = 64 * 1024 * 1024;

fn io(path: &Path, doing: &'static str) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Io { path, doing, source }
}

/// Opens the database, waiting a bounded time for its lock.
pub(crate) fn open_database(path: &Path) -> Result<sled::Db, Error> {
    let began = Instant::now();
    loop {
        // sled panics on some damaged files; a read model that cannot be opened is an answer, not a crash.
        let opened = catch_unwind(AssertUnwindSafe(|| {
            sled::Config::new()
                .path(path)
                .segment_size(SEGMENT_BYTES)
                .cache_capacity(CACHE_BYTES)
                .mode(sled::Mode::HighThroughput)
                .flush_every_ms(None)
                .open()
        }));
        match opened {
            Ok(Ok(db)) => return Ok(db),
            Ok(Err(sled::Error::Io(error))) if error.to_string().contains("could not acquire lock") => {
                if began.elapsed() >= LOCK_WAIT {
                    return Err(Error::Locked { path: path.to_owned() });
                }
                std::thread::sleep(LOCK_POLL);
            }
            Ok(Err(sled::Error::Corruption { .. })) => {
                let what = "its files contradict their checksums".to_owned();
                return Err(Error::Damaged { path: path.to_owned(), what });
            }
            Ok(Err(error)) => {
                let source = Box::new(error);
                return Err(Error::Database { path: path.to_owned(), doing: "opening it", source });
            }
            Err(_) => {
                let what = "the database gave up while reading it".to_owned();
                return Err(Error::Damaged { path: path.to_owned(), what });
            }
        }
    }
}

/// Makes what was written durable, through descriptors of its own.
pub(crate) struct Durability {
    pub(crate) log: File,
    path: PathBuf,
    blobs: PathBuf,
    blobs_synced: Mutex<BTreeSet<OsString>>,
}

impl Durability {
    /// For the open database in `path`, whose new files it makes durable at once.
    pub(crate) fn new(path: &Path) -> Result<Durability, Error> {
        let log_path = path.join("db");
        let log = File::options()
            .read(true)
            .write(true)
            .open(&log_path)
            .map_err(io(&log_path, "opening the log to sync it"))?;
        let new = Durability {
            log,
            path: path.to_owned(),
            blobs: path.join("blobs"),
            blobs_synced: Mutex::default(),
        };
        sync_path(&path.join("conf"))?;
        sync_path(path)?;
        if let Some(parent) = path.canonicalize().map_err(io(path, "finding it"))?.parent() {
            sync_path(parent)?;
        }
        Ok(new)
    }

    /// Returns once everything that sled wrote is on the disk. sled's own `flush` on Linux starts the writing of
    /// ranges of the file; it neither empties the drive's cache nor makes the file's new length durable.
    pub(crate) fn sync(&self) -> Result<(), Error> {
        self.sync_blobs()?;
        self.log.sync_data().map_err(io(&self.path, "syncing the log"))
    }

    /// No value is long enough to make sled write a file of its own; should a leaf ever get there, it is synced too.
    fn sync_blobs(&self) -> Result<(), Error> {
        let doing = "syncing its large values";
        let mut synced = self.blobs_synced.lock();
        let mut present = BTreeSet::new();
        let mut any_new = false;
        for entry in fs::read_dir(&self.blobs).map_err(io(&self.blobs, doing))? {
            let entry = entry.map_err(io(&self.blobs, doing))?;
            if !synced.contains(&entry.file_name()) {
                match File::open(entry.path()).and_then(|file| file.sync_all()) {
                    Ok(()) => any_new = true,
                    // sled removes such files when their leaf is rewritten.
                    Err(error) if error.kind() == ErrorKind::NotFound => continue,
                    Err(error) => return Err(io(&self.blobs, doing)(error)),
                }
            }
            present.insert(entry.file_name());
        }
        *synced = present;
        if any_new { sync_path(&self.blobs) } else { Ok(()) }
    }
}

fn sync_path(path: &Path) -> Result<(), Error> {
    File::open(path).and_then(|file| file.sync_all()).map_err(io(path, "making it durable"))
}

/// Removes a database's files and nothing else. Refused while somebody has it open.
pub(crate) fn remove_database(path: &Path) -> Result<(), Error> {
    let log_path = path.join("db");
    let held = match File::options().read(true).write(true).open(&log_path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io(&log_path, "opening it to remove it")(error)),
    };
    let began = Instant::now();
    while let Err(error) = held.try_lock() {
        match error {
            fs::TryLockError::WouldBlock if began.elapsed() < LOCK_WAIT => std::thread::sleep(LOCK_POLL),
            fs::TryLockError::WouldBlock => return Err(Error::Locked { path: path.to_owned() }),
            fs::TryLockError::Error(error) => return Err(io(&log_path, "locking it to remove it")(error)),
        }
    }
    for entry in fs::read_dir(path).map_err(io(path, "listing it"))? {
        let entry = entry.map_err(io(path, "listing it"))?;
        let name = entry.file_name();
        let removed = match name.to_str() {
            Some("blobs") => fs::remove_dir_all(entry.path()),
            Some(name) if name == "conf" || name.starts_with("snap.") => fs::remove_file(entry.path()),
            _ => Ok(()),
        };
        removed.map_err(io(&entry.path(), "removing it"))?;
    }
    // The log goes last: until it is gone, an interrupted removal is seen as a database and can be removed again.
    fs::remove_file(&log_path).map_err(io(&log_path, "removing it"))?;
    sync_path(path)
}
