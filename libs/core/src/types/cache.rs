//! A cache of pages, with a memory budget. Changed pages stay until a checkpoint takes them; clean pages are
//! evicted, least recently used first. The cache never changes an answer, only its cost.

use std::hash::Hash;

use rustc_hash::FxHashMap;

/// How much memory a cached value uses.
pub(crate) trait Weigh {
    /// Bytes on the heap.
    fn heap_bytes(&self) -> usize;
}

struct Slot<V> {
    value: V,
    dirty: bool,
    touched: u64,
}

/// The cache.
pub(crate) struct Cache<K, V> {
    slots: FxHashMap<K, Slot<V>>,
    budget_bytes: usize,
    /// Memory in use at the last sweep, plus what was added since.
    bytes: usize,
    /// When the next sweep is due. If nearly all pages are changed, a sweep can evict little, so the next one
    /// waits until more pages were added.
    sweep_at_bytes: usize,
    clock: u64,
}

impl<K: Copy + Eq + Ord + Hash, V: Weigh> Cache<K, V> {
    pub(crate) fn new(budget_bytes: usize) -> Self {
        Cache { slots: FxHashMap::default(), budget_bytes, bytes: 0, sweep_at_bytes: budget_bytes, clock: 0 }
    }

    pub(crate) fn get(&mut self, key: &K) -> Option<&V> {
        self.clock += 1;
        let slot = self.slots.get_mut(key)?;
        slot.touched = self.clock;
        Some(&slot.value)
    }

    /// Looks a page up without marking it as used.
    pub(crate) fn peek(&self, key: &K) -> Option<&V> {
        self.slots.get(key).map(|slot| &slot.value)
    }

    /// Looks a page up for reading and, with [`Changing::change`], for changing.
    pub(crate) fn entry(&mut self, key: &K) -> Option<Changing<'_, V>> {
        self.clock += 1;
        let slot = self.slots.get_mut(key)?;
        slot.touched = self.clock;
        Some(Changing { value: &mut slot.value, dirty: &mut slot.dirty })
    }

    /// Adds a page, after making room for it.
    pub(crate) fn add(&mut self, key: K, value: V, dirty: bool) {
        self.bytes += value.heap_bytes() + size_of::<(K, Slot<V>)>();
        if self.bytes > self.sweep_at_bytes {
            self.sweep();
        }
        self.clock += 1;
        self.slots.insert(key, Slot { value, dirty, touched: self.clock });
    }

    pub(crate) fn remove(&mut self, key: &K) {
        self.slots.remove(key);
    }

    /// Calls `take` with every changed page, in key order, and marks them clean.
    pub(crate) fn clean(&mut self, mut take: impl FnMut(&K, &V)) {
        let mut dirty: Vec<_> = self.slots.iter_mut().filter(|(_, slot)| slot.dirty).collect();
        dirty.sort_unstable_by_key(|(key, _)| **key);
        for (key, slot) in dirty {
            take(key, &slot.value);
            slot.dirty = false;
        }
        self.sweep();
    }

    /// Memory used, in bytes.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.slots.values().map(|slot| slot.value.heap_bytes()).sum::<usize>()
            + self.slots.capacity() * (size_of::<(K, Slot<V>)>() + 1)
    }

    fn sweep(&mut self) {
        let weight = |value: &V| value.heap_bytes() + size_of::<(K, Slot<V>)>();
        self.bytes = self.slots.values().map(|slot| weight(&slot.value)).sum();
        if self.bytes > self.budget_bytes {
            let clean = self.slots.iter().filter(|(_, slot)| !slot.dirty);
            let mut oldest: Vec<_> = clean.map(|(key, slot)| (slot.touched, *key)).collect();
            oldest.sort_unstable();
            // Evicts to a little below the budget, so that not every new page causes a sweep.
            let target = self.budget_bytes - self.budget_bytes / 8;
            for (_, key) in oldest {
                if self.bytes <= target {
                    break;
                }
                if let Some(slot) = self.slots.remove(&key) {
                    self.bytes -= weight(&slot.value);
                }
            }
        }
        self.sweep_at_bytes = self.budget_bytes.max(self.bytes + self.budget_bytes / 8);
    }
}

/// A page that can be changed.
pub(crate) struct Changing<'a, V> {
    pub(crate) value: &'a mut V,
    dirty: &'a mut bool,
}

impl<V> Changing<'_, V> {
    /// Changes the page and marks it as changed.
    pub(crate) fn change(self, change: impl FnOnce(&mut V)) {
        *self.dirty = true;
        change(self.value);
    }
}
