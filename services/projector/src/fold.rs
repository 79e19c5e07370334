//! Fold: the shard, the only thread that writes to it, and the lock between that thread and the readers.

pub mod apply;
pub mod backfill;
pub mod fold_thread;
pub mod page_store;
pub mod projection;
pub mod swap;
pub mod table_names;
