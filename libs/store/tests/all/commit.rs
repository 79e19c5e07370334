//! The promises of a store: commits are atomic, and everything is the same after it was opened again.

use longhu_core::types::pages::Pages;
use longhu_store::{Error, Store};

fn page(key: u8, text: &str) -> (Vec<u8>, Option<Vec<u8>>) {
    (vec![4, key], Some(text.as_bytes().to_vec()))
}

#[test]
fn what_was_committed_is_there_after_opening_again() {
    let directory = tempfile::tempdir().unwrap();
    for round in 0..25u8 {
        let store = Store::open(directory.path()).unwrap();
        let expected = round.checked_sub(1).map(|before| vec![before]);
        assert_eq!(store.checkpoint().unwrap(), expected);
        if let Some(before) = round.checked_sub(1) {
            assert_eq!(store.load(&[4, before]).unwrap().unwrap(), b"kept");
            assert_eq!(store.load(&[4, 200]).unwrap().unwrap(), [before; 5]);
        }
        let changed = (vec![4, 200], Some(vec![round; 5]));
        store.commit(&[page(round, "kept"), changed], &[round]).unwrap();
    }
}

#[test]
fn a_scan_gives_one_prefix_in_key_order() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    let other = (vec![5, 1], Some(b"other".to_vec()));
    let long = (vec![4, 2], Some(vec![7; 60_000]));
    store.commit(&[page(9, "nine"), other, page(1, "one"), long], b"c").unwrap();
    let found = store.scan(&[4]).unwrap();
    let keys: Vec<_> = found.iter().map(|(key, page)| (key[1], page.len())).collect();
    assert_eq!(keys, [(1, 3), (2, 60_000), (9, 4)]);
    let pages = store.scan(&[]).unwrap();
    assert_eq!(pages.len(), 4, "the store's own entries are not pages");
}

#[test]
fn long_pages_grow_shrink_and_are_removed() {
    let directory = tempfile::tempdir().unwrap();
    let key = vec![4, 1];
    for length in [100_000, 10, 300_000, 24_576, 24_577, 0, 1_000_000] {
        let store = Store::open(directory.path()).unwrap();
        let content: Vec<u8> = (0..length).map(|i| (i % 251) as u8).collect();
        store.commit(&[(key.clone(), Some(content.clone()))], b"c").unwrap();
        assert_eq!(store.load(&key).unwrap().unwrap(), content);
        drop(store);
        let store = Store::open(directory.path()).unwrap();
        assert_eq!(store.load(&key).unwrap().unwrap(), content);
    }
    let store = Store::open(directory.path()).unwrap();
    store.commit(&[(key.clone(), None)], b"c").unwrap();
    assert_eq!(store.load(&key).unwrap(), None);
}

#[test]
fn a_second_open_says_who_must_stop() {
    let directory = tempfile::tempdir().unwrap();
    let _held = Store::open(directory.path()).unwrap();
    let error = Store::open(directory.path()).err().unwrap();
    assert!(matches!(error, Error::Locked { .. }));
    assert!(error.to_string().contains("stop that one, or give this one another data directory"));
    assert!(matches!(Store::recreate(directory.path()), Err(Error::Locked { .. })));
}

#[test]
fn a_recreated_store_is_empty_and_leaves_foreign_files_alone() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    store.commit(&[page(1, "one")], b"c").unwrap();
    drop(store);
    std::fs::write(directory.path().join("notes.txt"), "mine").unwrap();
    let store = Store::recreate(directory.path()).unwrap();
    assert_eq!(store.checkpoint().unwrap(), None);
    assert_eq!(store.scan(&[]).unwrap(), []);
    assert_eq!(std::fs::read_to_string(directory.path().join("notes.txt")).unwrap(), "mine");
}

#[test]
fn a_page_in_the_stores_own_space_is_refused_and_nothing_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    let refused = store.commit(&[page(1, "one"), (vec![0, b'c'], None)], b"c");
    assert!(matches!(refused, Err(Error::Refused { .. })));
    assert_eq!(store.load(&[4, 1]).unwrap(), None);
    store.commit(&[page(1, "one")], b"c").unwrap();
}
