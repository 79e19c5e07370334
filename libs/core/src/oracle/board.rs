//! Rows of all participants and their ranking: keys, ranks and digests, in a round and in the whole contest.

pub(crate) mod digest;
pub(crate) mod participants;
pub(crate) mod ranking;
pub(crate) mod row_hash;
pub(crate) mod table;
pub(crate) mod whole;
