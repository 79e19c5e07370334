//! The store: pages under keys and one checkpoint, in one tree. A commit is atomic, and durable when it
//! returns. After a commit has failed, nothing more is written, because it is unknown what reached the disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use longhu_core::types::pages::{DirtyPage, PageError, Pages};
use parking_lot::Mutex;

use crate::error::Error;
use crate::failed_writes;
use crate::files::{self, Durability};
use crate::value::{self, PART_BYTES_MAX, Value};

/// The format of the stored data. If it differs, the read model is rebuilt from the log; it is never
/// migrated.
pub const FORMAT: u32 = 1;
/// The longest page, in bytes. The store is designed for pages of a few KB.
pub const PAGE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The first byte of the store's own keys. Keys of pages never begin with it.
const META: u8 = 0;
const FORMAT_KEY: [u8; 2] = [META, b'f'];
const CHECKPOINT_KEY: [u8; 2] = [META, b'c'];
const PARTS_PREFIX: [u8; 2] = [META, b'p'];
/// Leaves room for the key of a part, which contains the page's key.
const KEY_BYTES_MAX: usize = 4096;

/// An open read model. No other `Store` can have the same directory open, in this or any other process.
pub struct Store {
    db: sled::Db,
    durability: Durability,
    path: PathBuf,
    poisoned: AtomicBool,
    /// Whether a write had failed before it was opened.
    had_failed: AtomicBool,
    /// Held during a whole commit.
    committing: Mutex<()>,
    /// Pages that are stored in parts, with the number of parts. Locked while a commit is written and while a
    /// page in parts is read, so that nobody reads half of a page. Not locked while a commit waits for the
    /// disk to make it durable.
    split: Mutex<BTreeMap<Vec<u8>, u32>>,
}

impl Store {
    /// Opens the read model in `path`, or creates an empty one. Waits some seconds for the lock of a process
    /// that is just ending.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Error::Format`], [`Error::Damaged`], or an error of the disk.
    pub fn open(path: impl AsRef<Path>) -> Result<Store, Error> {
        let path = path.as_ref();
        let opened = Store::open_at(path);
        match &opened {
            Ok(_) => failed_writes::prepare(path),
            // Opening writes too.
            Err(Error::Database { .. } | Error::Io { .. }) => failed_writes::note(path),
            Err(_) => {}
        }
        opened
    }

    /// The same as [`Store::open`]. If that fails although the disk has room, and a write had failed before,
    /// the read model is removed and an empty one created.
    ///
    /// # Errors
    /// Those of [`Store::open`] and [`Store::recreate`].
    pub fn open_or_recreate(path: impl AsRef<Path>) -> Result<Store, Error> {
        let path = path.as_ref();
        let had_failed = failed_writes::any(path);
        match Store::open(path) {
            Err(error) if had_failed && error.may_be_half_written() => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the read model was left behind by a write that failed: making it again"
                );
                Store::recreate(path)
            }
            opened => opened,
        }
    }

    /// Whether a write had failed, and none has succeeded since. What is read may then be half of something.
    pub fn had_failed_write(&self) -> bool {
        self.had_failed.load(Ordering::Acquire)
    }

    fn open_at(path: &Path) -> Result<Store, Error> {
        files::make_private(path)?;
        let db = files::open_database(path)?;
        files::make_private(path)?;
        let durability = Durability::new(path)?;
        let store = Store {
            db,
            durability,
            path: path.to_owned(),
            poisoned: AtomicBool::new(false),
            had_failed: AtomicBool::new(failed_writes::any(path)),
            committing: Mutex::default(),
            split: Mutex::default(),
        };
        store.check_format()?;
        *store.split.lock() = store.find_split()?;
        Ok(store)
    }

    /// Removes the read model in `path`, whatever its state, and creates an empty one. This is the first step
    /// of a rebuild. Other files in the directory stay.
    ///
    /// # Errors
    /// [`Error::Locked`] if somebody has it open, or an error of the disk.
    pub fn recreate(path: impl AsRef<Path>) -> Result<Store, Error> {
        files::remove_database(path.as_ref())?;
        Store::open(path)
    }

    /// Writes the pages and the checkpoint atomically, and returns when they are on disk.
    ///
    /// # Errors
    /// [`Error::Refused`] before anything is written. Any other error poisons the store, and every later
    /// commit fails with [`Error::Poisoned`].
    pub fn commit(&self, dirty: &[DirtyPage], checkpoint: &[u8]) -> Result<(), Error> {
        check(dirty, checkpoint)?;
        let _one_at_a_time = self.committing.lock();
        if self.is_poisoned() {
            return Err(Error::Poisoned { path: self.path.clone() });
        }
        let committed = self.apply(dirty, checkpoint).and_then(|()| self.make_durable());
        if committed.is_ok() && self.had_failed.swap(false, Ordering::AcqRel) {
            failed_writes::forget(&self.path);
        }
        if committed.is_err() {
            failed_writes::note(&self.path);
            self.poisoned.store(true, Ordering::Release);
            tracing::error!(path = %self.path.display(), "a commit failed; nothing more is written");
        }
        committed
    }

    /// Writes a commit, which readers see from now on. It is not durable yet: [`Store::make_durable`] waits
    /// for the disk, so that readers of pages in parts do not have to.
    fn apply(&self, dirty: &[DirtyPage], checkpoint: &[u8]) -> Result<(), Error> {
        let mut split = self.split.lock();
        let mut batch = sled::Batch::default();
        let mut split_after = Vec::new();
        for (key, page) in dirty {
            let parts = add_page(&mut batch, key, page.as_deref(), split.get(key).copied().unwrap_or(0));
            if parts > 0 || split.contains_key(key) {
                split_after.push((key.clone(), parts));
            }
        }
        batch.insert(&CHECKPOINT_KEY, value::whole(&CHECKPOINT_KEY, checkpoint));
        self.db.apply_batch(batch).map_err(self.failed("writing a batch"))?;
        for (key, parts) in split_after {
            if parts > 0 {
                split.insert(key, parts);
            } else {
                split.remove(&key);
            }
        }
        Ok(())
    }

    fn make_durable(&self) -> Result<(), Error> {
        self.db.flush().map_err(self.failed("flushing a batch"))?;
        self.durability.sync()
    }

    /// The checkpoint of the last commit; `None` in an empty store.
    ///
    /// # Errors
    /// [`Error::Damaged`], or an error of the disk.
    pub fn checkpoint(&self) -> Result<Option<Vec<u8>>, Error> {
        match self.get_meta(&CHECKPOINT_KEY)? {
            Some(stored) => self.read_meta(&CHECKPOINT_KEY, &stored).map(Some),
            None => Ok(None),
        }
    }

    /// Whether an earlier commit failed, so that nothing more is written.
    pub fn is_poisoned(&self) -> bool {
        self.poisoned.load(Ordering::Acquire)
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The disk space it uses, in bytes.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn disk_bytes(&self) -> Result<u64, Error> {
        self.db.size_on_disk().map_err(self.failed("measuring it"))
    }

    fn check_format(&self) -> Result<(), Error> {
        let Some(stored) = self.get_meta(&FORMAT_KEY)? else {
            if !self.db.is_empty() {
                return Err(self.damaged("it has pages but no format"));
            }
            let mut batch = sled::Batch::default();
            batch.insert(&FORMAT_KEY, value::whole(&FORMAT_KEY, &FORMAT.to_le_bytes()));
            self.db.apply_batch(batch).map_err(self.failed("writing a batch"))?;
            return self.make_durable();
        };
        let content = self.read_meta(&FORMAT_KEY, &stored)?;
        let found = content.try_into().map(u32::from_le_bytes).map_err(|_| self.damaged("its format"))?;
        if found == FORMAT {
            return Ok(());
        }
        Err(Error::Format { path: self.path.clone(), found, wanted: FORMAT })
    }

    fn find_split(&self) -> Result<BTreeMap<Vec<u8>, u32>, Error> {
        let mut split = BTreeMap::new();
        for key in self.db.scan_prefix(PARTS_PREFIX).keys() {
            let key = key.map_err(self.failed("listing pages in parts"))?;
            let page_key = key.get(PARTS_PREFIX.len()..key.len().saturating_sub(4)).unwrap_or_default();
            *split.entry(page_key.get(2..).unwrap_or_default().to_vec()).or_default() += 1;
        }
        Ok(split)
    }

    fn get_meta(&self, key: &[u8]) -> Result<Option<sled::IVec>, Error> {
        self.db.get(key).map_err(self.failed("reading its own entries"))
    }

    fn read_meta(&self, key: &[u8], stored: &[u8]) -> Result<Vec<u8>, Error> {
        match value::read(key, stored) {
            Ok(Value::Whole(content)) => Ok(content.to_vec()),
            Ok(Value::Split { .. }) => Err(self.damaged("one of its own entries is in parts")),
            Err(fault) => Err(self.damaged(fault.says())),
        }
    }

    fn damaged(&self, what: &str) -> Error {
        Error::Damaged { path: self.path.clone(), what: what.to_owned() }
    }

    fn failed(&self, doing: &'static str) -> impl FnOnce(sled::Error) -> Error {
        let path = self.path.clone();
        move |error| Error::Database { path, doing, source: Box::new(error) }
    }

    fn get(&self, key: &[u8]) -> Result<Option<sled::IVec>, PageError> {
        self.db.get(key).map_err(|error| unreadable(key, &error))
    }

    /// The page with the stored value `stored`.
    fn open_page(&self, key: &[u8], stored: &[u8]) -> Result<Option<Vec<u8>>, PageError> {
        match value::read(key, stored).map_err(|fault| damaged(key, fault.says()))? {
            Value::Whole(content) => Ok(Some(content.to_vec())),
            Value::Split { .. } => self.join(key),
        }
    }

    /// Reads a page in parts, while no commit is being written.
    fn join(&self, key: &[u8]) -> Result<Option<Vec<u8>>, PageError> {
        let _no_commit = self.split.lock();
        let Some(stored) = self.get(key)? else { return Ok(None) };
        let (parts, bytes) = match value::read(key, &stored).map_err(|fault| damaged(key, fault.says()))? {
            Value::Whole(content) => return Ok(Some(content.to_vec())),
            Value::Split { parts, bytes } => (parts, bytes),
        };
        let mut page = Vec::new();
        for part in 0..parts {
            let part_key = part_key(key, part);
            let stored = self.get(&part_key)?.ok_or_else(|| damaged(key, "one of its parts is missing"))?;
            match value::read(&part_key, &stored).map_err(|fault| damaged(key, fault.says()))? {
                Value::Whole(content) => page.extend_from_slice(content),
                Value::Split { .. } => return Err(damaged(key, "a part of it is in parts")),
            }
        }
        if page.len() as u64 == bytes {
            Ok(Some(page))
        } else {
            Err(damaged(key, "its parts have a wrong length"))
        }
    }
}

impl Pages for Store {
    fn load(&self, key: &[u8]) -> Result<Option<Vec<u8>>, PageError> {
        match self.get(key)? {
            Some(stored) => self.open_page(key, &stored),
            None => Ok(None),
        }
    }

    fn scan(&self, prefix: &[u8]) -> Result<Vec<(Vec<u8>, Vec<u8>)>, PageError> {
        let mut found = Vec::new();
        for entry in self.db.scan_prefix(prefix) {
            let (key, stored) = entry.map_err(|error| unreadable(prefix, &error))?;
            if key.first() == Some(&META) {
                continue;
            }
            if let Some(page) = self.open_page(&key, &stored)? {
                found.push((key.to_vec(), page));
            }
        }
        Ok(found)
    }
}

/// Adds a page to the batch, in parts if it is long, and removes the parts that it no longer needs. Returns
/// the number of its parts.
fn add_page(batch: &mut sled::Batch, key: &[u8], page: Option<&[u8]>, parts_before: u32) -> u32 {
    let mut parts = 0;
    match page {
        None => batch.remove(key),
        Some(page) if page.len() <= PART_BYTES_MAX => batch.insert(key, value::whole(key, page)),
        Some(page) => {
            for content in page.chunks(PART_BYTES_MAX) {
                let part_key = part_key(key, parts);
                batch.insert(part_key.as_slice(), value::whole(&part_key, content));
                parts += 1;
            }
            batch.insert(key, value::split(key, parts, page.len() as u64));
        }
    }
    for part in parts..parts_before {
        batch.remove(part_key(key, part));
    }
    parts
}

fn part_key(key: &[u8], part: u32) -> Vec<u8> {
    // The length makes the key unambiguous if one key is the beginning of another. `check` limits it.
    let length = (key.len() as u16).to_be_bytes();
    [&PARTS_PREFIX[..], &length, key, &part.to_be_bytes()].concat()
}

fn check(dirty: &[DirtyPage], checkpoint: &[u8]) -> Result<(), Error> {
    let refused = |key: &[u8], reason| Err(Error::Refused { key: key.to_vec(), reason });
    for (key, page) in dirty {
        match key.first() {
            None | Some(&META) => {
                return refused(key, "its key begins with a byte that the core does not use");
            }
            Some(_) if key.len() > KEY_BYTES_MAX => return refused(key, "its key is longer than 4096 bytes"),
            Some(_) => {}
        }
        if page.as_ref().is_some_and(|page| page.len() > PAGE_BYTES_MAX) {
            return refused(key, "it is longer than 64 MiB");
        }
    }
    if checkpoint.len() > PART_BYTES_MAX {
        return refused(&CHECKPOINT_KEY, "the checkpoint is longer than 24 KiB");
    }
    Ok(())
}

fn unreadable(key: &[u8], error: &sled::Error) -> PageError {
    PageError::Unreadable { key: key.to_vec(), reason: error.to_string() }
}

fn damaged(key: &[u8], reason: &'static str) -> PageError {
    PageError::Damaged { key: key.to_vec(), reason: reason.into() }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
