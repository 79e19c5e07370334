//! Processes are killed, stopped and cut off, and their files are damaged; then Longhu's promises are
//! checked. Each scenario has a short form, which is the default, and a long form, which is requested by
//! environment variables:
//! - `LONGHU_KILL_CYCLES`: how many kills of each kind; `LONGHU_KILL_EVENTS`: the least number of
//!   acknowledged events;
//! - `LONGHU_KILL_PAUSE_S`: how long the broker is stopped; `LONGHU_KILL_SEED`: the random choices of an
//!   earlier run. A long form makes other choices each time, a short form always the same.
//!
//! `LONGHU_KILL_CYCLES=200 cargo test --release -p longhu-cli --test kills broker -- --nocapture` prints what
//! it did and found. No part is replaced: the broker, the services and the stores are the real ones, in
//! separate processes.

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
