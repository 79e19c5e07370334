//! The servers that Longhu can be compared with.

use clap::ValueEnum;

/// A server to compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Peer {
    /// Redis with an append-only file, synced always.
    Redis,
    /// PostgreSQL, synchronous commit.
    Postgres,
}

impl Peer {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Peer::Redis => "redis",
            Peer::Postgres => "postgres",
        }
    }
}
