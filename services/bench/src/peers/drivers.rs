//! The drivers of the peers: how each is found, started and called.

mod postgres;
mod postgres_server;
mod program;
mod redis;
mod redis_server;

use std::path::{Path, PathBuf};
use std::time::Duration;

use longhu_client::failure::Failure;

use self::postgres_server::Postgres;
use self::program::Missing;
use self::redis_server::Redis;
use super::work::{Answer, Work};
use crate::due::{Due, Found};
use crate::job::Job;
use crate::peer::Peer;
use crate::times::Times;
use crate::workload::{Tally, Workload};

/// Every peer is supported.
pub fn check(_: Peer) -> Result<(), Failure> {
    Ok(())
}

/// The peer's program.
pub fn find(peer: Peer) -> Result<PathBuf, Missing> {
    match peer {
        Peer::Redis => Redis::find(),
        Peer::Postgres => Postgres::find(),
    }
}

/// Starts a peer in its own folder.
pub async fn start(peer: Peer, binary: &Path, folder: &Path) -> Result<Box<dyn Work>, Failure> {
    Ok(match peer {
        Peer::Redis => Box::new(Redis::start(binary, folder).await?),
        Peer::Postgres => Box::new(Postgres::start(binary, folder).await?),
    })
}

impl Work for Redis {
    fn version(&self) -> &str {
        &self.version
    }

    fn settings(&self) -> &'static str {
        redis_server::SETTINGS
    }

    fn prepare<'a>(&'a self, _: &'a Job) -> Answer<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn ingest(&self, job: Job) -> Answer<'_, f64> {
        Box::pin(Redis::ingest(self, job))
    }

    fn ingest_singles(&self, job: Job, count: u64) -> Answer<'_, Times> {
        Box::pin(Redis::ingest_singles(self, job, count))
    }

    fn fold(&self, job: Job) -> Answer<'_, f64> {
        Box::pin(Redis::fold(self, job))
    }

    fn visible<'a>(&'a self, job: Job, due: &'a Due) -> Answer<'a, Found> {
        Box::pin(Redis::visible(self, job, due))
    }

    fn rebuild(&self, job: Job) -> Answer<'_, f64> {
        Box::pin(Redis::rebuild(self, job))
    }

    fn load<'a>(&'a self, tally: &'a Tally) -> Answer<'a, ()> {
        Box::pin(Redis::load(self, tally))
    }

    fn ranks(&self, workload: Workload, lookups: u64, connections: u64) -> Answer<'_, f64> {
        Box::pin(Redis::ranks(self, workload, lookups, connections))
    }

    fn rank_singles(&self, workload: Workload, count: u64) -> Answer<'_, Times> {
        Box::pin(Redis::rank_singles(self, workload, count))
    }

    fn restart<'a>(&'a mut self, tally: &'a Tally) -> Answer<'a, Duration> {
        Box::pin(Redis::restart(self, tally))
    }
}

impl Work for Postgres {
    fn version(&self) -> &str {
        &self.version
    }

    fn settings(&self) -> &'static str {
        postgres_server::SETTINGS
    }

    fn prepare<'a>(&'a self, job: &'a Job) -> Answer<'a, ()> {
        Box::pin(Postgres::prepare(self, &job.workload.shape))
    }

    fn ingest(&self, job: Job) -> Answer<'_, f64> {
        Box::pin(Postgres::ingest(self, job))
    }

    fn ingest_singles(&self, job: Job, count: u64) -> Answer<'_, Times> {
        Box::pin(Postgres::ingest_singles(self, job, count))
    }

    fn fold(&self, job: Job) -> Answer<'_, f64> {
        Box::pin(Postgres::fold(self, job))
    }

    fn visible<'a>(&'a self, job: Job, due: &'a Due) -> Answer<'a, Found> {
        Box::pin(Postgres::visible(self, job, due))
    }

    fn rebuild(&self, job: Job) -> Answer<'_, f64> {
        Box::pin(Postgres::rebuild(self, job))
    }

    fn load<'a>(&'a self, tally: &'a Tally) -> Answer<'a, ()> {
        Box::pin(Postgres::load(self, tally))
    }

    fn ranks(&self, workload: Workload, lookups: u64, connections: u64) -> Answer<'_, f64> {
        // PostgreSQL ranks everybody in each statement.
        Box::pin(Postgres::ranks(self, workload, lookups.div_ceil(50), connections))
    }

    fn rank_singles(&self, workload: Workload, count: u64) -> Answer<'_, Times> {
        Box::pin(Postgres::rank_singles(self, workload, count.div_ceil(50)))
    }

    fn restart<'a>(&'a mut self, tally: &'a Tally) -> Answer<'a, Duration> {
        Box::pin(Postgres::restart(self, tally))
    }
}
