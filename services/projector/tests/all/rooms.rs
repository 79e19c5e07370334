//! The structure of the projector's sources: a folder uses only the folders before it, and only one query
//! module knows the projection's lock.

use std::path::{Path, PathBuf};

/// In the order in which an event passes them.
const ROOMS: [&str; 6] = ["input", "fold", "commit", "query", "replay", "api"];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every file of a folder with its code, by its path below `src`.
fn files(room: &str) -> Vec<(String, String)> {
    let (mut found, mut folders) = (vec![source().join(format!("{room}.rs"))], vec![source().join(room)]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    let read = |path: PathBuf| {
        let name = path.strip_prefix(source()).unwrap().display().to_string();
        (name, std::fs::read_to_string(&path).unwrap())
    };
    found.into_iter().map(read).collect()
}

#[test]
fn a_room_uses_only_the_rooms_before_it() {
    for (at, room) in ROOMS.iter().enumerate() {
        let files = files(room);
        assert!(files.len() > 3, "{room} has no files");
        for (name, code) in files {
            for later in &ROOMS[at + 1..] {
                assert!(
                    !code.contains(&format!("crate::{later}::")),
                    "{name} uses {later}, which comes after {room}"
                );
            }
        }
    }
}

#[test]
fn only_the_reader_knows_the_projections_lock() {
    for (name, code) in ["query", "replay", "api"].into_iter().flat_map(files) {
        let knows = code.contains("fold::projection") || code.contains("parking_lot::RwLock");
        assert!(!knows || name == "query/reader.rs", "{name} reaches past query/reader");
    }
}
