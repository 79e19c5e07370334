//! The files of the store: opening in spite of a lock that is about to be released, syncing reliably, and
//! removing a read model. Only files made by sled are removed, and syncing does not go through sled.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::error::Error;

/// How long opening waits for the lock. sled releases it some milliseconds after its handle is dropped.
const LOCK_WAIT: Duration = Duration::from_secs(3);
const LOCK_POLL: Duration = Duration::from_millis(20);
/// A leaf may be at most a quarter of this to stay in the log; see `value`.
const SEGMENT_BYTES: usize = 2 * 1024 * 1024;
/// The fold caches its own pages, so sled's cache only needs to hold what a commit touches.
const CACHE_BYTES: u64 = 64 * 1024 * 1024;

fn io(path: &Path, doing: &'static str) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Io { path, doing, source }
}

/// Makes the folder if it is missing, and lets nobody but its owner look into it or its files: they have the
/// names of employees, and who sold what.
pub(crate) fn make_private(path: &Path) -> Result<(), Error> {
    let failed = || io(path, "making it private");
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed())?;
    let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode));
    set(path, 0o700).map_err(failed())?;
    for entry in fs::read_dir(path).map_err(failed())? {
        let entry = entry.map_err(failed())?;
        let mode = if entry.file_type().map_err(failed())?.is_dir() { 0o700 } else { 0o600 };
        match set(&entry.path(), mode) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed()(error)),
            _ => {}
        }
    }
    Ok(())
}

/// Opens the database. Waits a limited time for its lock.
pub(crate) fn open_database(path: &Path) -> Result<sled::Db, Error> {
    let began = Instant::now();
    loop {
        // sled panics on some damaged files. A read model that cannot be opened must give an error, not a
        // crash.
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
                let what = "its files do not match their checksums".to_owned();
                return Err(Error::Damaged { path: path.to_owned(), what });
            }
            Ok(Err(error)) => {
                let source = Box::new(error);
                return Err(Error::Database { path: path.to_owned(), doing: "opening it", source });
            }
            Err(_) => {
                let what = "the database failed while reading it".to_owned();
                return Err(Error::Damaged { path: path.to_owned(), what });
            }
        }
    }
}

/// Makes writes durable, through its own file descriptors.
pub(crate) struct Durability {
    pub(crate) log: File,
    path: PathBuf,
    blobs: PathBuf,
    blobs_synced: Mutex<BTreeSet<OsString>>,
}

impl Durability {
    /// For the open database in `path`. Makes its new files durable at once.
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

    /// Returns once everything that sled wrote is on the disk. On Linux, sled's own `flush` only starts the
    /// writing of ranges of the file; it does not empty the drive's cache or make the file's new length
    /// durable.
    pub(crate) fn sync(&self) -> Result<(), Error> {
        self.sync_blobs()?;
        self.log.sync_data().map_err(io(&self.path, "syncing the log"))
    }

    /// No value is long enough for sled to write it to a separate file. If that happens after all, the file
    /// is synced too.
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
                    // sled removes such a file when its leaf is rewritten.
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

/// Removes the files of a database and nothing else. Refused if somebody has it open.
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
    // The log is removed last: until then, an interrupted removal is recognised as a database and can be
    // repeated.
    fs::remove_file(&log_path).map_err(io(&log_path, "removing it"))?;
    sync_path(path)
}
