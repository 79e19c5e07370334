//! The log of a bank, on NATS JetStream: record batches, writers, readers, gaps, and a supervised nats-server.
//!
//! This is the only crate that knows NATS. Records are opaque bytes here. It stores no state of its own on
//! disk, and never deletes or skips anything that is stored.

pub mod batch;
mod config;
mod error;
mod hash;
mod names;
pub mod reader;
pub mod server;
mod stream;
pub mod writer;

pub use batch::{Batch, BatchHeader, BatchLimits, EncodedBatch, Kind, WriterId};
pub use config::LogConfig;
pub use error::{LogError, NatsError};
pub use hash::Hash;
pub use names::{BANK_BYTES_MAX, NameError, Names, SLOT_BYTES_MAX};
pub use reader::{Checkpoint, Entry, ReadError, ReadFrom, ReadOptions, Reader};
pub use server::{NatsServer, ServerConfig, ServerError};
pub use stream::{Log, LogStatus, StoredBatch};
pub use writer::{AppendError, Appended, ControlWriter, Settled, SlotWriter, Tail};
