//! Replay: folding a prefix of the log once more, separately from what is served. `verify` compares the two,
//! and standings as they were known earlier are read from a replay. One replay runs at a time.

pub mod as_known;
pub mod caller;
pub mod compared_rows;
pub mod difference;
pub mod log_replay;
pub mod permit;
pub mod prefix;
pub mod read_model;
pub mod verify;
