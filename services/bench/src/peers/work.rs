//! The work that every peer can do.

use std::time::Duration;

use futures::future::LocalBoxFuture;
use longhu_client::failure::Failure;

use crate::due::{Due, Found};
use crate::job::Job;
use crate::times::Times;
use crate::workload::{Tally, Workload};

/// A peer's answer, as a future.
pub type Answer<'a, T> = LocalBoxFuture<'a, Result<T, Failure>>;

/// A peer's server, ready for work.
pub trait Work {
    /// The version it reports.
    fn version(&self) -> &str;

    /// Its settings.
    fn settings(&self) -> &'static str;

    /// Creates what the work needs. Not measured.
    fn prepare<'a>(&'a self, job: &'a Job) -> Answer<'a, ()>;

    /// Stores events durably, in batches. Returns events per second.
    fn ingest(&self, job: Job) -> Answer<'_, f64>;

    /// Stores events durably, one by one, after those of the job.
    fn ingest_singles(&self, job: Job, count: u64) -> Answer<'_, Times>;

    /// Counts each event once on three boards. Returns events per second.
    fn fold(&self, job: Job) -> Answer<'_, f64>;

    /// Stores events durably and counts them once as they become due, and looks up one rank per call.
    fn visible<'a>(&'a self, job: Job, due: &'a Due) -> Answer<'a, Found>;

    /// Computes the boards again from events. Returns events per second.
    fn rebuild(&self, job: Job) -> Answer<'_, f64>;

    /// Loads finished boards. Not measured.
    fn load<'a>(&'a self, tally: &'a Tally) -> Answer<'a, ()>;

    /// Looks up ranks of employees, 1,000 at once. Returns lookups per second.
    fn ranks(&self, workload: Workload, lookups: u64, connections: u64) -> Answer<'_, f64>;

    /// Looks up ranks of employees, one by one.
    fn rank_singles(&self, workload: Workload, count: u64) -> Answer<'_, Times>;

    /// Kills and restarts it. Returns the time to the first correct answer.
    fn restart<'a>(&'a mut self, tally: &'a Tally) -> Answer<'a, Duration>;
}
