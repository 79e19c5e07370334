//! Tests of the log with a real nats-server, in one binary. What they share is in `common`.

mod append_and_read;
mod batch_format;
mod common;
mod continuity;
mod exactly_once;
mod server;
