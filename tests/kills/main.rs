//! Processes are killed, stopped, cut off and their files damaged, and what Longhu promised is compared with what is
//! there. Each scenario has a short form, which is what runs by default, and a long one, asked for by the environment:
//!
//! - `LONGHU_KILL_CYCLES`: how many kills of each kind; `LONGHU_KILL_EVENTS`: at least so many acknowledged events;
//! - `LONGHU_KILL_PAUSE_S`: how long the broker stands still; `LONGHU_KILL_SEED`: the random choices of an earlier run.
//!   A long form makes other ones each time, a short form always the same.
//!
//! `LONGHU_KILL_CYCLES=200 cargo test --release -p longhu-cli --test kills broker -- --nocapture` shows what it did and
//! found. No part is replaced: the broker, the services and the stores are the real ones, in processes of their own.

mod bank;
mod broker;
mod damage;
mod fencing;
mod fsync;
mod history;
mod ingest;
mod ledger;
mod load;
mod nats;
mod pauses;
mod projector;
mod proxy;
mod run;
mod service;
mod streams;
#[allow(dead_code)]
#[path = "../end_to_end/support.rs"]
mod support;
mod trace;
mod traffic;
