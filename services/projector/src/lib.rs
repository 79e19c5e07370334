//! The projector: reads the log, folds it into a shard, keeps the shard's pages in its own store, and answers queries
//! from memory. It is the only one that opens its store, and it never passes over an entry that it cannot read: it
//! halts and says why.

mod as_known;
mod backfill;
mod checkpoint;
mod cold;
mod desk;
mod difference;
mod feed;
mod figures;
mod fold_thread;
mod inbox;
mod known_at;
mod log_service;
mod operations;
mod order;
mod organisation_service;
mod pins;
mod plan_service;
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
mod tables;
mod turn;
mod verify;
mod view;

pub use log_service::LogInspector;
pub use operations::Operations;
pub use organisation_service::OrganisationQueries;
pub use plan_service::PlanQueries;
pub use projection::{Projection, Published};
pub use projector::{Projector, ProjectorConfig, ProjectorError};
pub use source_status::source_status;
pub use standings_service::Standings;
