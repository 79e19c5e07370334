//! Rows of all participants, compared with each other: keys, ranks and digests, in a round and on the whole.

pub(crate) mod digest;
pub(crate) mod participants;
pub(crate) mod ranking;
pub(crate) mod row_hash;
pub(crate) mod table;
pub(crate) mod whole;
