//! What each peer can be asked to do, whichever it is.

use std::time::Duration;

use super::{Job, Running, Times};
use crate::bench::due::{Due, Found};
use crate::bench::workload::{Tally, Workload};
use crate::failure::Failure;

impl Running {
    /// Makes what the work needs; not measured.
    pub async fn prepare(&self, job: &Job) -> Result<(), Failure> {
        match self {
            Running::Redis(_) => Ok(()),
            Running::Postgres(server) => server.prepare(&job.workload.shape).await,
        }
    }

    /// Events kept durably, in batches; events a second.
    pub async fn ingest(&self, job: Job) -> Result<f64, Failure> {
        match self {
            Running::Redis(server) => server.ingest(job).await,
            Running::Postgres(server) => server.ingest(job).await,
        }
    }

    /// Events kept durably, one after the other, after those of the job.
    pub async fn ingest_singles(&self, job: Job, count: u64) -> Result<Times, Failure> {
        match self {
            Running::Redis(server) => server.ingest_singles(job, count).await,
            Running::Postgres(server) => server.ingest_singles(job, count).await,
        }
    }

    /// Each event counted once on three boards; events a second.
    pub async fn fold(&self, job: Job) -> Result<f64, Failure> {
        match self {
            Running::Redis(server) => server.fold(job).await,
            Running::Postgres(server) => server.fold(job).await,
        }
    }

    /// Events kept durably and counted once when they fall due, and the rank of one of each call asked for.
    pub async fn visible(&self, due: &Due, connections: u64) -> Result<Found, Failure> {
        match self {
            Running::Redis(server) => server.visible(due, connections).await,
            Running::Postgres(server) => server.visible(due, connections).await,
        }
    }

    /// The boards again from events; events a second.
    pub async fn rebuild(&self, job: Job) -> Result<f64, Failure> {
        match self {
            Running::Redis(server) => server.rebuild(job).await,
            Running::Postgres(server) => server.rebuild(job).await,
        }
    }

    /// Puts finished boards in; not measured.
    pub async fn load(&self, tally: &Tally) -> Result<(), Failure> {
        match self {
            Running::Redis(server) => server.load(tally).await,
            Running::Postgres(server) => server.load(tally).await,
        }
    }

    /// Ranks of employees, 1,000 at once; lookups a second.
    pub async fn ranks(&self, workload: Workload, lookups: u64, connections: u64) -> Result<f64, Failure> {
        match self {
            Running::Redis(server) => server.ranks(workload, lookups, connections).await,
            // It ranks everybody for each statement.
            Running::Postgres(server) => server.ranks(workload, lookups.div_ceil(50), connections).await,
        }
    }

    /// Ranks of employees, one after the other.
    pub async fn rank_singles(&self, workload: Workload, count: u64) -> Result<Times, Failure> {
        match self {
            Running::Redis(server) => server.rank_singles(workload, count).await,
            Running::Postgres(server) => server.rank_singles(workload, count.div_ceil(50)).await,
        }
    }

    /// Killed and started again; the time to the first right answer.
    pub async fn restart(&mut self, tally: &Tally) -> Result<Duration, Failure> {
        match self {
            Running::Redis(server) => server.restart(tally).await,
            Running::Postgres(server) => server.restart(tally).await,
        }
    }
}
