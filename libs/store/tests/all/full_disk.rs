//! The store and its disk: who may look into it, and what happens when the disk is full. Writing fails, the
//! process is started again and again while it is full, and then there is room; on a file system of its own.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use longhu_core::types::pages::Pages;
use longhu_store::Store;

const DIRECTORY: &str = "LONGHU_STORE_FULL_DIRECTORY";
const KEYS: u8 = 40;
const ROUNDS: u64 = 20;
/// How often it is started while the disk is full.
const STARTS: usize = 4;

fn content(number: u64, key: u8) -> Vec<u8> {
    let length = if key == 0 { 60_000 } else { 400 + 90 * usize::from(key) };
    (0..length as u64).map(|at| (at.wrapping_mul(number + 7) >> 3) as u8 ^ key).collect()
}

/// Every commit has pages of its own, so that the store grows.
fn key_of(number: u64, key: u8) -> Vec<u8> {
    [&[4, key], &number.to_be_bytes()[..]].concat()
}

fn commit(store: &Store, number: u64) {
    let page = |key| (key_of(number, key), Some(content(number, key)));
    let pages: Vec<_> = (0..KEYS).map(page).collect();
    store.commit(&pages, &number.to_le_bytes()).unwrap();
}

fn number_of(store: &Store) -> u64 {
    store.checkpoint().unwrap().map_or(0, |bytes| u64::from_le_bytes(bytes.try_into().unwrap()))
}

fn folder() -> Option<PathBuf> {
    std::env::var_os(DIRECTORY).map(PathBuf::from)
}

/// Runs one of the functions below in a process of its own.
fn process(name: &str, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([&format!("full_disk::{name}"), "--exact", "--ignored", "--nocapture"]);
    command.env(DIRECTORY, folder).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// Not a test: a process that commits until it cannot.
#[test]
#[ignore = "run by the test below, in a process of its own"]
fn commits_until_the_disk_is_full() {
    let Some(folder) = folder() else { return };
    let store = Store::open_or_recreate(folder.join("store")).unwrap();
    for number in number_of(&store) + 1.. {
        commit(&store, number);
    }
}

/// Not a test: a process that opens the store, reads every page and commits once more.
#[test]
#[ignore = "run by the test below, in a process of its own"]
fn opens_and_goes_on() {
    let Some(folder) = folder() else { return };
    let store = Store::open_or_recreate(folder.join("store")).unwrap();
    let number = number_of(&store);
    for key in 0..KEYS {
        let expected = (number > 0).then(|| content(number, key));
        assert!(
            store.load(&key_of(number, key)).unwrap() == expected,
            "page {key} is not of commit {number}"
        );
    }
    commit(&store, number + 1);
}

/// Not a test: what happens on the small file system.
#[test]
#[ignore = "run by the test below, on a file system of its own"]
fn fills_the_disk_again_and_again() {
    let Some(folder) = folder() else { return };
    let ballast = folder.join("ballast");
    for round in 0..ROUNDS {
        // The room that is left differs, so that writing fails at different places. With an old store there is
        // none at all: then this fails too, and what it wrote fills the disk.
        let _ = std::fs::write(&ballast, vec![1; (16 << 20) + (round as usize * 437_911) % (9 << 20)]);
        for _ in 0..STARTS {
            let failed = process("commits_until_the_disk_is_full", &folder).stderr(Stdio::null()).status();
            assert!(!failed.unwrap().success());
        }
        std::fs::remove_file(&ballast).unwrap();
        let gone_on = process("opens_and_goes_on", &folder).output().unwrap();
        let said = String::from_utf8_lossy(&gone_on.stderr);
        assert!(gone_on.status.success(), "round {round}: {said}");
        if round % 3 == 2 {
            std::fs::remove_dir_all(folder.join("store")).unwrap();
        }
    }
}

#[test]
fn a_store_on_a_disk_that_was_full_opens_or_begins_again_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o size=32m tmpfs \"$1\" && shift && exec \"$@\"";
    let own = process("fills_the_disk_again_and_again", folder.path());
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", script, "sh"]).arg(folder.path());
    command.arg(own.get_program()).args(own.get_args()).env(DIRECTORY, folder.path());
    match command.output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            // Not every machine lets a test have a file system of its own.
            let is_refused = said.contains("mount:") || said.contains("unshare:");
            assert!(is_refused, "{said}");
            eprintln!("not checked here: {said}");
        }
        Err(error) => eprintln!("not checked here: {error}"),
    }
}

#[test]
fn nobody_but_its_owner_may_look_into_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    std::fs::create_dir(&path).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    commit(&Store::open(&path).unwrap(), 1);
    commit(&Store::open(&path).unwrap(), 2);
    let store = Store::open(&path).unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    for entry in std::fs::read_dir(&path).unwrap() {
        let own = entry.unwrap().path();
        assert_eq!(mode(&own), if own.is_dir() { 0o700 } else { 0o600 }, "{}", own.display());
    }
    drop(store);
}
