//! The fold: the state of a shard after a prefix of the log. Entries go in with their positions, in log
//! order; standings come out. It reads stored pages through [`Pages`](crate::types::pages::Pages) and never
//! writes them itself.
//!
//! The way of an event, floor by floor:
//! - [`placement`] resolves a name to a participant, and the participant to a place in the organisation on a
//!   day;
//! - [`journal`] keeps each counted event together with its reversals: that is a group;
//! - [`credit`] turns one group into credits;
//! - [`entity`] keeps the events of one account or one customer, for rules that need them together;
//! - [`ledger`] stores what each creditor has received;
//! - [`board`] turns those sums into figures, ranks and digests;
//! - [`result`] keeps sealed results, and the entries that came too late for them;
//! - [`contest`] applies groups and dossiers to one contest, as a [`subscriber`];
//! - [`subscribers`] lists everything that subscribes to a shard;
//! - [`shard`] counts each entry once and tells its subscribers;
//! - [`query`] answers questions that boards alone cannot answer.
//!
//! A floor uses only the floors above it in this list, and [`head`] and [`backfill`], which use none of them.

pub mod backfill;
pub mod board;
pub mod contest;
pub mod credit;
pub mod entity;
pub mod head;
pub mod journal;
pub mod ledger;
pub mod placement;
pub mod query;
pub mod result;
pub mod shard;
pub mod subscriber;
pub mod subscribers;

/// The version of the fold. When it changes, the read model must be rebuilt from the log.
pub const FOLD_VERSION: u32 = 6;
