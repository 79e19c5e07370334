//! The times of single answers.

use std::time::Duration;

use hdrhistogram::Histogram;
use longhu_client::failure::Failure;

use crate::refusal::coded;

/// Times of single answers.
pub struct Times(Histogram<u64>);

impl Times {
    /// Without any times yet.
    pub fn new() -> Result<Times, Failure> {
        let made = Histogram::new_with_bounds(1, 600_000_000, 3);
        made.map(Times).map_err(|error| coded("NO_HISTOGRAM", format!("times cannot be counted: {error}")))
    }

    /// Adds a time.
    pub fn record(&mut self, took: Duration) {
        self.0.saturating_record(u64::try_from(took.as_nanos() / 100).unwrap_or(u64::MAX).max(1));
    }

    /// Adds the times of another one.
    pub fn add(&mut self, other: &Times) -> Result<(), Failure> {
        let added = self.0.add(&other.0);
        added.map_err(|error| coded("NO_HISTOGRAM", format!("times cannot be counted: {error}")))
    }

    /// The time in milliseconds within which `percent` of the answers were given.
    pub fn percentile_ms(&self, percent: f64) -> f64 {
        self.0.value_at_quantile(percent / 100.0) as f64 / 10_000.0
    }

    /// The longest time, in milliseconds.
    pub fn max_ms(&self) -> f64 {
        self.0.max() as f64 / 10_000.0
    }
}
