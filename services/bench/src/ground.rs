//! The folder of a benchmark. Before much is written, the free space on its disk is checked. A temporary
//! folder is deleted at the end, however the benchmark ends.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use longhu_client::failure::Failure;
use longhu_client::output;

use crate::peer::Peer;
use crate::refusal::coded;
use crate::workload::Workload;

/// How much space is left free on the disk.
const SPARE_BYTES: u64 = 1 << 30;
/// From this size on, the user is told before anything is written.
const LARGE_BYTES: u64 = 256 << 20;

/// The disk space that a part of the work needs, measured and rounded up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Need {
    /// Events in the log.
    pub log_events: u64,
    /// Events in the read model of a numbered source.
    pub numbered_events: u64,
    /// Events in the read model of an un-numbered source.
    pub unnumbered_events: u64,
    /// Participants of the bank.
    pub participants: u64,
    /// Events on each peer.
    pub peer_events: u64,
}

impl Need {
    /// The need of a log and a read model of it.
    pub fn of_read_model(workload: &Workload, events: u64, peer_events: u64) -> Need {
        let (numbered_events, unnumbered_events) = if workload.numbered { (events, 0) } else { (0, events) };
        let participants = workload.shape.participants();
        Need { log_events: events, numbered_events, unnumbered_events, participants, peer_events }
    }

    /// The need in bytes, with these peers.
    pub fn bytes(&self, peers: &[Peer]) -> u64 {
        let own = self.log_events * 64
            + self.numbered_events * 230
            + self.unnumbered_events * 300
            + self.participants * 1_000;
        let peers = peers.iter().map(|peer| match peer {
            Peer::Redis => self.peer_events * 500 + self.participants * 200,
            Peer::Postgres => self.peer_events * 1_000 + self.participants * 600 + (256 << 20),
        });
        own + peers.sum::<u64>()
    }
}

/// The folder.
#[derive(Debug)]
pub struct Ground {
    folder: PathBuf,
    /// Dropped last.
    _temporary: Option<tempfile::TempDir>,
}

impl Ground {
    /// A folder with enough space: the given one, or a temporary one.
    pub fn prepare(given: Option<&Path>, need: Need, peers: &[Peer]) -> Result<Ground, Failure> {
        let ground = Ground::open(given)?;
        let (needed, free) = (need.bytes(peers), free_bytes(&ground.folder)?);
        if needed + SPARE_BYTES > free {
            let what = format!(
                "this takes about {} of disk in {}, where {} are free ({} stay free in any case)",
                bytes(needed),
                ground.folder.display(),
                bytes(free),
                bytes(SPARE_BYTES)
            );
            let next = "ask for fewer `--events` (or `--peer-events`), or give a folder on a larger disk with `--data-dir`";
            return Err(coded("NO_ROOM", what).next(next));
        }
        if needed >= LARGE_BYTES {
            let (needed, free) = (bytes(needed), bytes(free));
            output::note(&format!(
                "takes about {needed} of disk in {}, {free} are free",
                ground.folder.display()
            ));
        }
        Ok(ground)
    }

    fn open(given: Option<&Path>) -> Result<Ground, Failure> {
        let unusable =
            |what: String| coded("BAD_DATA_DIR", what).next("give a new or empty folder with --data-dir");
        let Some(folder) = given else {
            let made = tempfile::Builder::new().prefix("longhu-bench-").permissions(open_to_pass()).tempdir();
            let temporary =
                made.map_err(|error| unusable(format!("cannot make a folder for temporary files: {error}")))?;
            return Ok(Ground { folder: temporary.path().to_owned(), _temporary: Some(temporary) });
        };
        let made = std::fs::create_dir_all(folder).and_then(|()| folder.canonicalize());
        let failed = |error| unusable(format!("cannot use the folder {}: {error}", folder.display()));
        let folder = made.map_err(failed)?;
        let mut entries = std::fs::read_dir(&folder)
            .map_err(|error| unusable(format!("cannot read the folder {}: {error}", folder.display())))?;
        if entries.next().is_some() {
            return Err(unusable(format!(
                "{} is not empty, and a benchmark starts from nothing",
                folder.display()
            )));
        }
        Ok(Ground { folder, _temporary: None })
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The bytes on disk below a path in the folder.
    pub fn bytes(&self, name: &str) -> u64 {
        bytes_below(&self.folder.join(name))
    }
}

/// PostgreSQL runs as a user other than root, and needs to pass through the folder.
fn open_to_pass() -> std::fs::Permissions {
    std::fs::Permissions::from_mode(0o711)
}

fn free_bytes(folder: &Path) -> Result<u64, Failure> {
    let found = rustix::fs::statvfs(folder).map_err(|error| {
        coded("BAD_DATA_DIR", format!("cannot determine the free space in {}: {error}", folder.display()))
            .next("give a folder on a local disk with --data-dir")
    })?;
    Ok(found.f_bavail * found.f_frsize)
}

/// The disk space of a folder's files. Files that disappear in the meantime are ignored.
fn bytes_below(path: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    let Ok(entries) = std::fs::read_dir(path) else { return 0 };
    let of = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => bytes_below(&entry.path()),
        Ok(metadata) => metadata.blocks() * 512,
        Err(_) => 0,
    };
    entries.flatten().map(of).sum()
}

/// A number of bytes, for people.
pub fn bytes(count: u64) -> String {
    let count = count as f64;
    match count {
        count if count >= 1e9 => format!("{:.1} GB", count / 1e9),
        count if count >= 1e6 => format!("{:.0} MB", count / 1e6),
        count => format!("{:.0} kB", count / 1e3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused_before_anything_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let need = Need { log_events: 1 << 50, ..Need::default() };
        let refused = Ground::prepare(Some(folder.path()), need, &[]).unwrap_err();
        assert!(refused.text().contains("code NO_ROOM"), "{}", refused.text());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_with_something_in_it_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("mine"), "x").unwrap();
        let refused = Ground::prepare(Some(folder.path()), Need::default(), &[]).unwrap_err();
        assert!(refused.text().contains("code BAD_DATA_DIR"), "{}", refused.text());
    }

    #[test]
    fn a_temporary_folder_goes_away() {
        let ground = Ground::prepare(None, Need::default(), &[]).unwrap();
        let path = ground.path("x");
        std::fs::write(&path, vec![7; 10_000]).unwrap();
        assert!(ground.bytes("") >= 10_000);
        drop(ground);
        assert!(!path.exists());
    }
}
