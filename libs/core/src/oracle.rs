//! The oracle: computes standings from a plain list of entries, directly from the definitions, slowly and
//! simply. The fold is tested against it.
//!
//! It must never share a rule with the fold. It calls no scoring, sharing, rounding, matching, identity or
//! ranking code of the crate and uses only the crate's plain types. It stores nothing between two questions:
//! each question reads the whole prefix again, one pass for each thing it needs to know.
//!
//! Its folders have the names of the folders of the crate and of the fold, and each rule has its twin at the
//! same path: what `rule/measure/net_change.rs` counts in the fold, `oracle/rule/measure/net_change.rs`
//! counts here.

mod balance;
mod board;
mod contest;
mod credit;
mod entity;
mod exact;
mod gather;
mod identity;
mod journal;
mod ledger;
mod log;
mod placement;
mod register;
mod result;
mod rule;
mod standings;

pub use board::digest::Sum;
pub use board::table::{Row, Table};
pub use contest::key::{Key, Reach};
pub use contest::refusal::Refusal;
pub use credit::division::{LastUnit, Part, divide};
pub use credit::given::{Credit, Origin};
pub use exact::{Rate, rate, to_e4};
pub use identity::Copy;
pub use journal::reversals::{Fate, Outcome};
pub use ledger::line::Figure;
pub use log::{Entry, Logged};
pub use placement::name_resolution::Meant;
pub use placement::way::{End, Way};
pub use result::late::late_entries;
pub use result::sealed::{Sealed, result_hash, sealed};
pub use standings::{Standings, standings, standings_under};
