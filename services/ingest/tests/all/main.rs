//! Tests of ingest with a real nats-server, in one binary. What they share is in `common`.

mod audit;
mod common;
mod decisions;
mod events;
mod flow;
mod hand_overs;
mod losses;
mod plans;
mod reversals;
mod seal;
