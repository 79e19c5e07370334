//! Query: answers from the shard. Everything that reads the shard goes through `reader`; requests to the
//! fold's thread go through its tasks (`input/shard_tasks`).

pub mod contest_backfill;
pub mod contest_summary;
pub mod figures;
pub mod indicator_ranking;
pub mod organisation;
pub mod pinned_tables;
pub mod position_tokens;
pub mod reader;
pub mod refusals;
pub mod sealed_contest;
pub mod source_status;
pub mod standings;
pub mod table_query;
pub mod table_rows;
pub mod table_view;
