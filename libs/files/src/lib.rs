//! The files that people write for Longhu or export from it: contests, organisations, targets, calendars and
//! event types in TOML, targets in CSV, events and log entries as JSON lines. Everything that is wrong is
//! reported with its line. It asks no server.

pub mod calendar;
pub mod contest;
pub mod csv_file;
pub mod document;
pub mod entry_line;
pub mod error;
pub mod event_types;
pub mod events;
pub mod export;
pub mod fault;
pub mod fields;
pub mod number;
pub mod organisation;
pub mod targets;
