//! A flipped byte in the database's files: the store reports it, or returns exactly what some commit wrote.
//! It never panics and never returns a page that was not written.

use std::path::Path;

use longhu_core::types::pages::Pages;
use longhu_store::Store;

/// The number of a commit, and for each page the number of the commit that wrote it, if it can be read.
type Given = (u8, Vec<Option<u8>>);

const ROUNDS: u8 = 12;
const KEYS: u8 = 40;

fn content(round: u8, key: u8) -> Vec<u8> {
    std::iter::repeat_n([round, key], 700).flatten().collect()
}

fn written(path: &Path) {
    let store = Store::open(path).unwrap();
    for round in 0..ROUNDS {
        let pages: Vec<_> = (0..KEYS).map(|key| (vec![4, key], Some(content(round, key)))).collect();
        store.commit(&pages, &[round]).unwrap();
    }
}

/// Opens copies of the store, each with another byte of `db` flipped. For each it returns `None` if it was
/// refused, otherwise the checkpoint and the pages' rounds.
fn opened_with_flips(good: &Path, flips: usize) -> Vec<Option<Given>> {
    let log = std::fs::read(good.join("db")).unwrap();
    let used = log.iter().rposition(|byte| *byte != 0).unwrap();
    let copies = tempfile::tempdir().unwrap();
    let mut given = Vec::new();
    for (number, at) in (0..used).step_by(used / flips).enumerate() {
        let bad = copies.path().join(number.to_string());
        std::fs::create_dir_all(bad.join("blobs")).unwrap();
        for entry in std::fs::read_dir(good).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_file() {
                std::fs::copy(entry.path(), bad.join(entry.file_name())).unwrap();
            }
        }
        let mut flipped = log.clone();
        flipped[at] ^= 0x10;
        std::fs::write(bad.join("db"), flipped).unwrap();
        given.push(Store::open(&bad).ok().and_then(|store| {
            let round = *store.checkpoint().ok()??.first().unwrap();
            let page = |key| store.load(&[4, key]).ok().flatten();
            let rounds = (0..KEYS).map(|key| {
                let page = page(key)?;
                assert_eq!(page, content(page[0], key), "byte {at}");
                Some(page[0])
            });
            Some((round, rounds.collect()))
        }));
    }
    given
}

#[test]
fn a_flipped_byte_in_the_log_steps_back_to_an_exact_commit() {
    let directory = tempfile::tempdir().unwrap();
    written(directory.path());
    for (round, pages) in opened_with_flips(directory.path(), 40).into_iter().flatten() {
        assert!(pages.iter().all(|page| *page == Some(round)), "checkpoint {round}, pages {pages:?}");
    }
}

#[test]
fn a_flipped_byte_in_a_log_that_was_opened_before_is_refused_or_yields_what_was_written() {
    let directory = tempfile::tempdir().unwrap();
    written(directory.path());
    for _ in 0..2 {
        drop(Store::open(directory.path()).unwrap());
    }
    // Opening writes a snapshot, and then sled no longer reads the log from its beginning.
    for (round, pages) in opened_with_flips(directory.path(), 40).into_iter().flatten() {
        let is_honest = |page: &Option<u8>| page.is_none_or(|page| page == round);
        assert!(pages.iter().all(is_honest), "checkpoint {round}, pages {pages:?}");
    }
}
