//! Fuzzing everything that is decoded, with inputs that are almost valid: messages of every service, record
//! batches, decisions, events, pages, stored values, TOML, CSV, JSON lines, and small texts. None may panic,
//! use unlimited memory, or be refused without a known code. By default each surface gets a small number of
//! inputs, the same every time:
//!
//! - `LONGHU_FUZZ_INPUTS`: how many inputs each surface gets (fewer if each takes long);
//! - `LONGHU_FUZZ_SEED`: other inputs.
//!
//! `LONGHU_FUZZ_INPUTS=1000000 cargo test --release -p longhu-cli --test fuzz -- --nocapture` prints what it
//! found for each surface. A failing input is printed as small as possible; it becomes a separate test beside
//! the corrected code.

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
