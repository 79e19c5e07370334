//! The organisation: a tree of units of named kinds, and employees who belong to units, all dated by business day.
//!
//! It answers who was where on which day, according to the entries in force. Replaced entries are not kept,
//! and contests are not known here.

mod check;
mod check_naming;
mod check_parts;
mod employee;
mod excerpt;
mod feed;
mod hand_over;
mod head_counts;
mod in_force;
mod naming;
mod path;
mod source_code;
mod tree;
mod unit;

pub use check_parts::check_history;
pub use employee::{Employee, Membership};
pub use feed::Feed;
pub use hand_over::{CUSTOMERS_MAX, HandOver};
pub use head_counts::HeadCounts;
pub use in_force::Organisation;
pub use naming::{Naming, Role};
pub use path::{Path, Step};
pub use source_code::{Meaning, SourceCode};
pub use tree::Node;
pub use unit::{DEPTH_MAX, EMPLOYEE, PeerGroup, Unit, UnitChange};
