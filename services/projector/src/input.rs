//! Input: batches on their way from the log to the fold's thread. They are read, queued, decoded, and taken
//! in log order. Nothing here knows what is in the shard.

pub mod adoptions;
pub mod decoded;
pub mod inbox;
pub mod log_feed;
pub mod shard_tasks;
pub mod work;
