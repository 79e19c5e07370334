//! Everything that is decoded, given inputs that are almost right: messages of every service, record batches, decisions,
//! events, pages, stored values, TOML, CSV, JSON lines, and small texts. None may panic, take memory without bound, or be
//! refused without a code that is known. By default each gets a slice that is the same every time:
//!
//! - `LONGHU_FUZZ_INPUTS`: how many inputs each surface gets (one in so many of them where one takes long);
//! - `LONGHU_FUZZ_SEED`: other inputs.
//!
//! `LONGHU_FUZZ_INPUTS=1000000 cargo test --release -p longhu-cli --test fuzz -- --nocapture` says what it found of each. An
//! input that fails is printed as small as it goes; it becomes a test of its own beside what is mended.

mod codes;
mod corpus;
mod driver;
mod files;
mod harness;
mod messages;
mod mutate;
mod pages;
mod reading;
mod requests;
mod services;
mod small;
mod store;
mod stored;
mod text;
