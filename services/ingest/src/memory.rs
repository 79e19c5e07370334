//! What ingest remembers outside the log: the last position that it acknowledged, and the hash of the batch
//! there. A log that was emptied, restored from a backup or exchanged does not have that batch, and is refused.
//!
//! The record is in the operating system's hands before an answer leaves, so a killed process loses none. It
//! is on the disk within [`SYNC_PAUSE`] and one fsync. Only when this machine loses its power in that time,
//! and the log in the same event everything since, does the loss go unnoticed here; a projector notices it.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use longhu_core::{Position, Time};
use longhu_log::Hash;
use parking_lot::{Condvar, Mutex};

/// The pause between two fsyncs.
const SYNC_PAUSE: Duration = Duration::from_millis(20);
/// The room of a record, a sector of a disk. A file has two, written in turns, so that a write that breaks off
/// leaves the one before.
const RECORD: usize = 512;
const FORMAT: &str = "longhu-acknowledged 1";
const ENDING: &str = ".acknowledged";

/// Why the memory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MemoryError {
    /// The folder or a file in it cannot be read or written.
    #[error("cannot use {}; give a folder that can be written with --state-dir (FILE_UNWRITABLE)", path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is damaged.
    #[error(
        "{} is damaged, so it is not known what was acknowledged; compare the log with its backups, then remove the file (STATE_DAMAGED)",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
    },
}

/// An entry of the log that somebody relies on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Acknowledged {
    /// Its position.
    pub position: Position,
    /// The hash of its batch.
    pub hash: Hash,
    /// When it was recorded; or the greatest time that was recorded by then.
    pub recorded: Time,
    /// How many times the log had been adopted, as far as was known.
    pub adoptions: u32,
}

impl Acknowledged {
    fn to_record(self) -> [u8; RECORD] {
        let Acknowledged { position, hash, recorded, adoptions } = self;
        let text = format!("{FORMAT} {position} {hash} {} {adoptions}", recorded.0);
        let line = format!("{text} {}\n", check(&text));
        let mut record = [b' '; RECORD];
        record[..line.len()].copy_from_slice(line.as_bytes());
        record[RECORD - 1] = b'\n';
        record
    }

    fn of_record(record: &[u8]) -> Option<Acknowledged> {
        let line = std::str::from_utf8(record).ok()?.lines().next()?;
        let (text, told) = line.rsplit_once(' ')?;
        let mut words = text.strip_prefix(FORMAT)?.split_whitespace();
        let acknowledged = Acknowledged {
            position: words.next()?.parse().ok()?,
            hash: hash_of(words.next()?)?,
            recorded: Time(words.next()?.parse().ok()?),
            adoptions: words.next()?.parse().ok()?,
        };
        (told == check(text) && words.next().is_none()).then_some(acknowledged)
    }
}

fn check(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..16].to_owned()
}

fn hash_of(digits: &str) -> Option<Hash> {
    Some(Hash(*blake3::Hash::from_hex(digits).ok()?.as_bytes()))
}

/// What processes of this bank remember in a folder, whatever their slots. Nothing if there is no folder.
pub(crate) fn remembered(folder: &Path, bank: &str) -> Result<Vec<Acknowledged>, MemoryError> {
    let failed = |source| MemoryError::Folder { path: folder.to_owned(), source };
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let slot = name.strip_prefix(bank).and_then(|rest| rest.strip_prefix('.'));
        if slot.is_some_and(|rest| rest.ends_with(ENDING)) {
            found.extend(read(&path)?);
        }
    }
    Ok(found)
}

/// The newest that a folder remembers of this bank's log.
///
/// # Errors
/// [`MemoryError`].
pub fn last_known(folder: &Path, bank: &str) -> Result<Option<Acknowledged>, MemoryError> {
    let known = remembered(folder, bank)?.into_iter();
    Ok(known.max_by_key(|own| (own.adoptions, own.position)))
}

/// The newer record of a file; `None` if nothing was remembered yet.
fn read(path: &Path) -> Result<Option<Acknowledged>, MemoryError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(2 * RECORD as u64).read_to_end(&mut bytes));
    read.map_err(|source| MemoryError::Folder { path: path.to_owned(), source })?;
    match newest(&bytes) {
        None if bytes.iter().any(|byte| *byte != 0) => Err(MemoryError::Damaged { path: path.to_owned() }),
        newest => Ok(newest.map(|(_, own)| own)),
    }
}

/// The newer record, and which of the two it is. After an adoption positions may be lower than before.
fn newest(bytes: &[u8]) -> Option<(usize, Acknowledged)> {
    let records = bytes.chunks(RECORD).map(Acknowledged::of_record).enumerate();
    let records = records.filter_map(|(at, record)| Some((at, record?)));
    records.max_by_key(|(_, own)| (own.adoptions, own.position))
}

/// The memory of this process. The last writes are on the disk once it is dropped.
pub(crate) struct Memory {
    shared: Arc<Shared>,
    syncing: Option<JoinHandle<()>>,
}

struct Shared {
    path: PathBuf,
    file: File,
    last: Mutex<Last>,
    changed: Condvar,
}

#[derive(Default)]
struct Last {
    position: Position,
    /// Which of the two records is written next.
    turn: usize,
    is_dirty: bool,
    is_ending: bool,
}

impl Memory {
    /// Opens the file of a bank's slot, and makes folder and file if they are missing: for their owner only.
    pub(crate) fn open(folder: &Path, bank: &str, slot: &str) -> Result<Memory, MemoryError> {
        let path = folder.join(format!("{bank}.{slot}{ENDING}"));
        let failed = |source| MemoryError::Folder { path: path.clone(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        let file =
            OpenOptions::new().create(true).truncate(false).read(true).write(true).mode(0o600).open(&path);
        let file = file.map_err(failed)?;
        let is_new = file.metadata().map_err(failed)?.len() == 0;
        if is_new {
            // All its room is there from now on: remembering must not depend on a disk that is full later.
            file.write_all_at(&[0; 2 * RECORD], 0).and_then(|()| file.sync_all()).map_err(failed)?;
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        }
        let mut bytes = vec![0; 2 * RECORD];
        file.read_exact_at(&mut bytes, 0).map_err(failed)?;
        let turn = newest(&bytes).map_or(0, |(at, _)| 1 - at);
        let last = Mutex::new(Last { turn, ..Last::default() });
        let shared = Arc::new(Shared { path: path.clone(), file, last, changed: Condvar::new() });
        let syncing = {
            let shared = shared.clone();
            let thread = std::thread::Builder::new().name("longhu-memory".to_owned());
            thread.spawn(move || shared.sync()).map_err(failed)?
        };
        Ok(Memory { shared, syncing: Some(syncing) })
    }

    /// Remembers what was acknowledged last. If that fails there is an alarm, and no more: the event is in the
    /// log.
    pub(crate) fn remember(&self, acknowledged: Acknowledged) {
        let mut last = self.shared.last.lock();
        if acknowledged.position <= last.position {
            return;
        }
        let at = (last.turn * RECORD) as u64;
        if let Err(error) = self.shared.file.write_all_at(&acknowledged.to_record(), at) {
            self.shared.alarm(&error);
            return;
        }
        *last = Last { position: acknowledged.position, turn: 1 - last.turn, is_dirty: true, ..*last };
        drop(last);
        self.shared.changed.notify_one();
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.shared.last.lock().is_ending = true;
        self.shared.changed.notify_one();
        if let Some(syncing) = self.syncing.take() {
            let _ = syncing.join();
        }
    }
}

impl Shared {
    fn sync(&self) {
        loop {
            let mut last = self.last.lock();
            self.changed.wait_while(&mut last, |last| !last.is_dirty && !last.is_ending);
            let is_ending = last.is_ending;
            let is_dirty = std::mem::take(&mut last.is_dirty);
            drop(last);
            if is_dirty && let Err(error) = self.file.sync_data() {
                self.alarm(&error);
            }
            if is_ending {
                return;
            }
            std::thread::sleep(SYNC_PAUSE);
        }
    }

    fn alarm(&self, error: &io::Error) {
        tracing::error!(
            %error, path = %self.path.display(),
            "cannot remember what was acknowledged; a log that loses its end would not be noticed here"
        );
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn at(sequence: u64) -> Acknowledged {
        let hash = Hash([sequence as u8; 32]);
        Acknowledged { position: Position::new(sequence, 3), hash, recorded: Time(-7), adoptions: 2 }
    }

    #[test]
    fn the_newest_is_found_again_and_nothing_of_another_bank() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        assert_eq!(remembered(&state, "east").unwrap(), []);
        let memory = Memory::open(&state, "east", "one").unwrap();
        assert_eq!(remembered(&state, "east").unwrap(), []);
        [4, 6, 5].into_iter().for_each(|sequence| memory.remember(at(sequence)));
        assert_eq!(remembered(&state, "east").unwrap(), [at(6)], "before it is on the disk");
        drop(memory);
        // After an adoption a position may be lower.
        let adopted = Acknowledged { adoptions: 3, ..at(5) };
        Memory::open(&state, "east", "one").unwrap().remember(adopted);
        assert_eq!(remembered(&state, "east").unwrap(), [adopted]);
        Memory::open(&state, "east-2", "one").unwrap().remember(at(9));
        assert_eq!(remembered(&state, "east").unwrap(), [adopted]);
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&state), mode(&state.join("east.one.acknowledged"))), (0o700, 0o600));
    }

    #[test]
    fn a_write_that_broke_off_leaves_the_one_before_and_a_damaged_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let memory = Memory::open(folder.path(), "east", "one").unwrap();
        [4, 6].into_iter().for_each(|sequence| memory.remember(at(sequence)));
        drop(memory);
        let path = folder.path().join("east.one.acknowledged");
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[RECORD + 30] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(remembered(folder.path(), "east").unwrap(), [at(4)]);
        bytes[30] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        let refused = remembered(folder.path(), "east").unwrap_err();
        assert!(matches!(refused, MemoryError::Damaged { .. }), "{refused}");
    }
}
