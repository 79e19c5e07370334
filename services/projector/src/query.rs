//! Query: answers from what is folded. Every look at the shard goes through `reader`; what is asked of the fold's thread
//! goes through its tasks (`input/shard_tasks`).

pub mod contest_backfill;
pub mod contest_summary;
pub mod figures;
pub mod indicator_ranking;
pub mod organisation;
pub mod pinned_tables;
pub mod reader;
pub mod refusals;
pub mod sealed_contest;
pub mod source_status;
pub mod standings;
pub mod table_query;
pub mod table_rows;
pub mod table_view;
