//! The values in sled: written to a real database in place of the store's own, damaged, with a checksum that
//! is correct or not, and then read through the store. A database is opened for many of them at once, because
//! opening takes long.

use std::path::Path;

use longhu_core::types::pages::Pages;
use longhu_store::Store;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::driver::{Bound, Input, Step, Surface, Verdict, run};
use crate::mutate::{self, shown};
use crate::reading::code_in;

/// The values of a database, as the store wrote them under each key.
#[derive(Clone)]
struct Values(Vec<(Vec<u8>, Vec<u8>)>);

/// The first byte of the keys of the store's own entries: its format, its checkpoint and the parts of long
/// pages.
const META: u8 = 0;

impl Input for Values {
    fn bytes(&self) -> usize {
        self.0.iter().map(|(_, value)| value.len()).sum()
    }

    fn shown(&self) -> String {
        self.0.iter().map(|(key, value)| format!("{key:?}: {}\n", shown(value))).collect()
    }

    /// Damages every value, each in a different way derived from the step. The store's own entries are only
    /// damaged sometimes, because nothing else is read if they are wrong.
    fn damage(&mut self, (kind, at, with): Step, _: &[Values]) {
        let other = self.0[with as usize % self.0.len()].1.clone();
        for (place, (key, value)) in (0u64..).zip(&mut self.0) {
            let mixed = (with ^ place).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            if key[0] == META && mixed >> 32 & 15 != 0 {
                continue;
            }
            mutate::bytes(value, (kind.wrapping_add(mixed as u8), at ^ (mixed >> 32) as u32, mixed), &other);
            if mixed >> 61 != 0 && value.len() >= 8 {
                let sum = xxh3_64_with_seed(&value[8..], xxh3_64(key)).to_le_bytes();
                value[..8].copy_from_slice(&sum);
            }
        }
    }
}

/// Opens the database in the way the store does.
fn database(path: &Path) -> sled::Db {
    let config = sled::Config::new().path(path).segment_size(2 << 20).flush_every_ms(None);
    loop {
        // The lock is released some milliseconds after the handle is dropped.
        match config.clone().open() {
            Ok(db) => return db,
            Err(_) => std::thread::sleep(std::time::Duration::from_millis(2)),
        }
    }
}

/// The contents of a store with this many pages; some of the pages are too long for one value.
fn written(path: &Path, pages: u16) -> Values {
    let store = Store::open(path).unwrap();
    let content =
        |page: u16| vec![page as u8; if page % 50 == 7 { 60_000 } else { 20 + usize::from(page) % 300 }];
    let dirty: Vec<_> =
        (0..pages).map(|page| ([&[4], &page.to_be_bytes()[..]].concat(), Some(content(page)))).collect();
    store.commit(&dirty, b"checkpoint").unwrap();
    drop(store);
    let db = database(path);
    Values(db.iter().map(|entry| entry.unwrap()).map(|(key, value)| (key.to_vec(), value.to_vec())).collect())
}

/// Reads everything, as a projector does at its start and later.
fn read(path: &Path, pages: u16) -> Vec<String> {
    let mut said = Vec::new();
    match Store::open(path) {
        Err(error) => said.push(error.to_string()),
        Ok(store) => {
            said.extend(store.checkpoint().err().map(|error| error.to_string()));
            said.extend(store.scan(&[4]).err().map(|error| error.to_string()));
            let keys = (0..pages).map(|page| [&[4], &page.to_be_bytes()[..]].concat());
            said.extend(keys.filter_map(|key| store.load(&key).err()).map(|error| error.to_string()));
        }
    }
    said
}

#[test]
fn no_stored_value_panics_takes_much_memory_or_is_refused_without_a_code() {
    let folder = crate::files::folder();
    let path = folder.path().join("store");
    // Each input is a database with a thousand values, which are damaged and read.
    let pages = 1_000;
    let corpus = vec![written(&path, pages)];
    // sled has its own buffers and caches what it read.
    let bound = Bound { per_byte: 64, fixed: 64 << 20 };
    run(Surface { name: "databases of a thousand values", corpus, bound, one_in: 1_000 }, |values| {
        let db = database(&path);
        db.clear().unwrap();
        let mut batch = sled::Batch::default();
        values.0.iter().for_each(|(key, value)| batch.insert(key.as_slice(), value.as_slice()));
        db.apply_batch(batch).unwrap();
        drop(db);
        let said = read(&path, pages);
        if said.is_empty() {
            return Verdict::Accepted;
        }
        Verdict::Refused(said.iter().map(|text| code_in(text).unwrap_or_default().to_owned()).collect())
    });
}
