//! What each peer can be asked to do, whichever it is.

use std::time::Duration;

use futures::future::LocalBoxFuture;
use longhu_client::failure::Failure;

use crate::due::{Due, Found};
use crate::job::Job;
use crate::times::Times;
use crate::workload::{Tally, Workload};

/// What a peer answers, later.
pub type Answer<'a, T> = LocalBoxFuture<'a, Result<T, Failure>>;

/// A peer's server, ready for work.
pub trait Work {
    /// What it says that it is.
    fn version(&self) -> &str;

    /// How it is set up.
    fn settings(&self) -> &'static str;

    /// Makes what the work needs; not measured.
    fn prepare<'a>(&'a self, job: &'a Job) -> Answer<'a, ()>;

    /// Events kept durably, in batches; events a second.
    fn ingest(&self, job: Job) -> Answer<'_, f64>;

    /// Events kept durably, one after the other, after those of the job.
    fn ingest_singles(&self, job: Job, count: u64) -> Answer<'_, Times>;

    /// Each event counted once on three boards; events a second.
    fn fold(&self, job: Job) -> Answer<'_, f64>;

    /// Events kept durably and counted once when they fall due, and the rank of one of each call asked for.
    fn visible<'a>(&'a self, job: Job, due: &'a Due) -> Answer<'a, Found>;

    /// The boards again from events; events a second.
    fn rebuild(&self, job: Job) -> Answer<'_, f64>;

    /// Puts finished boards in; not measured.
    fn load<'a>(&'a self, tally: &'a Tally) -> Answer<'a, ()>;

    /// Ranks of employees, 1,000 at once; lookups a second.
    fn ranks(&self, workload: Workload, lookups: u64, connections: u64) -> Answer<'_, f64>;

    /// Ranks of employees, one after the other.
    fn rank_singles(&self, workload: Workload, count: u64) -> Answer<'_, Times>;

    /// Killed and started again; the time to the first right answer.
    fn restart<'a>(&'a mut self, tally: &'a Tally) -> Answer<'a, Duration>;
}
