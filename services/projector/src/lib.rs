//! The projector: reads the log, folds it into a shard, keeps the shard's pages in its own store, and answers
//! queries from memory. Nothing else opens its store. It never skips an entry that it cannot read: it stops
//! and says why.
//!
//! The folders are in the order in which an event passes them, and each uses only those before it: `input`,
//! `fold`, `commit`, `query`, `replay`, and `api` for the gRPC services. `projector` puts them together.

mod api;
mod commit;
mod fold;
mod input;
mod projector;
mod query;
mod replay;

pub use api::log::LogInspector;
pub use api::operations::Operations;
pub use api::organisation::OrganisationQueries;
pub use api::plans::PlanQueries;
pub use api::standings::Standings;
pub use commit::open::OpenError;
pub use fold::apply::FoldError;
pub use fold::projection::Published;
pub use input::decoded::BatchError;
pub use projector::{Projector, ProjectorConfig, ProjectorError};
pub use query::reader::{Reader, Snapshot};
