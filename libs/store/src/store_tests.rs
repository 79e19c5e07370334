//! Tests that need access below the store: damage, failing disks, other formats.

use std::fs::File;

use super::*;

const KEY: &[u8] = &[3, 7];

fn fresh() -> (tempfile::TempDir, Store) {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path().join("model")).unwrap();
    (directory, store)
}

#[test]
fn a_flipped_byte_in_a_value_is_recognised() {
    let (_directory, store) = fresh();
    store.commit(&[(KEY.to_vec(), Some(b"a page".to_vec()))], b"one").unwrap();
    let mut stored = store.db.get(KEY).unwrap().unwrap().to_vec();
    let last = stored.len() - 1;
    stored[last] ^= 1;
    store.db.insert(KEY, stored).unwrap();
    assert!(matches!(store.load(KEY), Err(PageError::Damaged { .. })));
    assert!(matches!(store.scan(&[3]), Err(PageError::Damaged { .. })));
}

#[test]
fn a_missing_part_of_a_long_page_is_recognised() {
    let (_directory, store) = fresh();
    store.commit(&[(KEY.to_vec(), Some(vec![9; 100_000]))], b"one").unwrap();
    store.db.remove(part_key(KEY, 2)).unwrap();
    assert!(matches!(store.load(KEY), Err(PageError::Damaged { .. })));
}

#[test]
fn a_damaged_checkpoint_is_recognised() {
    let (_directory, store) = fresh();
    store.commit(&[], b"one").unwrap();
    store.db.insert(CHECKPOINT_KEY, value::whole(b"another key", b"two")).unwrap();
    assert!(matches!(store.checkpoint(), Err(Error::Damaged { .. })));
}

#[test]
fn after_a_failed_sync_nothing_more_is_written() {
    let (directory, mut store) = fresh();
    store.commit(&[(KEY.to_vec(), Some(b"first".to_vec()))], b"one").unwrap();
    // The null device cannot be synced, so it stands for a disk that fails at that moment.
    store.durability.log = File::options().write(true).open("/dev/null").unwrap();
    let failed = store.commit(&[(KEY.to_vec(), Some(b"second".to_vec()))], b"two");
    assert!(matches!(failed, Err(Error::Io { .. })));
    assert!(store.is_poisoned());
    let refused = store.commit(&[(KEY.to_vec(), Some(b"third".to_vec()))], b"three");
    assert!(matches!(refused, Err(Error::Poisoned { .. })));
    drop(store);
    let store = Store::open(directory.path().join("model")).unwrap();
    // It is unknown whether the second commit reached the disk; the third certainly did not. Page and
    // checkpoint agree.
    let checkpoint = store.checkpoint().unwrap().unwrap();
    let page = store.load(KEY).unwrap().unwrap();
    assert!((checkpoint == b"one" && page == b"first") || (checkpoint == b"two" && page == b"second"));
}

#[test]
fn another_format_is_refused_and_says_to_rebuild() {
    let (directory, store) = fresh();
    store.db.insert(FORMAT_KEY, value::whole(&FORMAT_KEY, &99u32.to_le_bytes())).unwrap();
    store.db.flush().unwrap();
    drop(store);
    let error = Store::open(directory.path().join("model")).err().unwrap();
    assert!(matches!(error, Error::Format { found: 99, wanted: FORMAT, .. }));
    assert!(error.to_string().contains("rebuild"));
}

#[test]
fn long_pages_never_leave_the_log_for_files_that_sled_does_not_sync() {
    let (_directory, store) = fresh();
    for round in 0..30u8 {
        let pages: Vec<_> = (0..60u8).map(|key| (vec![3, key], Some(vec![round; 24 * 1024]))).collect();
        store.commit(&pages, &[round]).unwrap();
    }
    let few: Vec<_> = (0..60u8).filter(|key| key % 4 != 0).map(|key| (vec![3, key], None)).collect();
    store.commit(&few, b"merged").unwrap();
    let blobs = std::fs::read_dir(store.path().join("blobs")).unwrap().count();
    assert_eq!(blobs, 0);
}

#[test]
fn a_removed_long_page_leaves_no_parts_behind() {
    let (directory, store) = fresh();
    store.commit(&[(KEY.to_vec(), Some(vec![9; 200_000]))], b"one").unwrap();
    drop(store);
    let store = Store::open(directory.path().join("model")).unwrap();
    store.commit(&[(KEY.to_vec(), Some(vec![9; 60_000]))], b"two").unwrap();
    assert_eq!(store.db.len(), 2 + 1 + 3, "format, checkpoint, page and its three parts");
    store.commit(&[(KEY.to_vec(), None)], b"three").unwrap();
    assert_eq!(store.db.len(), 2);
}
