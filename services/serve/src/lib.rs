//! The services put together: each alone, or all in one process. Ingest, projector and query are libraries; here they are
//! started in order, connected, and ended in the reverse order. What is computed is theirs.

pub mod adopt;
pub mod bank;
mod broker;
mod detached;
pub mod dev;
mod folder;
pub mod found;
mod listen;
mod ready;
pub mod single;
pub mod stack;
