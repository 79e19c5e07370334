//! Ingest against a real nats-server, in one test binary. What the tests share is in `common`.

mod common;
mod decisions;
mod events;
mod flow;
mod hand_overs;
mod plans;
mod reversals;
mod seal;
