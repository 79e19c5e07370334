//! Fold: the shard, the only thread that writes it, and the lock that stands between the thread and its readers.

pub mod apply;
pub mod backfill;
pub mod fold_thread;
pub mod page_store;
pub mod projection;
pub mod swap;
pub mod table_names;
