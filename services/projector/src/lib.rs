//! The projector: reads the log, folds it into a shard, keeps the shard's pages in its own store, and answers queries
//! from memory. It is the only one that opens its store, and it never passes over an entry that it cannot read: it
//! halts and says why.

mod backfill;
mod checkpoint;
mod cold;
mod desk;
mod difference;
mod feed;
mod fold_thread;
mod inbox;
mod log_service;
mod operations;
mod pins;
mod prepared;
mod preview;
mod projection;
mod projector;
mod rebuild;
mod refold;
mod render;
mod rows;
mod seals;
mod source_status;
mod standings_service;
mod swap;
mod verify;

pub use log_service::LogInspector;
pub use operations::Operations;
pub use projection::{Projection, Published};
pub use projector::{Projector, ProjectorConfig, ProjectorError};
pub use source_status::source_status;
pub use standings_service::Standings;
