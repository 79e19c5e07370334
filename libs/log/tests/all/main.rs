//! The log against a real nats-server, in one test binary. What the tests share is in `common`.

mod append_and_read;
mod batch_format;
mod common;
mod continuity;
mod exactly_once;
mod server;
