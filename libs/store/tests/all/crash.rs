//! If a process is killed at any moment, its store is left exactly at the boundary of a commit, and never
//! before a commit that was reported.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use longhu_core::types::pages::Pages;
use longhu_store::Store;

const DIRECTORY: &str = "LONGHU_STORE_CRASH_DIRECTORY";
const KEYS: u8 = 40;
const CYCLES: u64 = 24;

fn content(number: u64, key: u8) -> Vec<u8> {
    // Sometimes long enough to be stored in parts.
    let length = if key == 0 && number.is_multiple_of(3) { 60_000 } else { 200 + 40 * usize::from(key) };
    number.to_le_bytes().into_iter().cycle().take(length).collect()
}

fn number_of(checkpoint: Option<Vec<u8>>) -> u64 {
    checkpoint.map_or(0, |bytes| u64::from_le_bytes(bytes.try_into().unwrap()))
}

fn number_in(line: &str) -> Option<u64> {
    // The last line may be cut off anywhere. It only counts if it is complete.
    line.split("committed ").nth(1)?.strip_suffix('.')?.parse().ok()
}

/// Not a test: the code of the process that is killed.
#[test]
#[ignore = "run by the test below, in a process of its own"]
fn commits_until_it_is_killed() {
    let Some(directory) = std::env::var_os(DIRECTORY) else { return };
    let store = Store::open(directory).unwrap();
    let mut number = number_of(store.checkpoint().unwrap());
    let mut out = std::io::stdout().lock();
    loop {
        number += 1;
        let pages: Vec<_> = (0..KEYS).map(|key| (vec![4, key], Some(content(number, key)))).collect();
        store.commit(&pages, &number.to_le_bytes()).unwrap();
        writeln!(out, "committed {number}.").unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn a_killed_process_leaves_an_exact_commit_boundary() {
    let directory = tempfile::tempdir().unwrap();
    let mut reached = 0;
    for cycle in 0..CYCLES {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["crash::commits_until_it_is_killed", "--exact", "--ignored", "--nocapture"])
            .env(DIRECTORY, directory.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut reported = None;
        // One cycle in four may be killed while it opens; the others commit at least once, even on a slow
        // machine.
        if cycle % 4 != 0 {
            reported = lines.by_ref().find_map(|line| number_in(&line));
        }
        // Distributed over the phases of a commit.
        std::thread::sleep(Duration::from_micros(cycle * 7_919 % 60_000));
        child.kill().unwrap();
        reported = lines.filter_map(|line| number_in(&line)).last().or(reported);
        child.wait().unwrap();
        let store = Store::open(directory.path()).unwrap();
        let number = number_of(store.checkpoint().unwrap());
        assert!(number >= reported.unwrap_or(reached), "cycle {cycle}: {number} after {reported:?}");
        for key in 0..KEYS {
            let page = store.load(&[4, key]).unwrap();
            let expected = (number > 0).then(|| content(number, key));
            assert!(page == expected, "cycle {cycle}: page {key} is not of commit {number}");
        }
        reached = number;
    }
    assert!(reached >= CYCLES / 4 * 3, "it must have committed between the kills, and stands at {reached}");
}
