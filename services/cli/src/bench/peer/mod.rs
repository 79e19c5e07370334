//! Other servers that could do a part of Longhu's work, found on PATH, started privately with the same durability, and
//! ended with the benchmark. One that is not there is no failure: the report says that it was not run.

mod postgres;
mod postgres_server;
mod redis;
mod redis_server;
mod running;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use hdrhistogram::Histogram;

use super::ground::Ground;
use super::report::PeerRun;
use super::workload::{Tally, Workload};
use super::{Common, Peers, coded};
use crate::failure::Failure;
use crate::output;

/// Whom to compare with.
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

/// Which events, and how they come.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    /// What happens.
    pub workload: Workload,
    /// How many events of it.
    pub events: u64,
    /// Events of one batch.
    pub batch: u64,
    /// Connections.
    pub connections: u64,
}

impl Job {
    /// As the command line says, at most the events that peers are given.
    pub fn of(common: &Common, peers: &Peers, workload: Workload, events: u64) -> Job {
        let events = events.min(peers.peer_events.0);
        Job { workload, events, batch: common.batch, connections: common.connections }
    }

    /// The first numbers of its batches, for one of its connections.
    pub fn batches(self, connection: u64) -> impl Iterator<Item = std::ops::Range<u64>> {
        let step = (self.batch * self.connections) as usize;
        let firsts = (connection * self.batch..self.events).step_by(step);
        firsts.map(move |first| first..(first + self.batch).min(self.events))
    }

    /// What its boards have to show.
    pub fn tally(&self) -> Tally {
        Tally::of(&self.workload, 0..self.events)
    }
}

/// A peer's server, ready for work.
pub enum Running {
    /// A private Redis.
    Redis(redis_server::Redis),
    /// A private PostgreSQL.
    Postgres(postgres_server::Postgres),
}

/// Times of single answers.
pub struct Times(Histogram<u64>);

impl Times {
    /// None yet.
    pub fn new() -> Result<Times, Failure> {
        let made = Histogram::new_with_bounds(1, 600_000_000, 3);
        made.map(Times).map_err(|error| coded("NO_HISTOGRAM", format!("times cannot be counted: {error}")))
    }

    /// One more.
    pub fn record(&mut self, took: Duration) {
        self.0.saturating_record(u64::try_from(took.as_nanos() / 100).unwrap_or(u64::MAX).max(1));
    }

    /// Those of another one.
    pub fn add(&mut self, other: &Times) -> Result<(), Failure> {
        let added = self.0.add(&other.0);
        added.map_err(|error| coded("NO_HISTOGRAM", format!("times cannot be counted: {error}")))
    }

    /// In milliseconds, so many of a hundred were not longer.
    pub fn percentile_ms(&self, percent: f64) -> f64 {
        self.0.value_at_quantile(percent / 100.0) as f64 / 10_000.0
    }

    /// The longest, in milliseconds.
    pub fn max_ms(&self) -> f64 {
        self.0.max() as f64 / 10_000.0
    }
}

/// Starts the peers that were asked for, one at a time, and has each do its part; says of each whether it ran.
pub async fn with_each(
    peers: &Peers,
    ground: &Ground,
    mut work: impl AsyncFnMut(Peer, &mut Running) -> Result<(), Failure>,
) -> Result<Vec<PeerRun>, Failure> {
    let (mut runs, mut done): (Vec<PeerRun>, Vec<Peer>) = (Vec::new(), Vec::new());
    for peer in &peers.peers {
        if done.contains(peer) {
            continue;
        }
        done.push(*peer);
        let name = peer.name();
        let found = match peer {
            Peer::Redis => redis_server::Redis::find(),
            Peer::Postgres => postgres_server::Postgres::find(),
        };
        let binary = match found {
            Ok(binary) => binary,
            Err(why) => {
                runs.push(PeerRun { peer: name, version: None, settings: None, not_run: Some(why) });
                continue;
            }
        };
        output::note(&format!("the same on a private {name}"));
        let folder = ground.path(name);
        let mut running = match peer {
            Peer::Redis => Running::Redis(redis_server::Redis::start(&binary, &folder).await?),
            Peer::Postgres => Running::Postgres(postgres_server::Postgres::start(&binary, &folder).await?),
        };
        work(*peer, &mut running).await?;
        let (version, settings) = match &running {
            Running::Redis(server) => (server.version.clone(), redis_server::SETTINGS),
            Running::Postgres(server) => (server.version.clone(), postgres_server::SETTINGS),
        };
        drop(running);
        // Its room is needed by what follows.
        let _ = std::fs::remove_dir_all(&folder);
        let settings = Some(settings.to_owned());
        runs.push(PeerRun { peer: name, version: Some(version), settings, not_run: None });
    }
    Ok(runs)
}

/// The first program of that name on PATH, or in one of the folders.
fn find(name: &str, more: impl IntoIterator<Item = PathBuf>) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).chain(more).collect();
    folders.into_iter().map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// A folder of a peer's own.
fn make(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| {
        coded("BAD_DATA_DIR", format!("cannot make {}: {error}", folder.display()))
            .next("give a folder that can be written with --data-dir")
    })
}

#[cfg(test)]
mod tests {
    use super::super::bank::Shape;
    use super::*;

    #[test]
    fn the_connections_share_all_events_between_them() {
        let shape = Shape { branches: 1, teams: 1, employees: 1 };
        let workload = Workload { shape, skewed: false, numbered: true, seed: 1, everybody_first: false };
        let job = Job { workload, events: 2_345, batch: 100, connections: 3 };
        let mut all: Vec<u64> = (0..3).flat_map(|own| job.batches(own).flatten()).collect();
        all.sort_unstable();
        assert_eq!(all, (0..2_345).collect::<Vec<_>>());
    }
}
